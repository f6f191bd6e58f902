// The package is the script that the server serves as /cdp.js, as it is; this makes a module of it.
import './cdp.js';

export const connect = globalThis[Symbol.for('cdp.js')];

// node send.mjs <library> <host> <write key>: makes the calls that it reads as a JSON array from standard input, with the library's defaults,
// and ends with 0 when the library has told for each that it was delivered.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [library, host, writeKey] = process.argv.slice(2);

const libraries = {
  '@segment/analytics-node': () => {
    const { Analytics } = require('@segment/analytics-node');
    const client = new Analytics({ writeKey, host });
    return { client, flush: () => client.closeAndFlush({ timeout: 50000 }) };
  },
  '@rudderstack/rudder-sdk-node': () => {
    const Analytics = require('@rudderstack/rudder-sdk-node');
    const client = new (Analytics.default || Analytics)(writeKey, { dataPlaneUrl: host });
    return { client, flush: () => client.flush() };
  },
  'analytics-node': () => {
    const Analytics = require('analytics-node');
    const client = new Analytics(writeKey, { host });
    return { client, flush: () => client.flush() };
  },
  '@customerio/cdp-analytics-node': () => {
    const { Analytics } = require('@customerio/cdp-analytics-node');
    const client = new Analytics({ writeKey, host });
    return { client, flush: () => client.closeAndFlush({ timeout: 50000 }) };
  },
  '@jitsu/js': () => {
    const { jitsuAnalytics } = require('@jitsu/js');
    const jitsu = jitsuAnalytics({ host, writeKey: `any:${writeKey}`, s2s: true, errorPolicy: 'rethrow' });
    const calls = {
      page: ({ anonymousId, name, properties }) => (jitsu.setAnonymousId(anonymousId), jitsu.page({ name, ...properties })),
      track: ({ event, properties }) => jitsu.track(event, properties),
      identify: ({ userId, traits }) => jitsu.identify(userId, traits),
      group: ({ groupId, traits }) => jitsu.group(groupId, traits)
    };

    // It remembers who calls, so one call must be over before the next.
    let last = Promise.resolve();
    const client = Object.fromEntries(Object.entries(calls).map(([type, call]) => [
      type, (fields, told) => { last = last.then(() => call(fields)).then(() => told(), told); }]));
    return { client, flush: () => last };
  }
};

let text = '';
for await (const chunk of process.stdin) text += chunk;
const { client, flush } = libraries[library]();
const deliveries = JSON.parse(text).map(({ type, ...fields }) => new Promise((resolve, reject) => {
  client[type](fields, (error) => error ? reject(error) : resolve());
}));
await flush();
const failed = (await Promise.allSettled(deliveries)).filter((one) => one.status === 'rejected');
for (const one of failed) console.error(one.reason);
process.exit(failed.length === 0 ? 0 : 1);

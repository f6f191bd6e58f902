// Compiled by a test, not run: what a program in TypeScript may write, and what it may not.
import { connect, type Cdp, type CdpCall } from '../../../clients/js/index.js';

const cdp: Cdp = connect({ host: 'https://cdp.example.com', writeKey: 'wk' });
const messageId: string = cdp.track('Order Completed', { total: 42.5, items: [{ sku: 'a' }], coupon: null, note: undefined });
cdp.identify('ada', { plan: 'pro' });
cdp.identify(42);
cdp.identify({ plan: 'pro' });
cdp.page();
cdp.page('Home');
cdp.page({ section: 'shop' });
cdp.group('acme', { name: 'Acme' });
cdp.alias('new', 'old');
cdp.reset();
const done: Promise<void> = cdp.flush();
const who: string | null = cdp.userId() ?? cdp.anonymousId();
const call: CdpCall = ['track', 'Signed Up', { plan: 'pro' }];
(window.cdp ??= []).push(call);

// @ts-expect-error An event has a name.
cdp.track();
// @ts-expect-error A function is no JSON.
cdp.track('Clicked', { handler: () => 1 });
// @ts-expect-error There is no such call.
cdp.push(['screen', 'Home']);
// @ts-expect-error A write key is needed.
connect({ host: 'https://cdp.example.com' });

export { messageId, done, who };

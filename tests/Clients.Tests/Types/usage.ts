// Compiled by a test, not run: what a program in TypeScript may write, and what it may not.
import { connect, type CallOptions, type Cdp, type CdpCall } from '../../../clients/js/index.js';

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
const options: CallOptions = { context: { app: { name: 'shop' } }, timestamp: new Date(), integrations: { All: true } };
cdp.track('Order Completed', {}, options);
cdp.identify('ada', { plan: 'pro' }, options);
cdp.identify({ plan: 'pro' }, { timestamp: '2026-01-01T00:00:00Z' });
cdp.page('Home', {}, options);
cdp.group('acme', undefined, options);
cdp.alias('new', null, options);
cdp.alias('new', options);
cdp.consent({ Ads: true, Analytics: false, Other: null });
cdp.reset();
const done: Promise<void> = cdp.flush();
const who: string | null = cdp.userId() ?? cdp.anonymousId();
const call: CdpCall = ['track', 'Signed Up', { plan: 'pro' }];
(window.cdp ??= []).push(call);
(window.cdp ??= []).push(['consent', { Ads: true }]);

// @ts-expect-error An event has a name.
cdp.track();
// @ts-expect-error A function is no JSON.
cdp.track('Clicked', { handler: () => 1 });
// @ts-expect-error An agreement is true or false.
cdp.consent({ Ads: 'granted' });
// @ts-expect-error No call has such an option.
cdp.track('Clicked', {}, { anonymous: true });
// @ts-expect-error There is no such call.
cdp.push(['screen', 'Home']);
// @ts-expect-error A write key is needed.
connect({ host: 'https://cdp.example.com' });

export { messageId, done, who };

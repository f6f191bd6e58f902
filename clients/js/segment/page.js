// Where a call is made: the page as Segment tells it, the campaign that led to it, the browser.
(function (cdp) {
  'use strict';

  // What the snippet notes beside a call that it keeps: c canonical address, p path, u address, s search, t title, r referrer.
  function noted(canonical) {
    return {
      c: canonical && canonical.getAttribute('href'), p: location.pathname, u: location.href, s: location.search, t: document.title, r: document.referrer
    };
  }

  function pathOf(address) {
    try {
      return new URL(address).pathname;
    } catch (relative) {
      return address.charAt(0) === '/' ? address : '/' + address;
    }
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text.replace(/\+/g, ' '));
    } catch (broken) {
      return text;
    }
  }

  function queryOf(search) {
    var query = {};
    search.replace(/^[?#]/, '').split(/[?&]/).forEach(function (pair) {
      var at = pair.indexOf('=');
      if (pair !== '') query[at < 0 ? pair : pair.slice(0, at)] = at < 0 ? '' : decoded(pair.slice(at + 1));
    });
    return query;
  }

  // The parameters whose names begin so, without the beginning.
  function beginning(query, start) {
    var some = {};
    Object.keys(query).forEach(function (name) {
      if (name.startsWith(start) && name.length > start.length) some[name.slice(start.length)] = query[name];
    });
    return some;
  }

  function campaignOf(search) {
    var utm = beginning(queryOf(search), 'utm_');
    if (utm.campaign !== undefined) utm.name = utm.campaign;
    delete utm.campaign;
    return Object.keys(utm).length > 0 ? utm : undefined;
  }

  cdp.pageOf = function (note) {
    var seen = note || noted(document.querySelector("link[rel='canonical']"));
    return {
      path: seen.c ? pathOf(seen.c) : seen.p,
      referrer: seen.r,
      search: seen.s,
      title: seen.t,
      url: seen.c ? (seen.c.indexOf('?') < 0 ? seen.c + seen.s : seen.c) : seen.u.split('#')[0]
    };
  };

  cdp.contextOf = function (page, given) {
    var context = Object.assign({ locale: navigator.language, library: { name: 'analytics.js', version: 'cdp-1' } }, given);
    context.page = Object.assign({}, page, context.page);
    context.userAgent = navigator.userAgent;
    if (navigator.userAgentData && navigator.userAgentData.toJSON) context.userAgentData = navigator.userAgentData.toJSON();
    context.timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!context.campaign) context.campaign = campaignOf(page.search || '');
    return context;
  };

  // What a link into the site may ask for: ?ajs_aid, ?ajs_uid with ajs_trait_…, ?ajs_event with ajs_prop_….
  cdp.askedByLink = function () {
    var query = queryOf(location.search || (location.hash.match(/\?.*/) || [''])[0]);
    return {
      anonymousId: query.ajs_aid, userId: query.ajs_uid, traits: beginning(query, 'ajs_trait_'), event: query.ajs_event, properties: beginning(query, 'ajs_prop_')
    };
  };
})(globalThis[Symbol.for('cdp.js')]);

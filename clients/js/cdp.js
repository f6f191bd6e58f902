// In a page:        <script src="https://HOST/cdp.js" data-write-key="KEY" data-auto-page></script> gives it window.cdp.
// In a bundle:      import { connect } from '@cdp-pipeline/browser'; const cdp = connect({ host: 'https://HOST', writeKey: 'KEY' });
//
// track(event, properties), identify(userId, traits), page(name, properties), group(groupId, traits), alias(userId, previousId), each with
// options behind: { context, timestamp, integrations }; consent({ Ads: true, Analytics: false }), reset(), flush(), anonymousId(), userId().
// Calls made before the script has loaded are kept if the page says:
// window.cdp = window.cdp || []; cdp.push(['track', 'Signed Up', { plan: 'pro' }]).
//
// Each call lies in localStorage under a key of its own until the server has answered for it, so it survives closing the page, being
// offline, and other tabs. It is sent again under the same messageId, which the server counts once.
(function () {
  'use strict';

  var QUEUED_MAX = 1000;
  var BATCH_EVENTS_MAX = 100;
  var BATCH_CHARS_MAX = 400000;
  // Browsers let a page that goes away send 64 KB in all; characters may take up to three bytes.
  var LEAVING_CHARS_MAX = 20000;
  var WAIT_FIRST = 1000;
  var WAIT_MAX = 300000;
  // A retry that the server asks for may be later, though no later than a timer can hold.
  var RETRY_AFTER_MAX = 86400000;
  var ANSWER_WITHIN = 60000;

  function newId() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.from(bytes, function (byte) { return byte.toString(16).padStart(2, '0'); }).join('');
  }

  // Keeps calls, each complete and with a messageId, until the server has answered for them. With isKept: false they last as long as the page.
  function outbox(options) {
    var endpoint = new URL('beacon/v1/batch', options.host.replace(/\/?$/, '/'));
    endpoint.search = '?writeKey=' + encodeURIComponent(options.writeKey);

    var queued = 'cdp:' + options.writeKey + ':q:';
    var store = (options.isKept !== false && usable(storage())) || memory();
    var counter = 0;
    // Who wants to hear when a call was tried for the first time, by the call's key.
    var tried = new Map();
    var failures = 0;
    var sending = false;
    var timer = null;
    // What went off while the page was being left: a page may be told so twice, and must not use up the browser's allowance twice.
    var left = new Set();

    function storage() {
      try {
        return window.localStorage;
      } catch (denied) {
        return null;
      }
    }

    function usable(candidate) {
      try {
        candidate.setItem('cdp:test', '1');
        candidate.removeItem('cdp:test');
        return candidate;
      } catch (denied) {
        return null;
      }
    }

    // For pages that may keep nothing: lasts as long as the page.
    function memory() {
      var items = new Map();
      return {
        getItem: function (key) { return items.has(key) ? items.get(key) : null; },
        setItem: function (key, value) { items.set(key, String(value)); },
        removeItem: function (key) { items.delete(key); },
        key: function (index) { return Array.from(items.keys())[index] || null; },
        get length() { return items.size; }
      };
    }

    function keep(key, value) {
      try {
        store.setItem(key, value);
        return true;
      } catch (full) {
        return false;
      }
    }

    // The keys of waiting calls, oldest first.
    function waiting() {
      var keys = [];
      for (var i = 0; i < store.length; i++) {
        var key = store.key(i);
        if (key && key.startsWith(queued)) keys.push(key);
      }
      return keys.sort();
    }

    // Calls hear, if it is given, when the call has been tried once, whatever came of it, or cannot be tried for now.
    function add(call, hear) {
      var keys = waiting();
      while (keys.length >= QUEUED_MAX) store.removeItem(keys.shift());
      // Sorts by time, then by the order of calls.
      var key = queued + Date.now().toString(36).padStart(9, '0') + (counter++).toString(36).padStart(6, '0') + call.messageId;
      var text = JSON.stringify(call);
      // A full store takes the new rather than the old.
      while (!keep(key, text) && keys.length > 0) store.removeItem(keys.shift());
      if (hear && failures > 0 && timer !== null) setTimeout(hear);
      else if (hear) tried.set(key, hear);
      schedule(0);
    }

    function tell(keys) {
      keys.forEach(function (key) {
        var hear = tried.get(key);
        tried.delete(key);
        if (hear) hear();
      });
    }

    // The next calls that fit, always at least one.
    function take(keys, charsMax) {
      var batch = { keys: [], calls: [] };
      var chars = 0;
      for (var i = 0; i < keys.length && batch.keys.length < BATCH_EVENTS_MAX; i++) {
        var text = store.getItem(keys[i]);
        if (text === null) continue;
        chars += text.length;
        if (chars > charsMax && batch.keys.length > 0) break;
        batch.keys.push(keys[i]);
        batch.calls.push(text);
      }
      return batch;
    }

    function bodyOf(batch) {
      return '{"batch":[' + batch.calls.join(',') + '],"sentAt":"' + new Date().toISOString() + '"}';
    }

    function schedule(wait) {
      if (timer !== null) {
        // New calls must not put off a retry again and again.
        if (failures > 0 && wait === 0) return;
        clearTimeout(timer);
      }
      timer = setTimeout(flush, Math.max(wait, failures > 0 ? backOff() : 0));
    }

    function backOff() {
      var wait = Math.min(WAIT_MAX, WAIT_FIRST * Math.pow(2, failures - 1));
      return wait / 2 + Math.random() * wait / 2;
    }

    async function flush() {
      timer = null;
      if (sending) return;
      if (navigator.onLine === false) {
        tell(Array.from(tried.keys()));
        return;
      }
      sending = true;
      var pause = 0;
      try {
        for (var batch = take(waiting(), BATCH_CHARS_MAX); batch.keys.length > 0; batch = take(waiting(), BATCH_CHARS_MAX)) {
          var answer = await post(batch);
          if (!answer.done) {
            failures++;
            pause = answer.pause || 1;
            break;
          }
          failures = 0;
          batch.keys.forEach(function (key) { store.removeItem(key); });
          tell(batch.keys);
        }
      } finally {
        sending = false;
      }
      tell(Array.from(tried.keys()));
      if (pause > 0) schedule(pause);
      else if (waiting().length > 0) schedule(0);
    }

    // A plain text needs no preflight, and the key is in the address.
    async function post(batch) {
      try {
        var response = await fetch(endpoint.href, {
          method: 'POST',
          headers: { 'Content-Type': 'text/plain' },
          body: bodyOf(batch),
          credentials: 'omit',
          signal: AbortSignal.timeout ? AbortSignal.timeout(ANSWER_WITHIN) : undefined
        });
        var again = response.status === 408 || response.status === 429 || response.status >= 500;
        var seconds = Number(response.headers.get('Retry-After')) || 0;
        return { done: !again, pause: again ? Math.min(RETRY_AFTER_MAX, seconds * 1000) : 0 };
      } catch (unreachable) {
        return { done: false, pause: 0 };
      }
    }

    // Nobody will hear the answer, so the calls stay where they are; the next page sends them again and they are counted once.
    function leave() {
      var keys = waiting().filter(function (key) { return !left.has(key); });
      for (var batch = take(keys, LEAVING_CHARS_MAX); batch.keys.length > 0; batch = take(keys, LEAVING_CHARS_MAX)) {
        if (!sendOff(bodyOf(batch))) return;
        batch.keys.forEach(function (key) { left.add(key); });
        keys = keys.filter(function (key) { return !left.has(key); });
      }
    }

    // True when the browser took it for sure, so that more may follow.
    function sendOff(body) {
      try {
        if (navigator.sendBeacon && navigator.sendBeacon(endpoint.href, body)) return true;
        fetch(endpoint.href, { method: 'POST', body: body, keepalive: true, credentials: 'omit' }).catch(function () {});
      } catch (refused) {
        // They wait for the next page.
      }
      return false;
    }

    window.addEventListener('online', function () {
      failures = 0;
      schedule(1);
    });
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', function () {
      if (document.visibilityState === 'hidden') leave();
      else left.clear();
    });

    if (waiting().length > 0) schedule(0);
    return { store: store, keep: keep, add: add, flush: flush };
  }

  function connect(options) {
    var box = outbox(options);
    var store = box.store;
    var keep = box.keep;
    var prefix = 'cdp:' + options.writeKey + ':';

    function anonymousId() {
      var id = store.getItem(prefix + 'anonymousId');
      if (!id) {
        id = newId();
        keep(prefix + 'anonymousId', id);
      }
      return id;
    }

    function userId() {
      return store.getItem(prefix + 'userId');
    }

    function context() {
      return {
        library: { name: 'cdp.js', version: '1' },
        locale: navigator.language,
        userAgent: navigator.userAgent,
        page: {
          url: location.href,
          path: location.pathname,
          search: location.search,
          title: document.title,
          referrer: document.referrer
        }
      };
    }

    // By category true or false; what was never asked is not in it.
    function choices() {
      try {
        return JSON.parse(store.getItem(prefix + 'consent')) || {};
      } catch (broken) {
        return {};
      }
    }

    // What the call says itself counts before what is known anyway: of the page and of consent item by item, of all else as a whole.
    function contextWith(given) {
      var known = context();
      var whole = Object.assign({}, known, given);
      whole.page = Object.assign(known.page, whole.page);
      var own = whole.consent || {};
      var said = Object.assign(choices(), own.categoryPreferences);
      if (Object.keys(said).length > 0) whole.consent = Object.assign({}, own, { categoryPreferences: said });
      return whole;
    }

    function enqueue(type, fields, options) {
      var asked = options || {};
      var call = Object.assign({
        type: type,
        messageId: newId(),
        anonymousId: anonymousId(),
        userId: userId(),
        timestamp: asked.timestamp || new Date(),
        context: contextWith(asked.context),
        integrations: asked.integrations
      }, fields);
      box.add(call);
      return call.messageId;
    }

    // Whoever comes next has agreed to nothing yet.
    function becomeSomebodyElse() {
      store.removeItem(prefix + 'consent');
      // Replaced rather than removed, or another tab would make up its own.
      keep(prefix + 'anonymousId', newId());
    }

    var api = {
      track: function (event, properties, options) {
        return enqueue('track', { event: event, properties: properties || {} }, options);
      },
      identify: function (id, traits, options) {
        if (id && typeof id === 'object') {
          options = traits;
          traits = id;
          id = null;
        }
        if (id) {
          // Somebody else signs in: this browser's history is not hers.
          if (userId() !== null && userId() !== String(id)) becomeSomebodyElse();
          keep(prefix + 'userId', String(id));
        }
        return enqueue('identify', { traits: traits || {} }, options);
      },
      page: function (name, properties, options) {
        if (name && typeof name === 'object') {
          options = properties;
          properties = name;
          name = null;
        }
        return enqueue('page', { name: name || undefined, properties: Object.assign({}, context().page, properties) }, options);
      },
      group: function (id, traits, options) {
        return enqueue('group', { groupId: String(id), traits: traits || {} }, options);
      },
      alias: function (id, previousId, options) {
        if (previousId && typeof previousId === 'object') {
          options = previousId;
          previousId = null;
        }
        var previous = previousId || userId() || anonymousId();
        keep(prefix + 'userId', String(id));
        return enqueue('alias', { userId: String(id), previousId: String(previous) }, options);
      },
      consent: function (given) {
        var said = choices();
        Object.keys(given || {}).forEach(function (category) {
          if (typeof given[category] === 'boolean') said[category] = given[category];
          else delete said[category];
        });
        // Where there is no room for the new word, the old one must not go on being said.
        store.removeItem(prefix + 'consent');
        keep(prefix + 'consent', JSON.stringify(said));
      },
      reset: function () {
        store.removeItem(prefix + 'userId');
        becomeSomebodyElse();
      },
      flush: box.flush,
      anonymousId: anonymousId,
      userId: userId,
      // What names no call of ours is let pass: it must not break the page, nor the calls after it.
      push: function (call) {
        var isOurs = Array.isArray(call) && Object.prototype.hasOwnProperty.call(api, call[0]);
        return isOurs ? api[call[0]].apply(api, call.slice(1)) : undefined;
      }
    };

    return api;
  }

  // For index.js, the package's module, and for segment/, which takes over pages with Segment's snippet.
  connect.outbox = outbox;
  connect.newId = newId;
  globalThis[Symbol.for('cdp.js')] = connect;

  var script = typeof document === 'undefined' ? null : document.currentScript;
  if (!script || !script.hasAttribute('data-write-key')) return;
  var early = window.cdp;
  if (early && !Array.isArray(early)) return;
  window.cdp = connect({ host: new URL('.', script.src).href, writeKey: script.getAttribute('data-write-key') });
  (early || []).forEach(window.cdp.push);
  var auto = script.getAttribute('data-auto-page');
  if (auto !== null && auto !== 'false') window.cdp.page();
})();

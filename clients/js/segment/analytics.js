// Takes over window.analytics where Segment's script-tag snippet has put a list of calls, and does what Segment's library does with them, all
// of it by the outbox of cdp.js: kept until delivered, counted once, leaving with the page. The server puts cdp.js and the files of this folder
// together as /analytics.js/v1/KEY/analytics.min.js and calls start with the address that events go to, or with null: where the script came from.
(function (cdp) {
  'use strict';

  var PLACE = /^(.*?)\/analytics\.js\/v1\/([^/]+)\//;
  // What must be in force before the first call of the page is replayed.
  var FIRST = ['setAnonymousId', 'on', 'once', 'off', 'addSourceMiddleware'];

  // The object that the page sees as window.analytics.
  function take(host, writeKey, options, snippet) {
    var chosen = {};
    Object.keys(options.integrations || {}).forEach(function (name) { chosen[name] = Boolean(options.integrations[name]); });
    var isOff = options.disable || (chosen['Segment.io'] === undefined ? chosen.All === false : !chosen['Segment.io']);
    var isKept = !options.disable && options.disableClientPersistence !== true;
    var box = cdp.outbox({ host: host, writeKey: writeKey, isKept: isKept });
    var visitor = cdp.visitorOf(box, isKept, options.cookie || {});
    var user = visitor.user;
    var group = visitor.group;
    var listeners = new Map();
    var middleware = [];
    var isTalkative = false;

    function safely(work) {
      try {
        return work();
      } catch (thrown) {
        console.error(thrown);
        return undefined;
      }
    }

    function emit(name) {
      var rest = Array.prototype.slice.call(arguments, 1);
      (listeners.get(name) || []).slice().forEach(function (listener) {
        safely(function () { listener.apply(api, rest); });
      });
      return api;
    }

    // What stands for a call in promises and callbacks.
    function contextOf(call) {
      return { id: call.messageId, event: call, attempts: 1, logs: function () { return []; }, failedDelivery: function () { return undefined; } };
    }

    // Each piece of middleware must hand the call on; what it hands on is what is sent.
    function pass(ctx, from, arrived) {
      if (from === middleware.length) {
        arrived(ctx);
        return;
      }
      var isHandedOn = false;
      safely(function () {
        middleware[from]({
          payload: { obj: ctx.event, type: function () { return ctx.event.type; }, rawEvent: function () { return ctx.event; } },
          integrations: {},
          next: function (payload) {
            if (isHandedOn || payload === null) return;
            isHandedOn = true;
            if (payload && payload.obj) ctx.event = payload.obj;
            pass(ctx, from + 1, arrived);
          }
        });
      });
    }

    function send(type, fields, asked, page, told) {
      if (asked.options.anonymousId) user.anonymousId(asked.options.anonymousId);
      var given = Object.assign({}, asked.options.context);
      Object.keys(asked.options).forEach(function (name) {
        if (['context', 'integrations', 'userId', 'anonymousId', 'timestamp', 'messageId'].indexOf(name) < 0) given[name] = asked.options[name];
      });
      if (type === 'page') {
        var shown = {};
        Object.keys(page).forEach(function (name) { if (name in fields.properties) shown[name] = fields.properties[name]; });
        fields.properties = Object.assign({}, page, fields.properties, fields.name === undefined ? {} : { name: fields.name });
        given.page = Object.assign(shown, given.page);
      }
      var call = Object.assign({
        type: type,
        messageId: asked.options.messageId || 'ajs-cdp-' + cdp.newId(),
        timestamp: asked.options.timestamp || new Date(),
        userId: user.id() || asked.options.userId,
        anonymousId: user.anonymousId(),
        context: cdp.contextOf(page, given),
        integrations: Object.assign({}, chosen, asked.options.integrations)
      }, fields);
      if (isTalkative) console.log('analytics.' + type, call);

      var ctx = contextOf(call);
      var tried = isOff || call.integrations['Segment.io'] === false ? Promise.resolve() : new Promise(function (resolve) {
        pass(ctx, 0, function () { box.add(ctx.event, resolve); });
        // What was held back is not waited for.
        if (middleware.length > 0) setTimeout(resolve, api.settings.timeout);
      });
      // A callback waits for no answer that takes longer than a page wants to wait.
      var soon = asked.callback ? Promise.race([tried, new Promise(function (resolve) { setTimeout(resolve, api.settings.timeout); })]) : tried;
      return soon.then(function () {
        if (asked.callback) safely(function () { asked.callback(ctx); });
        emit.apply(null, [type].concat(told(ctx.event)));
        return ctx;
      });
    }

    // A call as pages make it; the snippet has noted behind the arguments on which page it was.
    function call(type, make) {
      return function () {
        var args = Array.prototype.slice.call(arguments);
        var last = args[args.length - 1];
        var note = last && last.__t === 'bpc' ? args.pop() : undefined;
        if (type === 'group' && args.length === 0) return group;
        try {
          return make(cdp.argumentsOf[type](args), cdp.pageOf(note));
        } catch (thrown) {
          return Promise.reject(thrown);
        }
      };
    }

    function view(type) {
      return call(type, function (asked, page) {
        var fields = { properties: Object.assign({}, asked.properties) };
        if (asked.category !== null) fields.category = asked.category;
        if (asked.category !== null && type === 'page') fields.properties.category = asked.category;
        if (asked.name !== null) fields.name = asked.name;
        return send(type, fields, asked, page, function (sent) { return [asked.category, asked.name, sent.properties]; });
      });
    }

    function resolved() {
      return Promise.resolve(api);
    }

    function unknown(name) {
      return function () {
        console.warn('analytics.' + name + ' is not served here.');
        return resolved();
      };
    }

    var api = {
      track: call('track', function (asked, page) {
        return send('track', { event: asked.name, properties: asked.properties }, asked, page, function (sent) { return [asked.name, sent.properties]; });
      }),
      page: view('page'),
      screen: view('screen'),
      pageview: function (path) { return api.page({ path: path }).then(resolved); },
      identify: call('identify', function (asked, page) {
        user.identify(asked.id, asked.traits);
        return send('identify', { userId: user.id(), traits: user.traits() }, asked, page, function (sent) { return [sent.userId, sent.traits]; });
      }),
      group: call('group', function (asked, page) {
        group.identify(asked.id, asked.traits);
        return send('group', { groupId: group.id(), traits: group.traits() }, asked, page, function (sent) { return [sent.groupId, sent.traits]; });
      }),
      alias: call('alias', function (asked, page) {
        var fields = { userId: asked.to, previousId: asked.from || user.id() || user.anonymousId() };
        return send('alias', fields, asked, page, function () { return [asked.to, asked.from]; });
      }),
      reset: function () {
        user.reset();
        group.reset();
        emit('reset');
      },
      user: function () { return user; },
      setAnonymousId: function (id) { return user.anonymousId(id); },
      ready: function (callback) {
        return Promise.resolve([]).then(function (nothing) {
          if (typeof callback === 'function') safely(function () { callback(nothing); });
          return nothing;
        });
      },
      on: function (name, listener) {
        listeners.set(name, (listeners.get(name) || []).concat(listener));
        return api;
      },
      once: function (name, listener) {
        function once() {
          api.off(name, once);
          listener.apply(api, arguments);
        }
        return api.on(name, once);
      },
      off: function (name, listener) {
        listeners.set(name, (listeners.get(name) || []).filter(function (one) { return one !== listener; }));
        return api;
      },
      emit: emit,
      debug: function (toggle) {
        isTalkative = toggle !== false;
        return api;
      },
      timeout: function (milliseconds) { api.settings.timeout = milliseconds; },
      addSourceMiddleware: function (piece) {
        middleware.push(piece);
        return resolved();
      },
      // There is no destination in the page that it could stand before.
      addDestinationMiddleware: resolved,
      addIntegrationMiddleware: resolved,
      register: unknown('register'),
      deregister: unknown('deregister'),
      use: unknown('use'),
      load: function () { return api; },
      initialize: resolved,
      init: resolved,
      // What names no call of ours is let pass: it must not break the page, nor the calls after it.
      push: function (one) {
        if (!Array.isArray(one) || !Object.prototype.hasOwnProperty.call(api, one[0]) || typeof api[one[0]] !== 'function') return undefined;
        var result = safely(function () { return api[one[0]].apply(api, one.slice(1)); });
        if (result && result.catch) result.catch(console.error);
        return result;
      },
      settings: { writeKey: writeKey, timeout: 300 },
      options: options,
      integrations: chosen,
      initialized: true,
      invoked: true,
      VERSION: 'cdp-1',
      SNIPPET_VERSION: snippet.SNIPPET_VERSION,
      _writeKey: writeKey
    };
    cdp.addLinksTo(api);
    return api;
  }

  function begin(api, options, calls) {
    function isFirst(one) {
      return FIRST.indexOf(one[0]) >= 0;
    }

    calls.filter(isFirst).forEach(api.push);
    api.emit('initialize', { writeKey: api.settings.writeKey }, options);
    var rules = options.useQueryString;
    var asked = rules === false ? {} : cdp.askedByLink();
    if (asked.anonymousId && !(rules && rules.aid && !rules.aid.test(asked.anonymousId))) api.setAnonymousId(asked.anonymousId);
    if (asked.userId && !(rules && rules.uid && !rules.uid.test(asked.userId))) api.identify(asked.userId, asked.traits);
    if (asked.event) api.track(asked.event, asked.properties);
    if (options.initialPageview) api.page();
    calls.filter(function (one) { return !isFirst(one); }).forEach(api.push);
    api.emit('ready');
  }

  cdp.start = function (publicUrl) {
    var script = document.currentScript && PLACE.test(document.currentScript.src) ? document.currentScript
      : Array.from(document.scripts).find(function (one) { return PLACE.test(one.src); });
    var place = script && PLACE.exec(script.src);
    if (!place) {
      console.error('analytics.js: it cannot be told by the script tag which write key this page has.');
      return;
    }
    var name = script.getAttribute('data-global-segment-analytics-key') || 'analytics';
    var early = window[name] || [];
    if (!Array.isArray(early)) return;
    var options = early._loadOptions || {};

    function go(isDisabled) {
      options = Object.assign({}, options, { disable: Boolean(isDisabled) });
      var api = take(publicUrl || place[1], decodeURIComponent(place[2]), options, early);
      var calls = early.splice(0).map(function (one) { return one ? Array.from(one) : []; });
      window[name] = api;
      // Whoever still holds the list, because he got hold of it before, is heard as well.
      early.push = api.push;
      begin(api, options, calls);
    }

    if (typeof options.disable !== 'function') go(options.disable === true);
    else Promise.resolve(options.disable({ integrations: {} })).then(go, console.error);
  };
})(globalThis[Symbol.for('cdp.js')]);

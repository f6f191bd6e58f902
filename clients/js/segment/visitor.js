// Who the visitor is and which group she belongs to, under the names and in the spelling in which Segment's library keeps them, in localStorage
// and in cookies for the whole site: a page that changes over, or back, goes on with the same ids.
(function (cdp) {
  'use strict';

  var YEAR_DAYS = 365;

  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch (plain) {
      return text;
    }
  }

  // An id as it was written, be it bare, quoted, or a number as by versions of long ago.
  function idOf(text) {
    var value = text === null ? null : parsed(text);
    return typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : null;
  }

  function jar(options) {
    var where = '; path=' + (options.path || '/') + '; SameSite=' + (options.sameSite || 'Lax') + (options.secure ? '; Secure' : '');
    var domain = options.domain || siteOf(location.hostname);
    if (domain) where += '; domain=' + domain;

    // The widest domain that takes a cookie: shop.example.co.uk may for example.co.uk, not for co.uk.
    function siteOf(host) {
      var parts = host.split('.');
      if (/^[\d.]+$/.test(host)) return null;
      for (var i = parts.length - 2; i >= 0; i--) {
        var candidate = parts.slice(i).join('.');
        document.cookie = '__tld__=1; domain=.' + candidate;
        if (get('__tld__') === null) continue;
        document.cookie = '__tld__=; max-age=0; domain=.' + candidate;
        return candidate;
      }
      return null;
    }

    function get(name) {
      var found = document.cookie.split('; ').find(function (pair) { return pair.startsWith(name + '='); });
      if (found === undefined) return null;
      try {
        return decodeURIComponent(found.slice(name.length + 1));
      } catch (broken) {
        return null;
      }
    }

    return {
      get: get,
      set: function (name, value) {
        document.cookie = name + '=' + encodeURIComponent(value) + '; max-age=' + Math.round((options.maxage || YEAR_DAYS) * 86400) + where;
      },
      remove: function (name) { document.cookie = name + '=; max-age=0' + where; }
    };
  }

  var noCookies = { get: function () { return null; }, set: function () {}, remove: function () {} };

  function usableJar(options) {
    try {
      return jar(options);
    } catch (denied) {
      return noCookies;
    }
  }

  cdp.visitorOf = function (box, isKept, cookieOptions) {
    var cookies = isKept ? usableJar(cookieOptions) : noCookies;

    function setId(name, id) {
      if (id === null) {
        box.store.removeItem(name);
        cookies.remove(name);
      } else {
        box.keep(name, JSON.stringify(id));
        cookies.set(name, id);
      }
    }

    // Written again, so that a place that lost it has it and the cookie lasts.
    function found(name, id) {
      if (id !== null) setId(name, id);
      return id;
    }

    function party(idName, traitsName, onChange) {
      var self = {
        id: function (id) {
          var before = idOf(box.store.getItem(idName)) || idOf(cookies.get(idName));
          if (id === undefined) return before;
          var next = id === null ? null : String(id);
          setId(idName, next);
          if (next !== null && before !== null && next !== before) onChange();
          return next;
        },
        traits: function (traits) {
          if (traits !== undefined) box.keep(traitsName, JSON.stringify(traits || {}));
          var kept = parsed(box.store.getItem(traitsName));
          return kept && typeof kept === 'object' ? kept : {};
        },
        // What was known before stays with whom it was known of.
        identify: function (id, traits) {
          var current = self.id();
          var known = current === null || !id || current === id ? self.traits() : {};
          if (id) self.id(id);
          self.traits(Object.assign(known, traits));
        },
        logout: function () { self.reset(); },
        reset: function () {
          setId(idName, null);
          box.store.removeItem(traitsName);
        }
      };
      found(idName, self.id());
      return self;
    }

    var user = party('ajs_user_id', 'ajs_user_traits', function () { setId('ajs_anonymous_id', null); });
    var group = party('ajs_group_id', 'ajs_group_properties', function () {});

    // The cookie decides: it alone is the same on all subdomains.
    user.anonymousId = function (id) {
      if (id !== undefined) setId('ajs_anonymous_id', id === null ? null : String(id));
      if (id === null) return null;
      var cookie = idOf(cookies.get('ajs_anonymous_id'));
      var kept = idOf(box.store.getItem('ajs_anonymous_id'));
      if (cookie !== null && cookie === kept) return kept;
      return found('ajs_anonymous_id', cookie || kept || cdp.newId());
    };
    var forgetUser = user.reset;
    user.reset = function () {
      forgetUser();
      setId('ajs_anonymous_id', null);
    };
    var known = user.anonymousId();
    found('ajs_anonymous_id', known);
    return { user: user, group: group };
  };
})(globalThis[Symbol.for('cdp.js')]);

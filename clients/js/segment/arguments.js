// What the arguments of a call mean: all but the first few may be left out, and a callback may stand at any place.
(function (cdp) {
  'use strict';

  function isPlain(value) {
    return Object.prototype.toString.call(value) === '[object Object]';
  }

  function isText(value) {
    return typeof value === 'string';
  }

  function callbackOf(args) {
    return args.find(function (arg) { return typeof arg === 'function'; });
  }

  function plain(value) {
    return isPlain(value) ? value : {};
  }

  // page(), page(name), page(category, name), each with properties, options and a callback behind.
  function view(args) {
    var texts = args.filter(isText);
    var objects = args.filter(isPlain);
    var isOptionsAlone = objects.length === 1 && args[3] === objects[0];
    return {
      category: texts.length > 1 ? texts[0] : null,
      name: texts.length > 1 ? texts[1] : texts.length > 0 ? texts[0] : null,
      properties: isOptionsAlone ? {} : plain(objects[0]),
      options: isOptionsAlone ? objects[0] : plain(objects[1]),
      callback: callbackOf(args)
    };
  }

  // identify and group: (id, traits, options, callback), the id left out or null.
  function party(args) {
    var isId = isText(args[0]) || typeof args[0] === 'number';
    var rest = isId || args[0] === null || args[0] === undefined ? args.slice(1) : args;
    return { id: isId ? String(args[0]) : undefined, traits: plain(rest[0]), options: plain(rest[1]), callback: callbackOf(args) };
  }

  cdp.argumentsOf = {
    track: function (args) {
      var isWhole = isPlain(args[0]);
      var name = isWhole ? args[0].event : args[0];
      if (!name || !isText(name)) throw new Error('Event missing');
      return {
        name: name,
        properties: plain(isWhole ? args[0].properties : args[1]),
        options: plain(isWhole ? args[1] : args[2]),
        callback: callbackOf(args)
      };
    },
    page: view,
    screen: view,
    identify: party,
    group: party,
    alias: function (args) {
      var ids = args.map(function (arg) { return typeof arg === 'number' ? String(arg) : arg; }).filter(isText);
      return { to: ids[0], from: ids.length > 1 ? ids[1] : null, options: plain(args.find(isPlain)), callback: callbackOf(args) };
    }
  };
})(globalThis[Symbol.for('cdp.js')]);

// Tracks clicks on links and submits of forms. Neither is held up: the call is kept before the browser moves on, and leaves with the page.
(function (cdp) {
  'use strict';

  function listOf(elements) {
    if (!elements) return [];
    return elements instanceof Element ? [elements] : elements.toArray ? elements.toArray() : Array.from(elements);
  }

  cdp.addLinksTo = function (api) {
    function follow(kind) {
      return function (elements, event, properties, options) {
        listOf(elements).forEach(function (element) {
          function hear() {
            var name = typeof event === 'function' ? event(element) : event;
            api.track(name, typeof properties === 'function' ? properties(element) : properties, options || {}).catch(console.error);
          }

          // A form that jQuery submits tells jQuery's listeners only.
          var query = kind === 'submit' && (window.jQuery || window.Zepto);
          if (query) query(element).on(kind, hear);
          else element.addEventListener(kind, hear, false);
        });
        return Promise.resolve(api);
      };
    }

    api.trackLink = api.trackClick = follow('click');
    api.trackForm = api.trackSubmit = follow('submit');
  };
})(globalThis[Symbol.for('cdp.js')]);

// Whoever opens the link comes in at once; a program that only fetches it ahead runs no script, and uses up nothing.
"use strict";

(() => {
  const form = document.querySelector("form[data-enter]");
  const enter = () => {
    form.requestSubmit();
    // The link works once: a second press would say that it was used.
    form.querySelector("button").disabled = true;
  };
  if (!form) return;
  if (document.prerendering) document.addEventListener("prerenderingchange", enter, { once: true });
  else enter();
})();

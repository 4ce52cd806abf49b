// The reader: counts the seconds in which the page is visible and its reader active, remembers how far down
// they came, and marks selected words. Everything is posted to this computer and nowhere else.
"use strict";

(() => {
  const reader = document.querySelector("[data-reader]");
  if (!reader) return;

  const IDLE_AFTER = 45000; // reading a screenful takes about this long without touching anything
  const BEAT_EVERY = 15000;
  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]").value;

  let seconds = 0;
  let furthest = 0;
  let opened = false;
  let lastActive = Date.now();
  let lastTick = Date.now();

  function howFar() {
    const article = document.getElementById("article");
    if (!article) return 0;
    const box = article.getBoundingClientRect();
    if (!box.height) return 0;
    return Math.min(1, Math.max(0, (window.innerHeight - box.top) / box.height));
  }

  function tick() {
    const now = Date.now();
    const active = document.visibilityState === "visible" && now - lastActive < IDLE_AFTER;
    if (active) {
      seconds += Math.min(now - lastTick, 2000) / 1000;
      furthest = Math.max(furthest, howFar());
    }
    lastTick = now;
  }

  function beat() {
    tick();
    if (seconds < 1 && opened) return;
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token());
    body.append("seconds", String(Math.round(seconds)));
    body.append("progress", furthest.toFixed(3));
    if (!opened) body.append("opened", "yes");
    if (navigator.sendBeacon(reader.dataset.beat, body)) {
      opened = true;
      seconds = 0;
    }
  }

  for (const name of ["pointerdown", "pointermove", "keydown", "scroll", "touchstart", "wheel"]) {
    document.addEventListener(name, () => { lastActive = Date.now(); }, { passive: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") beat();
    else lastActive = lastTick = Date.now();
  });
  window.addEventListener("pagehide", beat);
  window.setInterval(tick, 1000);
  window.setInterval(beat, BEAT_EVERY);
  window.setTimeout(beat, 2000);

  const marker = document.getElementById("marker");
  const form = document.getElementById("highlight-form");
  const article = document.getElementById("article");

  function selected() {
    const selection = window.getSelection();
    if (!selection || selection.isCollapsed || !article) return null;
    const range = selection.getRangeAt(0);
    if (!article.contains(range.commonAncestorContainer)) return null;
    const text = selection.toString().trim();
    return text ? { text, range } : null;
  }

  function near(range) {
    const before = document.createRange();
    before.setStart(article, 0);
    before.setEnd(range.startContainer, range.startOffset);
    return before.toString().length / Math.max(1, article.textContent.length);
  }

  document.addEventListener("selectionchange", () => { marker.hidden = !selected(); });
  marker.querySelector("button").addEventListener("mousedown", (event) => event.preventDefault());
  marker.querySelector("button").addEventListener("click", () => {
    const chosen = selected();
    if (!chosen) return;
    form.elements.quote.value = chosen.text;
    form.elements.near.value = near(chosen.range).toFixed(4);
    form.submit();
  });
})();

// Single keys: j and k move along the lines, o opens, s saves, x is "not for me", ? lists the keys, / searches.
// Also small conveniences that every page may use: copying, dropping a file, asking for a dialog.
"use strict";

(() => {
  const lines = () => [...document.querySelectorAll("[data-line]")];
  const current = () => document.querySelector("[data-line].at-it");

  function isWriting(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function stand(line) {
    lines().forEach((other) => other.classList.toggle("at-it", other === line));
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "nearest" });
  }

  function step(by) {
    const all = lines();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    stand(all[next]);
  }

  function press(name) {
    const place = current() || document.querySelector("[data-only-line]");
    const control = place && place.querySelector(`[data-key="${name}"]`);
    if (control) control.click();
  }

  function toggleKeys() {
    const dialog = document.getElementById("keys-dialog");
    if (!dialog) return;
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  function search() {
    const box = document.querySelector("input[type=search]");
    if (box) box.focus();
    else window.location.assign("/search/");
  }

  const actions = {
    j: () => step(1),
    k: () => step(-1),
    o: () => press("o"),
    s: () => press("s"),
    x: () => press("x"),
    "?": toggleKeys,
    "/": search,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (isWriting(event.target)) return;
    if (event.target.closest("dialog") && event.key !== "?") return;
    const action = actions[event.key];
    if (!action || !document.getElementById("keys-dialog")) return;
    event.preventDefault();
    action();
  });

  document.addEventListener("focusin", (event) => {
    const line = event.target.closest("[data-line]");
    if (line) lines().forEach((other) => other.classList.toggle("at-it", other === line));
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const from = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(from.value || from.textContent.trim());
    button.textContent = button.dataset.copied || button.textContent;
  });

  document.querySelectorAll("[data-with-script]").forEach((element) => {
    element.hidden = false;
  });
})();

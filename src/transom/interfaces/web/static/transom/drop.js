// Dropping a file or a link on the form puts it into the form's boxes; nothing is sent before the button is pressed.
"use strict";

(() => {
  const form = document.querySelector("[data-drop]");
  if (!form) return;
  const file = form.querySelector("input[type=file]");
  const text = form.querySelector("textarea");

  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over-it");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over-it"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over-it");
    const { files } = event.dataTransfer;
    if (files.length) file.files = files;
    else text.value = event.dataTransfer.getData("text/uri-list") || event.dataTransfer.getData("text/plain");
  });
})();

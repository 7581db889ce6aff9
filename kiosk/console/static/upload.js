// A file may be dropped onto the form instead of being chosen; a file that is too large is told
// before it travels. Without this script the form works as it stands.
"use strict";
(() => {
  const form = document.querySelector("form[data-drop]");
  if (form === null) return;
  const told = form.dataset;
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button");
  const note = form.querySelector("[role=status]");
  form.classList.add("can-drop");

  const send = () => {
    const file = input.files[0];
    if (file === undefined) return false;
    if (file.size > Number(told.mostBytes)) {
      note.textContent = told.tooLarge;
      input.value = "";
      input.focus();
      return false;
    }
    note.textContent = told.busy;
    button.setAttribute("aria-busy", "true");
    return true;
  };
  form.addEventListener("submit", (event) => {
    if (button.hasAttribute("aria-busy") || !send()) event.preventDefault();
  });
  addEventListener("pageshow", () => { button.removeAttribute("aria-busy"); note.textContent = ""; });

  const carriesFile = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      if (!carriesFile(event)) return;
      event.preventDefault(); // else the browser would open the file
      form.classList.toggle("over", form.contains(event.target));
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) form.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    form.classList.remove("over");
    if (!form.contains(event.target)) return;
    if (event.dataTransfer.files.length !== 1) {
      note.textContent = told.one;
      return;
    }
    input.files = event.dataTransfer.files;
    form.requestSubmit(button);
  });
})();

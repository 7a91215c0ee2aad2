// The out-of-office form: words typed while an answer was on its way are never replaced by it.
const form = document.getElementById("away");
const typed = () => [...form.querySelectorAll("textarea")].map((field) => field.value).join("\n\n");
let sent = "";

form.addEventListener("htmx:configRequest", () => { sent = typed(); });

form.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "words" || typed() === sent) return;
  event.detail.shouldSwap = false;
  document.getElementById("when").dispatchEvent(new Event("change"));
});

// A field that is being mended is not wrong any more; the server says so if it still is.
form.addEventListener("input", ({ target }) => {
  if (target.getAttribute("aria-invalid") !== "true") return;
  target.removeAttribute("aria-invalid");
  document.getElementById(`${target.id}_error`)?.remove();
});

// A form sent once is not sent twice: the pressed button says it works, later presses are ignored.
const settle = (form) => {
  delete form.dataset.sending;
  form.querySelectorAll("[aria-busy=true]").forEach((button) => button.removeAttribute("aria-busy"));
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.method === "get" || event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "1";
  event.submitter?.setAttribute("aria-busy", "true");
}, true);

// htmx answers in place; a page from the browser's memory comes back ready; a download leaves the page standing.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) settle(form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(settle));

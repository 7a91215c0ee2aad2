// The theme changes at once; the form behind it keeps the choice for the next page.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const chosen = event.submitter.value;
  fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
  delete form.dataset.sending;
  event.submitter.removeAttribute("aria-busy");
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  form.querySelectorAll("[name=theme]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button === event.submitter));
  });
});

// <form data-draft="/address/"> posts its text there a moment after typing stops; [data-draft-state] says when it was kept.
const WAIT = 800;
const timers = new WeakMap();

const keep = async (form) => {
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  const place = form.querySelector("[data-draft-state]");
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true });
    if (!answer.ok) throw new Error(answer.statusText);
    const clock = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
    if (place) place.textContent = place.dataset.saved.replace("%s", clock);
  } catch {
    if (place) place.textContent = place.dataset.unsaved;
  }
};

const flush = (form) => {
  clearTimeout(timers.get(form));
  timers.delete(form);
  keep(form);
};

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft]");
  if (!form) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => flush(form), WAIT));
});
document.addEventListener("submit", (event) => clearTimeout(timers.get(event.target)));
addEventListener("pagehide", () => {
  document.querySelectorAll("form[data-draft]").forEach((form) => { if (timers.has(form)) flush(form); });
});

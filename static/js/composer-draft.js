// What is written is kept on the server a moment after the last key and when the page is left.
// Saves are numbered: an older one never overtakes a newer one, and nothing is saved after the send.
const WAIT = 700;
const RETRY = 5000;
const timers = new WeakMap();
const latest = new WeakMap();

const next = (form, least = 0) => {
  const number = Math.max(Date.now(), (latest.get(form) ?? Number(form.dataset.sequence)) + 1, least + 1);
  latest.set(form, number);
  return number;
};

const say = (form, words) => { form.querySelector("[data-draft-state]").textContent = words; };

const keep = async (form, least) => {
  timers.delete(form);
  if (!form.isConnected || form.dataset.sending) return;
  const body = new FormData(form);
  body.delete("files");
  const number = next(form, least);
  body.set("sequence", number);
  const place = form.querySelector("[data-draft-state]");
  try {
    const answer = await fetch(form.dataset.composeDraft, { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } });
    if (answer.status !== 409 && !answer.ok) throw new Error(answer.statusText);
    const said = await answer.json();
    if (latest.get(form) !== number) return;
    if (said.kept) say(form, place.dataset.saved.replace("%s", said.at));
    else if (said.sequence) await keep(form, said.sequence);
  } catch {
    if (latest.get(form) !== number) return;
    say(form, place.dataset.unsaved);
    timers.set(form, setTimeout(() => keep(form), RETRY));
  }
};

const later = (form) => {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => keep(form), WAIT));
};
const flush = () => {
  for (const form of document.querySelectorAll("[data-compose-draft]")) {
    if (!timers.has(form)) continue;
    clearTimeout(timers.get(form));
    keep(form);
  }
};

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-compose-draft]");
  if (form && event.target.type !== "file" && event.target.name !== "q") later(form);
});
document.addEventListener("submit", (event) => clearTimeout(timers.get(event.target)), true);
document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
addEventListener("pagehide", flush);

// What is written is kept on the server a moment after the last key and when the page is left.
// Saves are numbered: an older one never overtakes a newer one, and nothing is saved after the send.
// The last save of a page that is left may arrive after the next page was drawn: the tab remembers it until then.
const WAIT = 700;
const RETRY = 5000;
const timers = new WeakMap();
const latest = new WeakMap();

const next = (form, least = 0) => {
  const number = Math.max(Date.now(), (latest.get(form) ?? Number(form.dataset.sequence)) + 1, least + 1);
  latest.set(form, number);
  return number;
};

const saving = new WeakMap();
const shelf = (form) => `draft ${form.dataset.composeDraft} ${form.dataset.kind}`;
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
    sessionStorage.removeItem(shelf(form));
    if (said.kept) say(form, place.dataset.saved.replace("%s", said.at));
    else if (said.sequence) await keep(form, said.sequence);
  } catch {
    if (latest.get(form) !== number) return;
    say(form, place.dataset.unsaved);
    timers.set(form, setTimeout(() => save(form), RETRY));
  }
};

const save = (form) => {
  const done = keep(form).finally(() => { if (saving.get(form) === done) saving.delete(form); });
  saving.set(form, done);
  return done;
};
const later = (form) => {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), WAIT));
};
const flush = (event) => {
  for (const form of document.querySelectorAll("[data-compose-draft]")) {
    if (!timers.has(form) && !saving.has(form)) continue;
    clearTimeout(timers.get(form));
    keep(form);
    if (event.type === "pagehide" && !form.dataset.sending) sessionStorage.setItem(shelf(form), JSON.stringify({ number: latest.get(form), body: form.elements.body.value }));
  }
};
const recall = (form) => {
  const left = JSON.parse(sessionStorage.getItem(shelf(form)));
  sessionStorage.removeItem(shelf(form));
  if (!left || left.number <= Number(form.dataset.sequence) || form.elements.body.value === left.body) return;
  latest.set(form, left.number);
  form.elements.body.value = left.body;
  form.elements.body.dispatchEvent(new Event("input", { bubbles: true }));
};

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-compose-draft]");
  if (form && event.target.type !== "file" && event.target.name !== "q") later(form);
});
// The server puts a prepared reply above what it has: what was typed a moment ago is saved first, else nothing happens.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("#offered-reply a");
  const form = document.getElementById("compose-reply");
  if (!link || !form || !(timers.has(form) || saving.has(form))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await saving.get(form);
  if (timers.has(form)) {
    clearTimeout(timers.get(form));
    await save(form);
  }
  if (!timers.has(form)) link.click();
}, true);
document.addEventListener("submit", (event) => {
  clearTimeout(timers.get(event.target));
  if (event.target.dataset.composeDraft) sessionStorage.removeItem(shelf(event.target));
}, true);
document.addEventListener("visibilitychange", (event) => { if (document.hidden) flush(event); });
addEventListener("pagehide", flush);
document.querySelectorAll("[data-compose-draft]").forEach(recall);

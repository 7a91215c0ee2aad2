// A chosen response goes in at the caret, filled; the composer remembers which one it was.
// [data-response] stands in the composer's own menu, or beside the conversation: there data-response-into names the tab.
const insert = (text, words) => {
  text.focus();
  const before = text.value.slice(0, text.selectionStart).trimEnd();
  const after = text.value.slice(text.selectionEnd).trimStart();
  const parts = [before, words, after].filter(Boolean);
  text.value = parts.join("\n\n");
  const end = (before ? before.length + 2 : 0) + words.length;
  text.setSelectionRange(end, end);
};

const take = async (link, form) => {
  const answer = await fetch(link.dataset.response, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  const response = await answer.json();
  const text = form.querySelector("textarea");
  insert(text, response.body);
  form.elements.response.value = response.slug;
  const tag = form.querySelector("[data-response-tag]");
  tag.hidden = false;
  const [title, version] = tag.querySelectorAll("span");
  title.textContent = response.title;
  version.textContent = `v${response.version}`;
  form.dataset.filledValues = JSON.stringify(response.filled);
  text.dispatchEvent(new Event("input", { bubbles: true }));
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-response]");
  const into = link?.dataset.responseInto;
  const form = into ? document.getElementById(`compose-${into}`) : link?.closest(".compose");
  if (!form) return;
  event.preventDefault();
  link.closest("[popover]")?.hidePopover();
  if (into) document.querySelector(`[data-compose="${into}"]`)?.click();
  take(link, form).catch(() => document.dispatchEvent(new CustomEvent("desk:say", { detail: document.body.dataset.failed })));
});

// Variables of a response behind the text: filled ones tinted, open ones amber; an open one stops the send and gets the caret.
const TOKEN = /```[\s\S]*?```|`[^`\n]*`|\{\{[ \t]*([^{}\n]{1,80}?)[ \t]*\}\}/g;
const KIND = "reply";

const openIn = (text) => [...text.matchAll(TOKEN)].filter((match) => match[1]);

const mark = (words, className) => Object.assign(document.createElement("mark"), { className, textContent: words });
const quoted = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

const paint = (form) => {
  const text = form.querySelector("textarea");
  const open = new Set(openIn(text.value).map((match) => match[0]));
  const filled = JSON.parse(form.dataset.filledValues ?? "[]");
  const known = [...open, ...filled].filter(Boolean).sort((one, other) => other.length - one.length);
  const pieces = known.length ? text.value.split(new RegExp(`(${known.map(quoted).join("|")})`)) : [text.value];
  form.querySelector(".compose-marks").replaceChildren(
    ...pieces.map((piece, at) => (at % 2 ? mark(piece, open.has(piece) ? "variable variable-open" : "variable") : piece)),
    "\n",
  );
  const place = form.querySelector(".compose-variables");
  const names = [...new Set(openIn(text.value).map((match) => match[1]))];
  place.classList.toggle("amber", names.length > 0);
  place.classList.toggle("green", names.length === 0);
  const said = names.length ? `${place.dataset.open} ${names.join(", ")}` : filled.length ? place.dataset.filled : "";
  if (place.textContent !== said) place.textContent = said;
};

const goTo = (text, match) => {
  text.focus();
  text.setSelectionRange(match.index, match.index + match[0].length);
};

const paintAll = () => document.querySelectorAll(`.compose[data-kind=${KIND}]`).forEach(paint);
document.addEventListener("input", (event) => {
  const form = event.target.closest(`.compose[data-kind=${KIND}]`);
  if (form) paint(form);
});
document.addEventListener("scroll", (event) => {
  if (event.target.matches?.(".composer-text")) event.target.previousElementSibling.scrollTop = event.target.scrollTop;
}, true);
document.addEventListener("click", (event) => {
  const press = event.target.closest("[name=then], [name=anyway]");
  const form = press?.form;
  if (form?.dataset.kind !== KIND) return;
  const [first] = openIn(form.querySelector("textarea").value);
  if (!first) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  goTo(form.querySelector("textarea"), first);
}, true);
document.addEventListener("htmx:afterSettle", paintAll);
paintAll();

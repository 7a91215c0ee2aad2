// Shortcuts: data-key="c", "g q", "mod+k /", "shift+x" on a link, button or field presses or focuses it.
// Single keys are off inside fields and where <body data-keys="off">.
const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const PAUSE = 1200;
let before = "";
let timer = 0;

const nameOf = (event) => {
  const mod = event.ctrlKey || event.metaKey ? "mod+" : "";
  const shift = event.shiftKey && event.key.length > 1 ? "shift+" : event.shiftKey && /[a-z]/i.test(event.key) ? "shift+" : "";
  return mod + shift + event.key.toLowerCase();
};

// "g q" is a sequence, other blanks part alternatives.
const asksFor = (element, pressed) => {
  const wanted = element.dataset.key;
  return wanted === pressed || (!/^g \S+$/.test(wanted) && wanted.split(" ").includes(pressed));
};

// A closed menu's item may be pressed by its key; what a page or a tool bar hides may not.
const ready = (element) => !element.closest("[hidden]") && (!element.closest("[role=toolbar]") || element.checkVisibility());

const act = (element) => {
  if (element.matches("dialog")) {
    element.showModal();
    return;
  }
  if (element.matches(FIELDS)) element.focus();
  else element.click();
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const pressed = nameOf(event);
  const typing = event.target.matches?.(FIELDS);
  if (!pressed.startsWith("mod+") && (typing || document.body.dataset.keys === "off")) return;
  const dialog = document.querySelector("dialog[open]");
  const chord = before ? `${before} ${pressed}` : pressed;
  clearTimeout(timer);
  before = pressed === "g" ? "g" : "";
  timer = setTimeout(() => { before = ""; }, PAUSE);
  const found = [...(dialog ?? document).querySelectorAll("[data-key]")].find(
    (element) => asksFor(element, chord) && !element.disabled && ready(element),
  );
  if (!found) return;
  event.preventDefault();
  act(found);
});

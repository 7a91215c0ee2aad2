// The board of letters: the card of the opened request is marked, arrows walk like K and J, a drawer gets the focus.
const panel = () => document.getElementById("letter-panel");
const drawer = matchMedia("(width < 1200px)");
let from = null;

const mark = () => {
  const opened = panel()?.dataset.opened ?? "";
  for (const card of document.querySelectorAll(".letters-main [data-request]")) {
    const place = card.closest("tr") ?? card;
    place.toggleAttribute("aria-current", card.dataset.request === opened);
    if (card.dataset.request === opened) place.setAttribute("aria-current", "true");
  }
  document.getElementById("letters-first")?.toggleAttribute("hidden", opened !== "");
  return opened;
};

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "letter-panel") return;
  const opened = mark();
  const card = document.querySelector(`.letters-main [data-request="${opened}"]`);
  card?.scrollIntoView({ block: "nearest", inline: "nearest" });
  if (opened && drawer.matches) document.getElementById("letter-title")?.focus({ preventScroll: true });
  if (!opened) document.querySelector(`.letters-main [data-request="${from}"]`)?.focus();
  from = opened || null;
});

// On the board itself; inside the panel arrows scroll, in fields they move the caret.
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: "j", ArrowUp: "k" }[event.key];
  if (!step || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!event.target.matches("body, main, .letter-card, .letters-main [data-request]")) return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  const next = document.querySelector(`.letters [data-key="${step}"]`);
  if (!next) return;
  event.preventDefault();
  next.click();
});

mark();

// Keys and small acts of the ticket page: J/K between messages, U back, copying the reference, closing notices.
const FIELDS = "input:not([type=checkbox], [type=radio]), textarea, select";
const MOVES = { j: 1, k: -1 };

const move = (step) => {
  const all = [...document.querySelectorAll("#thread .message")];
  const at = all.indexOf(document.activeElement?.closest(".message"));
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step));
  all[next]?.focus();
  all[next]?.scrollIntoView({ block: "nearest" });
};

const copy = async (button) => {
  const words = button.textContent;
  await navigator.clipboard?.writeText(button.dataset.copy);
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = words; }, 1500);
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
  if (event.target.matches(FIELDS) || document.body.dataset.keys === "off" || document.querySelector("dialog[open], :popover-open")) return;
  if (event.key in MOVES) move(MOVES[event.key]);
  else if (event.key === "u" && !document.querySelector(".toast [data-key=u]")) document.querySelector("[data-back]")?.click();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  if (event.target.closest("[data-dismiss-says]")) {
    document.getElementById("ticket-says").replaceChildren();
    event.preventDefault();
  }
  if (event.target.closest("[data-clears-name]")) event.target.closest("form").elements.name.value = "";
});

// The newest message is what is read first; a link to one message wins.
const scroll = document.getElementById("ticket-scroll");
const start = document.querySelector(".new-marker") ?? document.querySelector("#thread > :last-child");
if (!location.hash) start?.scrollIntoView({ block: start.matches(".new-marker") ? "start" : "end" });
scroll?.classList.add("is-placed");

// The cards are exchanged while somebody may be at work in them: what was typed, what was unfolded, what had the focus stays.
const FIELDS = "input:not([type=hidden], [type=file]), textarea, select";
const side = () => document.getElementById("ticket-side");
let kept;

const state = (field) => (field.matches("[type=checkbox], [type=radio]") ? field.checked : field.value);
const first = (field) => {
  if (field.matches("[type=checkbox], [type=radio]")) return field.defaultChecked;
  return field.matches("select") ? [...field.options].find((one) => one.defaultSelected)?.value ?? field.options[0]?.value : field.defaultValue;
};

const scrollers = () => [side(), side()?.closest(".split")].filter(Boolean);

const keep = () => ({
  scrolled: scrollers().map((one) => one.scrollTop),
  typed: [...document.querySelectorAll("#ticket-side [data-kept]:not([data-sent])")]
    .flatMap((form) => [...form.querySelectorAll(FIELDS)])
    .filter((field) => field.id && state(field) !== first(field))
    .map((field) => [field.id, state(field)]),
  unfolded: [...document.querySelectorAll("#ticket-side details[id]")].map((one) => [one.id, one.open]),
});

const giveBack = ({ scrolled, typed, unfolded }) => {
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    if (field?.closest("[data-kept]")) field[typeof value === "boolean" ? "checked" : "value"] = value;
  }
  for (const [id, open] of unfolded) document.getElementById(id)?.toggleAttribute("open", open);
  scrollers().forEach((one, at) => { one.scrollTop = scrolled[at]; });
};

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.("[data-kept]")) event.target.dataset.sent = "";
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.matches?.("[data-kept]")) delete event.target.dataset.sent;
});
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target === side()) kept = keep();
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target === side() && kept) giveBack(kept);
  kept = undefined;
});

// A link from a list of steps leads to the step, on a phone behind its tab.
const target = location.hash.startsWith("#step-") && document.getElementById(location.hash.slice(1));
if (target) {
  document.querySelector(".split-tabs [value=steps]")?.click();
  target.closest("details")?.setAttribute("open", "");
  target.scrollIntoView({ block: "center" });
}

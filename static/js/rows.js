// Rows of a list: J and K move, X selects, Shift X selects a range, the head's box selects all, Esc lets go.
const list = () => document.querySelector("[data-rows]");
const rows = () => [...list().querySelectorAll(".queue-row")].filter((row) => row.offsetParent);
const box = (row) => row?.querySelector("input.check");
let anchor = null;

const current = () => document.activeElement?.closest?.(".queue-row");
const focus = (row) => row?.querySelector(".queue-link")?.focus();

const tell = () => {
  const all = [...list().querySelectorAll(".queue-row")];
  const chosen = all.filter((row) => box(row)?.checked);
  all.forEach((row) => row.setAttribute("aria-selected", String(chosen.includes(row))));
  document.querySelectorAll("[data-selected]").forEach((place) => { place.textContent = chosen.length; });
  const head = document.querySelector("[data-select-all]");
  if (!head) return;
  head.checked = all.length > 0 && chosen.length === all.length;
  head.indeterminate = chosen.length > 0 && !head.checked;
};

const range = (from, to) => {
  const all = rows();
  const [first, last] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  all.slice(first, last + 1).forEach((row) => { if (box(row)) box(row).checked = true; });
};

const move = (step) => {
  const all = rows();
  focus(all[Math.max(0, Math.min(all.length - 1, all.indexOf(current()) + step))]);
};

const select = (row, shift) => {
  if (!box(row)) return;
  if (shift && anchor?.isConnected) range(anchor, row);
  else box(row).checked = !box(row).checked;
  anchor = row;
  tell();
};

const all = (on) => {
  rows().forEach((row) => { if (box(row)) box(row).checked = on; });
  tell();
};

document.addEventListener("keydown", (event) => {
  if (!list() || event.target.matches("input:not([type=checkbox]), textarea, select") || event.ctrlKey || event.metaKey) return;
  if (document.querySelector("dialog[open], .menu:popover-open")) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "x" && current()) select(current(), event.shiftKey);
  else if (key === "escape") all(false);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-select-all]")) all(event.target.checked);
  else if (event.target.closest("[data-rows] .queue-row")) tell();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-clear-selection]")) all(false);
});
document.addEventListener("htmx:afterSettle", () => { if (list()) tell(); });

// I takes the focused ticket, also from a colleague; after a swap the row keeps the focus.
import "./rows.js";

const row = () => document.activeElement?.closest?.(".queue-row");
let last = "";

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "i" || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.target.matches("input, textarea, select") || document.body.dataset.keys === "off") return;
  const here = row();
  if (!here || !document.getElementById("take") || document.querySelector("dialog[open]")) return;
  const button = here.querySelector(".queue-take");
  if (button) {
    button.click();
  } else {
    const values = { take: here.id.replace(/^t-/, "") };
    window.htmx.ajax("POST", location.href, { target: here, source: here, swap: "outerHTML", values });
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  last = event.target.contains?.(document.activeElement) ? (row()?.id ?? "") : "";
});
document.addEventListener("htmx:afterSettle", () => {
  if (last) document.getElementById(last)?.querySelector(".queue-link")?.focus();
  last = "";
});

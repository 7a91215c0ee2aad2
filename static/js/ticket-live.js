// The open page stays fresh: a poll waits while somebody is in a menu or a field of the head; what comes never jumps.
// Steps of a procedure keep what is typed in them (steps.js).
const busy = () =>
  document.querySelector(".ticket [popover]:popover-open") ||
  document.activeElement?.matches(":is(#ticket-head, #ticket-side) form:not([data-kept]) :is(input, textarea, select)");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.("#ticket-poll, [data-ticket-poll]") && busy()) event.preventDefault();
});

// One line before what is new is enough.
document.addEventListener("htmx:oobAfterSwap", () => {
  document.querySelectorAll("#thread .new-marker ~ .new-marker").forEach((marker) => marker.remove());
});

// After an own message the conversation shows it.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.matches?.(".compose") && event.detail.xhr?.status === 200) {
    document.querySelector("#thread > :last-child")?.scrollIntoView({ block: "end" });
  }
});

// "Send anyway" is the same press as before, by somebody who knows what came in between.
document.addEventListener("click", (event) => {
  const anyway = event.target.closest("[name=anyway]");
  if (!anyway) return;
  event.preventDefault();
  anyway.form.elements.seen.value = anyway.value;
  anyway.form.querySelector("[data-send]").click();
});

// "Read it": the new message comes into view, and what is written counts as written after it.
document.addEventListener("click", (event) => {
  const read = event.target.closest("[data-read]");
  if (!read) return;
  event.preventDefault();
  const form = document.getElementById(`compose-${read.dataset.kind}`);
  document.getElementById(`seen-${read.dataset.kind}`).value = read.dataset.read;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  const open = document.getElementById("compose-open");
  if (open?.checked) open.click();
  const newest = [...document.querySelectorAll("#thread .message")].at(-1);
  newest?.scrollIntoView({ block: "nearest" });
  newest?.focus();
  read.closest(".banner").remove();
});

// A swapped head or card takes the focus with it: it goes back to what opened the form that was sent.
let openers = [];
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest?.("#ticket-head form, #ticket-side form");
  if (!form) return;
  const menu = form.closest("[popover]");
  const step = form.closest(".step");
  openers = [menu && `[popovertarget="${menu.id}"]`, step && `#${step.id}`, ".ticket-add-tag"].filter(Boolean);
});
document.addEventListener("htmx:afterSettle", () => {
  if (openers.length && document.activeElement === document.body) {
    const places = openers.flatMap((selector) => [...document.querySelectorAll(selector)]);
    places.find((one) => one.checkVisibility())?.focus();
  }
  openers = [];
});

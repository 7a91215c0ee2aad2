// The two composers: R and N choose one and put the caret into it, Ctrl/Cmd Enter sends, Esc leaves.
const formOf = (kind) => document.getElementById(`compose-${kind}`);
const textOf = (kind) => formOf(kind)?.querySelector("textarea");

const write = (kind) => {
  const phone = document.getElementById("compose-open");
  if (phone?.offsetParent && !phone.checked) phone.click();
  const text = textOf(kind);
  text?.focus();
  text?.setSelectionRange(text.value.length, text.value.length);
};

// The caret stands in the text before the next key arrives: the press itself would put it on the tab.
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-compose]");
  if (!tab || event.target.matches("input")) return;
  event.preventDefault();
  if (tab.control) tab.control.checked = true;
  write(tab.dataset.compose);
});

// Send carries what the button says; a key press is a press of that button.
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".compose");
  if (!form) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.querySelector("[data-send]").click();
  } else if (event.key === "Enter" && event.target.matches("input")) {
    event.preventDefault();
  } else if (event.key === "Escape" && event.target.matches("textarea, input") && !form.querySelector(":popover-open")) {
    event.target.blur();
    document.getElementById("ticket-scroll")?.focus({ preventScroll: true });
  }
});

// On phones the bar says what stands in the composer when it is closed.
document.addEventListener("change", (event) => {
  if (event.target.id !== "compose-open" || event.target.checked) return;
  const written = document.querySelector(".compose textarea").value.trim();
  const words = document.querySelector("[data-draft-words]");
  words.textContent = written.slice(0, 80) || words.dataset.none;
  words.previousElementSibling.hidden = !written;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-preview]")) event.target.closest(".compose-preview").replaceChildren();
});

// A composer that came back from the server: sent ones are empty and closed, refused ones get the caret again.
document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.target.matches?.(".compose")) return;
  const phone = document.getElementById("compose-open");
  if (event.detail.xhr?.status === 200 && phone?.checked) phone.click();
});

// A reply that was prepared meanwhile goes in by itself where nobody has touched the text; else its banner waits.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target?.id !== "offered-reply") return;
  const text = textOf("reply");
  if (text && text.value === text.defaultValue && document.activeElement !== text) document.querySelector("#offered-reply [data-fills]")?.click();
});

// [data-copy] copies its words, [data-copy-from="id"] those of an element or field; the button says so for a moment.
const SAID = 2000;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copyFrom ?? "");
  const words = button.dataset.copy ?? source?.value ?? source?.textContent.trim() ?? "";
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    document.dispatchEvent(new CustomEvent("desk:say", { detail: button.dataset.copyFailed ?? words }));
    return;
  }
  const place = button.querySelector("[data-copied]");
  if (!place || place.dataset.was) return;
  place.dataset.was = place.textContent;
  place.textContent = place.dataset.copied;
  setTimeout(() => {
    place.textContent = place.dataset.was;
    delete place.dataset.was;
  }, SAID);
});

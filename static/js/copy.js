// [data-copy] copies its words, [data-copy-from="id"] those of an element or field; the button says so for a moment.
// [data-copy-rich="id"] beside it: where the words are pasted into formatted text, its links stay links.
const SAID = 2000;

const put = (words, rich) => {
  if (!rich || !globalThis.ClipboardItem) return navigator.clipboard.writeText(words);
  const kinds = { "text/plain": words, "text/html": rich };
  const blobs = Object.entries(kinds).map(([type, content]) => [type, new Blob([content], { type })]);
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copyFrom ?? "");
  const words = button.dataset.copy ?? source?.value ?? source?.textContent.trim() ?? "";
  try {
    await put(words, document.getElementById(button.dataset.copyRich ?? "")?.innerHTML);
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

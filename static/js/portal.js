// Partner pages: the reader's own time zone for the next page, and a button that copies the link.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `time_zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;

const SHOWN = 2000;
for (const button of document.querySelectorAll("[data-copy]")) {
  const words = button.querySelector("span");
  const rest = words.textContent;
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    words.textContent = button.dataset.copied;
    setTimeout(() => { words.textContent = rest; }, SHOWN);
  });
}

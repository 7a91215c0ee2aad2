// Choosing another card keeps what was typed under this one, and brings its fields into sight where they are out of it.
document.addEventListener("htmx:confirm", async (event) => {
  const form = document.querySelector("form[data-draft]");
  if (!event.target.matches("[data-choose]") || !form) return;
  event.preventDefault();
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  await fetch(form.dataset.draft, { method: "POST", body: data }).catch(() => null);
  event.detail.issueRequest();
});

const MARGIN = 120;
document.addEventListener("htmx:afterSettle", (event) => {
  const place = document.getElementById("ask");
  if (event.target !== place || place.getBoundingClientRect().top < innerHeight - MARGIN) return;
  place.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
});

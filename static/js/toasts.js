// Toasts leave after 10 s unless they stay, hold focus or the pointer; a failed request says so in one.
const SHOWN = 10_000;
const GONE = 240;
const place = document.getElementById("toasts");

const leave = (toast) => {
  toast.classList.add("is-leaving");
  setTimeout(() => toast.remove(), GONE);
};

const tend = (toast) => {
  if (toast.dataset.tended) return;
  toast.dataset.tended = "1";
  toast.querySelector("[data-dismiss]")?.addEventListener("click", () => leave(toast));
  if ("stays" in toast.dataset) return;
  const wait = () => (toast.matches(":hover, :focus-within") ? setTimeout(wait, 1000) : leave(toast));
  setTimeout(wait, SHOWN);
};

const tendAll = () => place.querySelectorAll(".toast").forEach(tend);
tendAll();
new MutationObserver(tendAll).observe(place, { childList: true });

const say = (words) => {
  const toast = document.createElement("div");
  toast.className = "toast toast-error";
  toast.dataset.stays = "";
  const text = document.createElement("p");
  text.textContent = words;
  const close = document.createElement("button");
  close.className = "btn btn-28";
  close.dataset.dismiss = "";
  close.textContent = document.body.dataset.close;
  toast.append(text, close);
  place.append(toast);
};

for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (!event.target.closest?.("[data-poll]")) say(document.body.dataset.failed);
  });
}
document.addEventListener("desk:say", (event) => say(event.detail));

// [data-poll="15"] gets the event "poll" every 15 s while the page is looked at; use hx-trigger="poll".
const started = new WeakMap();
const due = (element) => Date.now() - (started.get(element) ?? 0) >= Number(element.dataset.poll) * 1000;

setInterval(() => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-poll]")) {
    if (!started.has(element)) {
      started.set(element, Date.now());
    } else if (due(element)) {
      started.set(element, Date.now());
      element.dispatchEvent(new Event("poll"));
    }
  }
}, 1000);

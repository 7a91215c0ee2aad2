// A mail in its own layout is as high as what stands in it; its pictures from the web come when somebody asks.
const HIGHEST = 8000;

const fit = (frame) => {
  const page = frame.contentDocument?.documentElement;
  const body = frame.contentDocument?.body;
  if (!body) return;
  const bar = () => Math.max(0, frame.clientHeight - page.clientHeight); // of scrolling sideways
  const measure = () => {
    const high = Math.min(HIGHEST, Math.ceil(body.getBoundingClientRect().height));
    if (high > 0) frame.style.height = `${high + bar() + 2}px`;
  };
  measure();
  frame.watch?.disconnect();
  frame.watch = new ResizeObserver(measure);
  frame.watch.observe(body);
};

// `load` does not bubble, but it can be caught on the way down.
document.addEventListener("load", (event) => {
  if (event.target.matches?.(".layout-frame")) fit(event.target);
}, true);
document.querySelectorAll(".layout-frame").forEach(fit);

// The link works by itself; this way the browser's way back leads out of the page and not through the mail.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-show-pictures]");
  if (!link) return;
  const frame = document.getElementsByName(link.target)[0];
  if (!frame) return;
  event.preventDefault();
  frame.contentWindow.location.replace(link.href);
  link.previousElementSibling.textContent = link.dataset.showPictures;
  link.remove();
  frame.focus();
});

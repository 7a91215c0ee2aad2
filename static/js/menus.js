// Popover menus: arrows move, a chosen item closes; placed by hand where CSS anchors are unknown.
const items = (menu) => [...menu.querySelectorAll(".menu-item:not(:disabled)")].filter((item) => item.offsetParent);

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu")) return;
  const opener = document.querySelector(`[popovertarget="${menu.id}"]`);
  opener?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState === "open") (menu.querySelector("[autofocus]") ?? items(menu)[0])?.focus();
}, true);

document.addEventListener("beforetoggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu") || event.newState !== "open" || CSS.supports("position-area", "block-end")) return;
  const box = event.source?.getBoundingClientRect();
  if (!box) return;
  const below = box.bottom + 260 < innerHeight;
  Object.assign(menu.style, {
    left: `${Math.max(8, Math.min(box.left, innerWidth - 240))}px`,
    top: below ? `${box.bottom}px` : "auto",
    bottom: below ? "auto" : `${innerHeight - box.top}px`,
  });
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  all.at(next % all.length)?.focus();
  event.preventDefault();
});

// After the form has gone: closing moves the focus, and htmx would forget which button was pressed.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keep-open]")) return;
  const menu = event.target.closest(".menu-item")?.closest("[popover]");
  if (menu) setTimeout(() => menu.matches(":popover-open") && menu.hidePopover());
});

// The chosen tab or filter of a strip wider than the screen comes into sight.
for (const chosen of document.querySelectorAll(":is(.certified-tabs, .sheet-tools, .directory-tabs, .dash-filters, .ask-hits) [aria-current]")) {
  const strip = chosen.closest(".certified-tabs, .sheet-tools, .directory-tabs, .dash-filters, .ask-hits");
  const [inner, outer] = [chosen.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
}

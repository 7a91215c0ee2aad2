// The palette: arrows walk the options, Enter opens one, typing also narrows the group "Do".
const palette = document.getElementById("palette");
const input = palette?.querySelector("input[name=q]");
const options = () => [...palette.querySelectorAll("[role=option]")].filter((option) => !option.hidden);

const mark = (chosen) => {
  palette.querySelectorAll("[role=option]").forEach((option, at) => {
    option.id ||= `palette-option-${at}-${Date.now()}`;
    option.setAttribute("aria-selected", String(option === chosen));
  });
  if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
  else input.removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
};

const narrow = () => {
  const words = input.value.trim().toLowerCase();
  for (const option of palette.querySelectorAll("#palette-do [role=option]")) {
    option.hidden = words !== "" && !option.textContent.toLowerCase().includes(words);
  }
  const group = palette.querySelector("#palette-do");
  group.hidden = !group.querySelector("[role=option]:not([hidden])");
  mark(options()[0]);
};

const walk = (event) => {
  const all = options();
  const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") mark(all.at((at + 1) % all.length));
  else if (event.key === "ArrowUp") mark(all.at(at - 1));
  else if (event.key === "Enter" && at >= 0) all[at].click();
  else return;
  event.preventDefault();
};

if (palette) {
  input.addEventListener("input", narrow);
  input.addEventListener("keydown", walk);
  palette.addEventListener("htmx:afterSettle", narrow);
  // The field in the head is a form without scripts; with them a press opens the palette instead.
  document.querySelector("form.search[data-dialog]")?.addEventListener("mousedown", (event) => {
    event.preventDefault();
    palette.showModal();
    narrow();
  });
}

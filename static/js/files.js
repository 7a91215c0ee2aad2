// A drop zone lists what was chosen, adds what is dropped, and lets each file be taken out before it is sent.
const template = (zone) => document.querySelector(zone.dataset.fileTemplate ?? "#drop-file");
const size = (bytes) => (bytes < 1024 ** 2 ? `${Math.max(1, Math.round(bytes / 1024))}\u00a0KB` : `${(bytes / 1024 ** 2).toFixed(1)}\u00a0MB`);

const show = (zone) => {
  const input = zone.querySelector("input[type=file]");
  const list = template(zone) && document.getElementById(zone.dataset.list);
  const most = Number(zone.dataset.most ?? 0);
  list?.replaceChildren(...[...input.files].map((file, at) => {
    const row = template(zone).content.firstElementChild.cloneNode(true);
    row.querySelector(".name").textContent = file.name;
    row.querySelector(".size").textContent = size(file.size);
    row.querySelector(".file-square").textContent = file.name.split(".").pop().slice(0, 4);
    row.querySelector(".too-large").hidden = !(most && file.size > most);
    row.querySelector("button").addEventListener("click", () => keep(zone, [...input.files].filter((_, other) => other !== at)));
    return row;
  }));
};

const keep = (zone, files) => {
  const transfer = new DataTransfer();
  files.forEach((file) => transfer.items.add(file));
  zone.querySelector("input[type=file]").files = transfer.files;
  show(zone);
};

const zoneOf = (event) => event.target.closest?.("[data-drop]");

// [data-drop-sends]: one file is all that is asked for, so choosing it sends the form.
const chosen = (zone) => {
  if (zone.matches("[data-drop-sends]") && zone.querySelector("input[type=file]").files.length) zone.closest("form").requestSubmit();
};

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-drop] input[type=file]")) return;
  show(zoneOf(event));
  chosen(zoneOf(event));
});
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    if (name !== "dragleave") event.preventDefault();
    zone.classList.toggle("is-over", over);
    if (name !== "drop") return;
    keep(zone, [...zone.querySelector("input[type=file]").files, ...event.dataTransfer.files]);
    chosen(zone);
  });
}

// Files go to the draft as soon as they are dropped or chosen, so they outlast a reload and a mistake elsewhere in the form.
// [data-uploads=address][data-field][data-list]; without this module the input is sent with the form.
const formOf = (zone) => zone.closest("form");

const body = (zone) => {
  const data = new FormData(formOf(zone));
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.set("field", zone.dataset.field);
  return data;
};

const post = async (zone, data, failed) => {
  const list = document.getElementById(zone.dataset.list);
  const form = formOf(zone);
  const send = form.querySelector(".btn-primary");
  list.setAttribute("aria-busy", "true");
  if (send) send.disabled = true;
  try {
    const answer = await fetch(zone.dataset.uploads, { method: "POST", body: data });
    if (!answer.ok && answer.status !== 422) throw new Error(answer.statusText);
    list.innerHTML = await answer.text();
    if (failed) zone.querySelector("input[type=file]").value = "";
  } catch {
    document.dispatchEvent(new CustomEvent("desk:say", { detail: document.body.dataset.failed }));
  } finally {
    list.removeAttribute("aria-busy");
    if (send) send.disabled = false;
  }
};

const upload = (zone, files) => {
  if (!files.length) return;
  const data = body(zone);
  for (const file of files) data.append("upload", file);
  post(zone, data, true);
};

const zoneOf = (event) => event.target.closest?.("[data-uploads]");

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-uploads] input[type=file]")) upload(zoneOf(event), [...event.target.files]);
});
for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => {
    const zone = zoneOf(event);
    if (!zone) return;
    if (name !== "dragleave") event.preventDefault();
    zone.classList.toggle("is-over", over);
    if (name === "drop") upload(zone, [...event.dataTransfer.files]);
  });
}
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".drop-files button[name=remove]");
  const zone = button && document.querySelector(`[data-uploads][data-list="${button.closest(".drop-files").id}"]`);
  if (!zone) return;
  event.preventDefault();
  const data = body(zone);
  data.set("remove", button.value);
  post(zone, data, false);
});

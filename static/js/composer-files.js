// Files go up as soon as they are chosen or dropped; each shows its progress, then stands in the draft.
// Sending waits for those on their way, and does not go without one that failed.
const underway = new WeakMap();
const waiting = new WeakSet();
const show = (form, file) => {
  const row = document.createElement("span");
  row.className = "attachment is-uploading";
  const text = document.createElement("span");
  text.className = "attachment-text";
  const name = Object.assign(document.createElement("span"), { className: "name clip", textContent: file.name });
  const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
  bar.setAttribute("aria-label", file.name);
  text.append(name, bar);
  row.append(document.createElement("span"), text);
  form.querySelector(".composer-files .attachments").append(row);
  return { row, bar };
};

const refuse = (row, words) => {
  row.remove();
  document.dispatchEvent(new CustomEvent("desk:say", { detail: words }));
};

const upload = (form, file) => new Promise((done) => {
  const { row, bar } = show(form, file);
  const body = new FormData();
  for (const name of ["csrfmiddlewaretoken", "kind"]) body.set(name, form.elements[name].value);
  body.set("files", file);
  const request = new XMLHttpRequest();
  request.open("POST", form.dataset.upload);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => { bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 50; });
  request.addEventListener("error", () => { refuse(row, document.body.dataset.failed); done(false); });
  request.addEventListener("load", () => {
    if (request.status === 201) {
      row.insertAdjacentHTML("afterend", request.responseText);
      window.htmx.process(row.parentElement);
      row.remove();
    } else refuse(row, request.status === 422 ? request.responseText : document.body.dataset.failed);
    done(request.status === 201);
  });
  request.send(body);
});

const uploadAll = (form, files) => {
  underway.set(form, Promise.all([underway.get(form), ...[...files].map((file) => upload(form, file))])
    .then((all) => {
      if (!waiting.has(form)) underway.delete(form);
      return all.every((one) => one !== false);
    }));
};

document.addEventListener("htmx:confirm", async (event) => {
  const form = event.target;
  if (!form.matches(".compose") || !underway.has(form)) return;
  event.preventDefault();
  waiting.add(form);
  const complete = await underway.get(form);
  waiting.delete(form);
  underway.delete(form);
  if (complete) event.detail.issueRequest();
  else form.dispatchEvent(new CustomEvent("htmx:afterRequest", { bubbles: true, detail: {} }));
});

document.addEventListener("change", (event) => {
  const form = event.target.closest(".compose");
  if (!form || event.target.type !== "file") return;
  uploadAll(form, event.target.files);
  event.target.value = "";
});
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.(".compose");
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("is-over", name === "dragover");
    if (name === "drop") uploadAll(form, event.dataTransfer.files);
  });
}

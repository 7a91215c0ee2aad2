// [data-dialog="id"] opens that <dialog>; [data-close] and a press on the ground close it.
const open = (id, from) => {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return false;
  from?.closest("[popover]")?.hidePopover();
  dialog.showModal();
  return true;
};

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener && open(opener.dataset.dialog, opener)) event.preventDefault();
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) dialog.close();
});

// A search form that stands for the palette opens it as soon as it gets focus by a press.
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-dialog]") && !event.submitter && open(event.target.dataset.dialog)) {
    event.preventDefault();
  }
});

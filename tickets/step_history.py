"""What happened to a step, in the words of the history: “Find the partner account: Northwind DevOps GmbH”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.models import Event


def said(event: Event) -> str:
    """Of an event that names a step."""
    given = {
        "title": event.after.get("step", ""),
        "note": str(event.after.get("note") or "").rstrip("."),
        "to": _name(event.after),
    }
    if event.verb in _TOLD_BY_NOTE and given["note"]:
        return _("%(title)s: %(note)s") % given
    return str(_WORDS.get(event.verb, event.verb)) % given


def _name(after: Mapping[str, Any]) -> str:
    """To whom it was handed over, or who was reminded."""
    if after.get("reminded"):
        return ", ".join(after["reminded"])
    holder = after.get("holder")
    return str(holder.get("name", "")) if isinstance(holder, dict) else _("nobody")


_TOLD_BY_NOTE: Final = frozenset({"step done", "step decided", "step undone"})
_WORDS: Final[Mapping[str, str | Promise]] = {
    "step done": gettext_lazy("%(title)s: done"),
    "step decided": gettext_lazy("%(title)s: decided"),
    "step skipped": gettext_lazy("%(title)s: skipped"),
    "step stuck": gettext_lazy("%(title)s: stuck"),
    "step tried again": gettext_lazy("%(title)s: tried again"),
    "step done by hand": gettext_lazy("%(title)s: done by hand"),
    "step done too late": gettext_lazy("%(title)s: written though it was no longer wanted"),
    "step handed over": gettext_lazy("%(title)s: handed over to %(to)s"),
    "reminded": gettext_lazy("%(title)s: %(to)s reminded"),
    "went back": gettext_lazy("went back to “%(title)s”"),
    "agreed": gettext_lazy("%(title)s: would have been written so"),
    "not agreed": gettext_lazy("%(title)s: would not have been written so"),
    "undo asked for": gettext_lazy("%(title)s: is to be taken back"),
    "undo refused": gettext_lazy("%(title)s: could not be taken back"),
    "step undone": gettext_lazy("%(title)s: taken back"),
}

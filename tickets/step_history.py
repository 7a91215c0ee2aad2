"""What happened to a step, in a few words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext as _

from journal.models import Event

VERBS: Final[dict[str, Callable[[], str]]] = {
    "step done": lambda: _("%(step)s: done"),
    "step decided": lambda: _("%(step)s: decided"),
    "step skipped": lambda: _("%(step)s: skipped"),
    "step stuck": lambda: _("%(step)s: stuck"),
    "step tried again": lambda: _("%(step)s: tried again"),
    "step done by hand": lambda: _("%(step)s: done by hand"),
    "step handed over": lambda: _("%(step)s: given to %(holder)s"),
    "step done too late": lambda: _("%(step)s: written at the vendor after the procedure had ended"),
    "step undone": lambda: _("%(step)s: taken back"),
    "undo asked for": lambda: _("%(step)s: is to be taken back"),
    "undo refused": lambda: _("%(step)s: could not be taken back"),
    "went back": lambda: _("began again at %(step)s"),
    "reminded": lambda: _("%(step)s: reminded %(reminded)s"),
    "agreed": lambda: _("%(step)s: would have done the same"),
    "not agreed": lambda: _("%(step)s: would have done otherwise"),
}


def phrase(event: Event) -> str:
    """Title, what happened, what came out or why."""
    after = event.after
    holder = after.get("holder") or {}
    values = {
        "step": after.get("step", ""),
        "holder": holder.get("name") or _("nobody"),
        "reminded": ", ".join(after.get("reminded", [])) or _("nobody"),
    }
    words = VERBS[event.verb]() % values
    if after.get("shadow"):
        words = _("%(words)s, in shadow mode: nothing was written") % {"words": words}
    said = after.get("note") or (event.why if event.verb in _WITH_REASON else "")
    return _("%(words)s (%(said)s)") % {"words": words, "said": said} if said else words


_WITH_REASON: Final = frozenset({"step skipped", "step stuck", "step done by hand", "undo refused", "went back"})

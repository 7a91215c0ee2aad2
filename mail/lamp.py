"""How mail is doing, in a few words: at the foot of the views, and the red dot in the rail (R-05)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import brake, door, health, outage, quarantine
from mail.models import IncomingMail, OutgoingMail
from web.memory import Memory

if TYPE_CHECKING:
    from web.shell import Tone

LATE = timedelta(minutes=2)
FAILED_SINCE = timedelta(days=1)
memory = Memory(seconds=15)


def read() -> tuple[Tone, str]:
    """The worst first: what is stopped, then what waits longer than it should."""
    for tone, words in troubles():
        return tone, words
    return "green", _("Mail: all normal")


def dot(user: Any) -> str:  # noqa: ARG001 - asked for a reader, the same for all
    """What is wrong, in words for the rail; empty when nothing is. Every page asks, so it is remembered a moment."""
    return memory.get("dot", _dot)


def troubles() -> Iterator[tuple[Tone, str]]:
    """Everything that is not as it should be, the worst first."""
    if stopped := brake.words():
        yield "red", stopped
    if outage.current().failing_since:
        yield "red", _("Mail: the mail server is away")
    yield from _reading()
    if unsent := failed():
        yield (
            "red",
            ngettext("Mail: %(count)d was not sent", "Mail: %(count)d were not sent", unsent) % {"count": unsent},
        )
    if waiting := _unsent():
        yield (
            "amber",
            ngettext("Mail: %(count)d waits to leave", "Mail: %(count)d wait to leave", waiting) % {"count": waiting},
        )
    if unread := _unread():
        yield (
            "amber",
            ngettext("Mail: %(count)d waits to be read", "Mail: %(count)d wait to be read", unread) % {"count": unread},
        )
    if aside := quarantine.waiting().count():
        yield (
            "amber",
            ngettext("Mail: %(count)d is put aside", "Mail: %(count)d are put aside", aside) % {"count": aside},
        )


def _reading() -> Iterator[tuple[Tone, str]]:
    """Mail that does not reach us."""
    if door.state().open is False:
        yield "red", _("Mail: the SMTP door is shut")
    readings = health.readings()
    if failing := sum(one.failing for one in readings):
        words = ngettext("Mail: %(count)d mailbox cannot be read", "Mail: %(count)d mailboxes cannot be read", failing)
        yield "red", words % {"count": failing}
    if missing := sum(one.missing for one in readings):
        words = ngettext(
            "Mail: %(count)d is missing from a mailbox", "Mail: %(count)d are missing from mailboxes", missing
        )
        yield "red", words % {"count": missing}


def _dot() -> str:
    return ", ".join(words.removeprefix(_("Mail: ")) for _tone, words in troubles())


def failed() -> int:
    """What was refused or given up within the last day; `next_try` of a failed mail is when it was last due."""
    since = timezone.now() - FAILED_SINCE
    lately = Q(created__gte=since) | Q(next_try__gte=since)
    return OutgoingMail.objects.filter(lately, state=OutgoingMail.State.FAILED).count()


def _unsent() -> int:
    """Queued for a try that is overdue, or tried in vain."""
    queued = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED)
    return (queued.filter(next_try__lt=timezone.now() - LATE) | queued.filter(attempts__gt=0)).count()


def _unread() -> int:
    late = timezone.now() - LATE
    return IncomingMail.objects.filter(state=IncomingMail.State.RECEIVED, received__lt=late).count()

"""How mail is doing, in a few words at the foot of the views."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.models import IncomingMail, OutgoingMail

if TYPE_CHECKING:
    from web.shell import Tone

LATE = timedelta(minutes=2)
FAILED_SINCE = timedelta(days=1)


def read() -> tuple[Tone, str]:
    """Refused mail first, then what waits longer than it should."""
    if failed := _failed():
        return "red", ngettext("Mail: %(count)d was not sent", "Mail: %(count)d were not sent", failed) % {
            "count": failed
        }
    if waiting := _unsent():
        return "amber", ngettext("Mail: %(count)d waits to leave", "Mail: %(count)d wait to leave", waiting) % {
            "count": waiting
        }
    if unread := _unread():
        return "amber", ngettext("Mail: %(count)d waits to be read", "Mail: %(count)d wait to be read", unread) % {
            "count": unread
        }
    return "green", _("Mail: all normal")


def _failed() -> int:
    since = timezone.now() - FAILED_SINCE
    return OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED, created__gte=since).count()


def _unsent() -> int:
    """Queued for a try that is overdue, or tried in vain."""
    queued = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED)
    return (queued.filter(next_try__lt=timezone.now() - LATE) | queued.filter(attempts__gt=0)).count()


def _unread() -> int:
    late = timezone.now() - LATE
    return IncomingMail.objects.filter(state=IncomingMail.State.RECEIVED, received__lt=late).count()

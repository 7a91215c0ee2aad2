"""The line over the desk's pages while a window is on."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mail.away import windows
from web.shell import BannerState


def read() -> list[BannerState]:
    """One line for each window that is on; it goes by itself at the end."""
    return [
        BannerState(
            words=_("Out of office: %(occasion)s") % {"occasion": row.get_occasion_display()}
            if row.mailbox is None
            else _("%(mailbox)s is out of office: %(occasion)s")
            % {"mailbox": row.mailbox.address, "occasion": row.get_occasion_display()},
            url=reverse("away:window", args=[row.pk]),
            until=windows.ended(row),
        )
        for row in windows.running(timezone.now())
    ]

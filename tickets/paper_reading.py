"""Workers read what the partner sent: every file once, and then whoever waits for it is told."""

from __future__ import annotations

import time
from typing import Final

from django.db.models import Max

from documents import papers
from tickets import hooks, reading_once, steps
from tickets import papers as of_ticket
from tickets.models import Attachment, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ACTIVE

HEARD: Final = "papers"
NEWEST: Final = 5_000  # files among which the sweep looks


def read_for(pk: int, *, until: float, only_news: bool = False) -> bool:
    """Reads the files of a ticket and says so; False where the time was over before. Two at once are harmless.

    With `only_news` nobody is told where nothing was read.
    """
    ticket = Ticket.objects.filter(pk=pk, status__in=ACTIVE).first()
    if ticket is None:
        return True
    news = not only_news
    for number, file in enumerate(unread_files(ticket)):
        if number and time.monotonic() > until:
            return False
        news |= reading_once.read_unless_another_does(file.stored)
    if news:
        hooks.papers_read(ticket)
        steps.heard(ticket, HEARD)
    return True


def unread_tickets() -> list[int]:
    """Tickets in work with a file that no worker has read, the oldest first."""
    newest = Attachment.objects.aggregate(newest=Max("pk"))["newest"] or 0
    waiting = Attachment.objects.filter(
        pk__gt=newest - NEWEST,
        message__visibility=Visibility.IN,
        message__unknown_sender=False,
        ticket__status__in=ACTIVE,
        stored__paper=None,
    )
    logos = {"inline": True, "content_type__startswith": "image/", "size__lt": of_ticket.SMALL}
    return sorted(set(waiting.exclude(**logos).values_list("ticket", flat=True)))


def unread_files(ticket: Ticket) -> list[Attachment]:
    files = of_ticket.files_of(ticket)[: of_ticket.MOST_READ]
    read = papers.known(one.stored_id for one in files)
    return [one for one in files if one.stored_id not in read]

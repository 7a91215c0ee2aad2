"""Support's mails: one with the number of what we have asked, or of what waits for us, is kept on that ticket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mail.models import IncomingMail
from nfr.models import LicenceRequest, SupportRequest
from tickets import actions, steps
from tickets.mail_rules import Files, Taken
from tickets.models import Message, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ACTIVE

DOMAINS: Final = ("gitlab.zendesk.com", "support.gitlab.com")
ADDRESSES: Final = frozenset({"support@gitlab.com"})
NUMBER: Final = re.compile(r"(?<![\w\-])#?(\d{4,9})(?![\w])")
READ: Final = 4_000
MOST: Final = 20


def is_supports(address: str) -> bool:
    """Pure: every mail that comes in is asked."""
    address = address.strip().lower()
    return address in ADDRESSES or address.rpartition("@")[2] in DOMAINS


def take(incoming: IncomingMail, files: Files) -> Taken | None:
    """Keeps a mail of Support's on the ticket whose number it names; None for every other mail.

    A note: what Support writes to us is not for the partner. It decides nothing, a person reads it.
    """
    if not is_supports(incoming.from_address) or incoming.verdict == IncomingMail.Verdict.FAIL:
        return None
    ticket, number = _meant(incoming)
    if ticket is None:
        return None
    why = _("From Support, about their ticket %(number)s.") % {"number": number}
    actions.keep_report(ticket, incoming=incoming, files=files(), why=why, body=incoming.body_text)
    steps.heard(ticket, "support")
    return Taken(ticket=ticket, opened=False, why=why)


def heard(ticket: Ticket, rows: Sequence[SupportRequest]) -> list[tuple[SupportRequest, Message]]:
    """Of those that were asked the ones Support has written about since, with the newest such message."""
    asked = [one for one in rows if one.sent is not None]
    if not asked:
        return []
    since = min(one.sent for one in asked if one.sent is not None)
    messages = [one for one in _written(ticket).filter(created__gte=since) if _is_supports_word(one)]
    pairs = ((one, _about(one, messages)) for one in asked)
    return [(one, message) for one, message in pairs if message is not None]


def _written(ticket: Ticket) -> QuerySet[Message]:
    """Not by us: what came in, and what was kept of mails; nothing by somebody whom nobody knows here."""
    rows = Message.objects.filter(ticket=ticket, unknown_sender=False, unverified=False).exclude(
        visibility=Visibility.REPLY
    )
    return rows.exclude(incoming=None, visibility=Visibility.NOTE).select_related("ticket").order_by("-pk")


def _is_supports_word(message: Message) -> bool:
    """Their mail, or what a colleague passed on; a partner who asks after the number has answered nothing."""
    return message.visibility == Visibility.NOTE or is_supports(message.author_address)


def _about(one: SupportRequest, messages: Sequence[Message]) -> Message | None:
    for message in messages:
        named = one.number in NUMBER.findall(f"{message.subject}\n{message.body[:READ]}")
        if named and one.sent is not None and message.created >= one.sent:
            return message
    return None


def _meant(incoming: IncomingMail) -> tuple[Ticket | None, str]:
    """By the numbers in its subject first; of two tickets the one that still waits.

    None for a ticket that is over: there nobody would see it, so it comes in as a request of its own.
    """
    numbers = list(dict.fromkeys(NUMBER.findall(f"{incoming.subject}\n{incoming.body_text[:READ]}")))[:MOST]
    if not numbers:
        return None, ""
    asked = SupportRequest.objects.filter(number__in=numbers, request__ticket__status__in=ACTIVE)
    found = {
        one.number: one.request.ticket for one in asked.select_related("request__ticket").order_by("-outcome", "pk")
    }
    waiting = LicenceRequest.objects.filter(support_ticket__in=numbers, ticket__status__in=ACTIVE)
    found = {one.support_ticket: one.ticket for one in waiting.select_related("ticket").order_by("pk")} | found
    number = next((one for one in numbers if one in found), "")
    return found.get(number), number

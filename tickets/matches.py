"""The ticket a mail answers, in the order of M-15: signed keys first, then ids and tags that count for participants."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from mail import matching
from mail.matching import Match
from mail.models import IncomingMail
from mail.parsing import ParsedMail
from tickets.forwards import is_forward
from tickets.models import Status, Ticket
from tickets.models.ticket import number_of
from tickets.senders import Sender

_SUBJECT_TAG = re.compile(r"\[(PHD-\d{1,12})\]", re.IGNORECASE)
MOST_KIN = 200
MOST_TICKETS = 5


@dataclass(frozen=True, kw_only=True)
class Found:
    """A ticket, how it was found, the reason in words, and whether the sender belongs to it."""

    ticket: Ticket
    how: str
    why: str
    takes_part: bool


def find(incoming: IncomingMail, parsed: ParsedMail, sender: Sender) -> Found | None:
    evidence = matching.evidence(incoming, delivered_to=traced(parsed))
    found = _by_key(evidence.keys, incoming, sender)
    if found or sender.is_forged:  # a name that somebody else used joins nothing by what anybody can write
        return found
    return _by_ids(evidence.message_ids, sender) or _by_subject(incoming.subject, sender)


def by_report(incoming: IncomingMail, parsed: ParsedMail) -> Found | None:
    """The ticket of a delivery report: only what is signed counts, for nobody takes part in it."""
    for match in matching.evidence(incoming, delivered_to=traced(parsed)).keys:
        ticket = numbered(match.key)
        if ticket is not None:
            return Found(ticket=ticket, how=match.how, why=_words(match, ticket), takes_part=False)
    return None


def traced(parsed: ParsedMail) -> list[str]:
    """The recipients that servers noted on the way: of a Bcc there is no other trace."""
    return [value for name in matching.TRACES for value in parsed.headers.get_all(name)]


def numbered(reference: str) -> Ticket | None:
    number = number_of(reference)
    if number is None:
        return None
    ticket = Ticket.objects.select_related("requester").filter(pk=number).first()
    return None if ticket is None or ticket.status == Status.MERGED else ticket


def _by_key(keys: Sequence[Match], incoming: IncomingMail, sender: Sender) -> Found | None:
    """A stranger who passes our mail on to us begins a matter of their own (Fwd:)."""
    for match in keys:
        ticket = numbered(match.key)
        if ticket is None:
            continue
        takes_part = sender.takes_part(ticket)
        passed_on = match.how == "message id" and not takes_part and not sender.is_helping(ticket)
        if passed_on and is_forward(incoming.subject, incoming.body_text):
            continue
        return Found(ticket=ticket, how=match.how, why=_words(match, ticket), takes_part=takes_part)
    return None


def _words(match: Match, ticket: Ticket) -> str:
    said = {
        "bounce": _("It reports on a mail of ours about %(reference)s."),
        "agent address": _("It answers our notice about %(reference)s."),
        "reply address": _("It was sent to the signed address of %(reference)s."),
    }
    words = said.get(match.how, _("It answers a mail of ours about %(reference)s."))
    return words % {"reference": ticket.reference}


def _by_ids(ids: Sequence[str], sender: Sender) -> Found | None:
    """A mail of the conversation that we know, or one that an earlier mail of it refers to as well."""
    if not ids:
        return None
    for how, ticket in _related(ids):
        takes_part = sender.takes_part(ticket)
        if takes_part or sender.is_helping(ticket):
            said = {
                "earlier mail": _("It answers a mail of the conversation of %(reference)s."),
                "reference": _("It refers to the same mail as an earlier one of %(reference)s."),
            }
            why = said[how] % {"reference": ticket.reference}
            return Found(ticket=ticket, how=how, why=why, takes_part=takes_part)
    return None


def _related(ids: Sequence[str]) -> Iterator[tuple[str, Ticket]]:
    """Each ticket once, those of the newest id first. Whoever sent an id first owns it; a stranger's mail owns none."""
    with connection.cursor() as cursor:
        cursor.execute(_KIN, {"ids": list(ids), "most": MOST_KIN})
        rows = cursor.fetchall()
    owners: dict[str, int] = {}
    kin: defaultdict[str, list[int]] = defaultdict(list)
    for ticket_id, message_id, references in rows:
        owners.setdefault(message_id, ticket_id)
        for one in json.loads(references):
            kin[one].append(ticket_id)
    wanted: dict[int, str] = {}
    for one in ids:
        if one in owners:
            wanted.setdefault(owners[one], "earlier mail")
        for ticket_id in kin.get(one, ()):
            wanted.setdefault(ticket_id, "reference")
    nearest = list(wanted)[:MOST_TICKETS]
    found = Ticket.objects.select_related("requester").in_bulk(nearest) if nearest else {}
    tickets = (found[ticket_id] for ticket_id in nearest if ticket_id in found)
    yield from ((wanted[ticket.pk], ticket) for ticket in tickets if ticket.status != Status.MERGED)


# Both indexes are asked first and the few rows put in order then, whatever the planner believes about JSON.
_KIN: Final = """
WITH known AS MATERIALIZED (
    SELECT id, message_id, "references" FROM mail_incomingmail
    WHERE message_id = ANY(%(ids)s) OR "references" ?| %(ids)s)
SELECT tickets_message.ticket_id, known.message_id, known."references"::text
FROM known JOIN tickets_message ON tickets_message.incoming_id = known.id
WHERE NOT tickets_message.unknown_sender
ORDER BY tickets_message.id LIMIT %(most)s
"""


def _by_subject(subject: str, sender: Sender) -> Found | None:
    for reference in _SUBJECT_TAG.findall(subject)[:MOST_TICKETS]:
        ticket = numbered(reference)
        if ticket is None:
            continue
        takes_part = sender.takes_part(ticket)
        if takes_part or sender.is_helping(ticket):
            words = _("Its subject names %(reference)s, and the sender takes part in it.")
            return Found(
                ticket=ticket, how="subject", why=words % {"reference": ticket.reference}, takes_part=takes_part
            )
    return None

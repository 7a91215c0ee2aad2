"""Rows of mail → their ways. What the steps need besides the rows is asked once for all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from mail.flight import came, went
from mail.flight.steps import Trip
from mail.models import IncomingMail, OutgoingMail

MOST_ANSWERS = 200


def of(rows: Sequence[IncomingMail | OutgoingMail]) -> list[Trip]:
    """The way of each, in the order given; one query however many."""
    answers = _answers([row.message_id for row in rows if isinstance(row, IncomingMail)])
    return [
        _came(row, answers.get(row.message_id, [])) if isinstance(row, IncomingMail) else _went(row) for row in rows
    ]


def _answers(message_ids: Sequence[str]) -> Mapping[str, list[OutgoingMail]]:
    """Our mails that answer these messages, oldest first."""
    found: dict[str, list[OutgoingMail]] = defaultdict(list)
    wanted = {mid for mid in message_ids if mid}
    rows = OutgoingMail.objects.filter(in_reply_to__in=wanted).exclude(in_reply_to="").order_by("-created")
    for row in reversed(rows.defer("body_text", "body_html")[:MOST_ANSWERS]):
        found[row.in_reply_to].append(row)
    return found


def _came(mail: IncomingMail, answers: list[OutgoingMail]) -> Trip:
    return Trip(
        key=f"in-{mail.pk}",
        at=mail.received,
        title=came.title_of(mail),
        subject=mail.subject,
        who=f"{mail.from_name} <{mail.from_address}>" if mail.from_name else mail.from_address,
        ref=mail.handled_ref,
        steps=came.steps_of(mail, answers),
        incoming=mail,
    )


def _went(mail: OutgoingMail) -> Trip:
    return Trip(
        key=f"out-{mail.pk}",
        at=mail.created,
        title=went.title_of(mail),
        subject=mail.subject,
        who=", ".join(mail.recipients),
        ref=mail.token_key,
        steps=went.steps_of(mail),
        recipients=went.recipients_of(mail),
        outgoing=mail,
    )

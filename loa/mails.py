"""The mail of a decline as it was written: kept with the decision, checked before, sent once after DocuSign's word."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from loa.models import LetterDecision
from people.models import User
from tickets import actions
from tickets.actions import Recipient, Refused
from tickets.models import Message, Ticket
from web import failpoints


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Whom it goes to, and what it says; the desk's own copy is added when it leaves."""

    to: Sequence[Recipient]
    cc: Sequence[Recipient]
    subject: str
    body: str
    response: str = ""
    version: int = 0

    def as_json(self) -> dict[str, Any]:
        people = {"to": [one.row() for one in self.to], "cc": [one.row() for one in self.cc]}
        texts = {"subject": self.subject, "body": self.body}
        return {**people, **texts, "response": self.response, "version": self.version}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Draft:
        return cls(
            to=[Recipient(**one) for one in kept["to"]],
            cc=[Recipient(**one) for one in kept["cc"]],
            subject=kept["subject"],
            body=kept["body"],
            response=kept.get("response", ""),
            version=kept.get("version", 0),
        )

    @property
    def addresses(self) -> list[str]:
        return [one.address for one in (*self.to, *self.cc)]


def check(draft: Draft, *, despite: Collection[str] = ()) -> None:
    """It can be sent as it stands; a decision is not taken with half of its texts."""
    if not draft.subject.strip():
        raise Refused(_("Write a subject for the e-mail."))
    actions.check_mail(subject=draft.subject, body=draft.body, to=draft.to, cc=draft.cc, despite=despite)


def send(draft: Draft, ticket: Ticket, *, by: User, submission: str) -> Message:
    """One message and one mail for a `submission`, however often; what nobody can be reached at shows as returned."""
    return actions.reply(
        ticket,
        by=by,
        body=draft.body,
        subject=draft.subject,
        to=draft.to,
        cc=draft.cc,
        archive=True,
        despite=draft.addresses,
        submission=submission,
    )


def send_of(decision: LetterDecision, ticket: Ticket) -> Message:
    """The mail of a decline that DocuSign has confirmed; the message and the decision know each other or neither is."""
    with transaction.atomic():
        row = LetterDecision.objects.select_for_update(of=("self",)).select_related("by", "message").get(pk=decision.pk)
        if row.message is not None:
            return row.message
        if row.what != LetterDecision.What.DECLINE or row.state != LetterDecision.State.DONE or row.by is None:
            raise Refused(_("DocuSign has not confirmed a decline: the e-mail does not leave."))
        row.message = send(Draft.from_json(row.mail), ticket, by=row.by, submission=f"loa-decline-{row.pk}")
        row.save(update_fields=["message"])
        failpoints.reach("decline mail queued")
    return row.message

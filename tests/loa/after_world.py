"""Requests for letters and letters as they stand after the decision, for the tests of what comes then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings

from documents.storing import store
from integrations.models import Envelope
from journal.record import Actor
from loa import dating
from loa.models import Letter, LetterRequest, StageSpan
from partners.models import Account, Contact
from tests.conftest import Cast
from tickets import actions
from tickets.actions import NewTicket
from tickets.models import Ticket
from tickets.models.ticket import Channel

COMPLETED = "a1000000-5e1d-4a00-8000-000000000001"  # in the sandbox's seed: Northwind's, signed by all
Stage = LetterRequest.Stage
ORDER = (Stage.REQUESTED, Stage.PHD_REVIEW, Stage.LEGAL_REVIEW)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def ticket_of(contact: Contact, *, subject: str = "GitLab LOA: Katrin Vogel") -> Ticket:
    new = NewTicket(kind="loa", subject=subject, requester=contact, body="A letter", channel=Channel.MAIL)
    return actions.open_ticket(new, by=Actor(str(contact)))


def request_of(
    contact: Contact,
    *,
    stage: str = Stage.LEGAL_REVIEW,
    times: Sequence[datetime] = (MONDAY,),
    envelope_id: str = COMPLETED,
    ticket: Ticket | None = None,
    **values: Any,
) -> LetterRequest:
    """At `stage`, having entered each stage before it at its time of `times` (the last one counts for the rest)."""
    envelope, _new = Envelope.objects.get_or_create(
        account_id=settings.DOCUSIGN.account_id.lower(), envelope_id=envelope_id,
        defaults={"sent": times[0], "completed": times[-1] if stage == Stage.COMPLETED else None},
    )  # fmt: skip
    path = [*ORDER, stage] if stage not in ORDER else [*ORDER[: ORDER.index(Stage(stage)) + 1]]
    entered = [*times, *[times[-1]] * (len(path) - len(times))][: len(path)]
    asked = ticket or ticket_of(contact)
    LetterRequest.objects.filter(ticket=asked).delete()  # as it arrived
    account = contact.account
    known = {"account": account, "company": account.name if account else "",
             "region": account.region if account else "",
             "end_customer": "Havelland Klinik AG"}  # fmt: skip
    request = LetterRequest.objects.create(
        ticket=asked, envelope=envelope, source=LetterRequest.Source.CONNECT, stage=stage, stage_since=entered[-1],
        requester_name=contact.name, requester_email=contact.email, requested=times[0],
        ended=entered[-1] if stage not in ORDER else None, **{**known, **values},
    )  # fmt: skip
    ends = [*[later for _one, later in pairwise(entered)], None]
    StageSpan.objects.bulk_create(
        StageSpan(request=request, stage=one, entered=at, left=left)
        for one, at, left in zip(path, entered, ends, strict=True)
    )
    return request


def letter_of(
    account: Account | None,
    *,
    dated: date,
    request: LetterRequest | None = None,
    content: bytes = b"%PDF-1.4 signed by Legal %%EOF",
    **values: Any,
) -> Letter:
    stored = store(content, name="Letter.pdf", area="letters")
    known = {"company": account.name if account else "Acme", "requester_name": "Katrin Vogel",
             "requester_email": "katrin@northwind.example.com", "end_customer": "Havelland Klinik AG"}  # fmt: skip
    return Letter.objects.create(
        account=account, request=request, dated=dated, valid_until=dating.valid_until(dated), stored=stored,
        sha256=stored.sha256, **{**known, **values},
    )  # fmt: skip


def signed_for(cast: Cast, *, dated: date) -> Letter:
    """Katrin's letter, of a completed request."""
    request = request_of(cast.katrin, stage=Stage.COMPLETED)
    return letter_of(cast.northwind, dated=dated, request=request)


def days(count: int) -> timedelta:
    return timedelta(days=count)

"""Believable requests and letters, written straight into the tables: the board of look.md, hung on today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from documents.storing import store
from integrations.models import Envelope
from journal.record import Actor
from loa.models import Letter, LetterRequest, StageSpan
from partners.models import Account, Contact
from people import calendar
from people.calendar import Target
from people.models import ChannelManager
from tickets.actions import NewTicket, open_ticket
from tickets.models import Ticket
from tickets.models.ticket import Channel

Stage = LetterRequest.Stage


def partner(name: str, track: str, *, region: str = "EMEA", manager: ChannelManager | None = None) -> Account:
    made: Account
    made, _new = Account.objects.get_or_create(
        name=name, defaults={"track": track, "region": region, "channel_manager": manager}
    )
    return made


def check(slug: str, title: str, verdict: str, words: str, **more: str) -> dict[str, Any]:
    at = (timezone.now() - timedelta(minutes=3)).isoformat()
    return {"slug": slug, "title": title, "verdict": verdict, "words": words, "at": at, **more}


def checks(*, missing: Sequence[str] = (), unknown: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The four checks of the picture; some of them missing or not known."""
    said = {
        "company": ("Company matches an account", "The name on the letter is a partner's in Salesforce, domain agrees"),
        "status": ("Partner Status", "GitLab Partner Program Info"),
        "requirements": ("Open Reqs Met?", "Sales Core 1 of 2, SA Core 1 of 1. Counted: active users in EMEA."),
        "in_force": ("No valid letter exists", "Last one ended 3 Oct"),
    }
    value = {"status": "Authorized", "requirements": "No" if "requirements" in missing else "Yes"}
    return [
        check(
            slug,
            title,
            "missing" if slug in missing else "unknown" if slug in unknown else "met",
            words,
            value=value.get(slug, ""),
            source="Salesforce" if slug == "status" else "",
        )
        for slug, (title, words) in said.items()
    ]


def request(  # a row has many columns
    account: Account | None,
    who: str,
    stage: str,
    *,
    ago: timedelta = timedelta(hours=4),
    took: timedelta | None = None,
    ticket: bool = True,
    **columns: Any,
) -> LetterRequest:
    requested = timezone.now() - ago
    company = account.name if account else "Nowhere"
    address = f"{who.partition(' ')[0]}@{company.partition(' ')[0]}.example".lower()
    opened = None
    if ticket:
        contact, _new = Contact.objects.get_or_create(email=address, defaults={"name": who, "account": account})
        new = NewTicket(
            kind="loa", subject=f" GitLab LOA: {who}", requester=contact, body="Letter", channel=Channel.MAIL
        )
        opened = _without_procedure(open_ticket(new, by=Actor(who)))
    values: Mapping[str, Any] = {
        "company": account.name if account else "",
        "requester_name": who,
        "requester_email": address,
        "account": account,
        "region": account.region if account else "",
        "track": account.track if account else "",
        "source": LetterRequest.Source.CONNECT,
        "requested": requested,
        "stage_since": requested,
        "due": due(requested, account.region if account else ""),
        "ended": requested + took if took is not None else None,
        "ticket": opened,
    }
    return LetterRequest.objects.create(stage=stage, **{**values, **columns})


def _without_procedure(ticket: Ticket) -> Ticket:
    """The rows here stand for themselves: the request and the steps that the product lays for a ticket go."""
    LetterRequest.objects.filter(ticket=ticket).delete()
    ticket.steps.all().delete()
    return ticket


def due(since: datetime, region: str) -> datetime:
    return calendar.add(since, Target(days=2), calendar.hours_of(region))


def envelope(row: LetterRequest, status: str = "sent") -> Envelope:
    made = Envelope.objects.create(account_id="account", envelope_id=f"envelope-{row.pk}", status=status)
    row.envelope = made
    row.save(update_fields=["envelope"])
    return made


def been(row: LetterRequest, *stages: tuple[str, timedelta]) -> None:
    """The stages it has left, one after the other from the request on."""
    at = row.requested
    for stage, length in stages:
        StageSpan.objects.create(request=row, stage=stage, entered=at, left=at + length)
        at += length


def letter(row: LetterRequest | None, *, dated: date, account: Account | None = None, kept: bool = False) -> Letter:
    account = row.account if row is not None else account
    last = dated.replace(year=dated.year + 1) if (dated.month, dated.day) != (2, 29) else date(dated.year + 1, 2, 28)
    return Letter.objects.create(
        request=row,
        account=account,
        company=account.name if account else "Nobody",
        requester_name=row.requester_name if row else "",
        dated=dated,
        valid_until=last,
        stored=store(b"%PDF-1.4 signed", name="letter.pdf", declared_type="application/pdf") if kept else None,
        sha256="ab" * 32 if kept else "",
    )


def board(manager: ChannelManager | None = None) -> dict[str, LetterRequest]:
    """The board of loa.png; the names are its own. Gives the requests by company."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    now = timezone.now()
    waiting: list[tuple[str, str, str, str, timedelta]] = [
        ("Sahel Tech Sarl", "Open", "Aïssatou Diallo", Stage.PHD_REVIEW, timedelta(minutes=-26)),
        ("Fjordlys Konsult AS", "Open", "Ingrid Solheim", Stage.PHD_REVIEW, hour * 5),
        ("Tessellate Software Ltd", "Select", "Owen Pryce", Stage.PHD_REVIEW, hour * 30),
        ("Koru Labs Pty Ltd", "Select", "Ruby Tane", Stage.PHD_REVIEW, hour * 40),
        ("Kitsune Software KK", "Select", "Haruka Mori", Stage.LEGAL_REVIEW, hour * 4),
        ("Meridian GSI Consulting", "GSI", "Paul Aske", Stage.LEGAL_REVIEW, hour * 26),
        ("Copperline Cloud LLC", "Open", "Beth Navarro", Stage.LEGAL_REVIEW, hour * 28),
    ]
    made: dict[str, LetterRequest] = {}
    for company, track, who, stage, left in waiting:
        account = partner(company, track, manager=manager)
        failing = ["requirements"] if company.startswith("Sahel") else []
        proposal = LetterRequest.Proposal.DECLINE if failing else LetterRequest.Proposal.APPROVE
        row = request(
            account, who, stage, due=now + left, checks=checks(missing=failing), checked=now, proposal=proposal
        )
        envelope(row)
        made[company] = row
    ended: list[tuple[str, str, str, timedelta, timedelta]] = [
        ("Ridgeway Federal Inc.", "US PubSec", "Alan Moss", day * 5, day),
        ("Atelier Nuage SAS", "Select", "Lucie Perrin", day * 6, hour * 7),
        ("Harbor Public Sector LLC", "US PubSec", "Dwayne Pruitt", day * 8, day * 2),
        ("Saffron Stack Pvt Ltd", "Select", "Isha Verma", day * 11, hour * 5),
        ("Northwind Cloud BV", "Select", "Katrin de Wit", day * 12, hour * 9),
    ]
    for company, track, who, ago, took in ended:
        row = request(partner(company, track), who, Stage.COMPLETED, ago=ago, took=took, checks=checks(), ticket=False)
        been(row, (Stage.REQUESTED, hour), (Stage.PHD_REVIEW, took / 2), (Stage.LEGAL_REVIEW, took / 2))
        letter(row, dated=timezone.localdate() - ago + took, kept=True)
        made[company] = row
    for company, track, who, days in (
        ("Bluepeak Cloud Inc.", "Open", "Marta Quill", 10),
        ("Cloudline Marketplace", "Alliance", "Sean Abara", 27),
    ):
        dated = timezone.localdate() + timedelta(days=days - 365)
        old = request(
            partner(company, track), who, Stage.COMPLETED, ago=day * 355, took=day, ticket=False,
            source=LetterRequest.Source.PAST,
        )  # fmt: skip
        letter(old, dated=dated)
        made[company] = old
    declined: list[tuple[str, str, str, list[str]]] = [
        ("Brisa Digital Lda", "Open", "Rui Caldeira", ["requirements"]),
        ("Vantor Cloud Inc.", "", "Lee Sandoval", ["status", "requirements"]),
    ]
    for company, track, who, failing in declined:
        made[company] = request(
            partner(company, track), who, Stage.DECLINED,
            ticket=False, ago=day * 4, took=hour * 20, checks=checks(missing=failing),
            reason="Thank you for your request. The Open training requirements are not met yet.",
        )  # fmt: skip
    made["unsigned"] = request(partner("Larkspur Data Ltd", "Open"), "Nia Owens", Stage.REQUESTED)
    return made

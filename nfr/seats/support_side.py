"""Support's ticket: updated when the partner has confirmed, waited for until they have answered, again if need be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from nfr import hearing, requests, stages, support, turns
from nfr.models import LicenceRequest, SupportRequest, Type
from nfr.saying import Said
from nfr.seats import counts, forms, steps, waiting
from people import calendar
from people.calendar import Target
from people.models import User
from tickets import own_words
from tickets.models import Message
from tickets.models.ticket import ENDED
from tickets.procedures import At, Change, Done, Fact, Prepared, Waiting, WaitsFor

HEARS: Final = (*waiting.HEARS, "support")
DUE: Final = Target(days=2)
Outcome, Purpose = SupportRequest.Outcome, SupportRequest.Purpose


def text_for_support(request: LicenceRequest) -> str:
    """What goes into their ticket, in English, with nothing that is not known."""
    day = f" on {date_format(timezone.localdate(request.confirmed), 'j M Y')}" if request.confirmed else ""
    now = f"{request.seats_used} of {request.seats_allowed} seats in use" if counts.is_within(request) else ""
    lines = (
        f"The partner has confirmed that the seats are reduced{day}.",
        f"Partner: {request.account}" if request.account else "",
        f"Namespace: {request.namespace} (https://gitlab.com/groups/{request.namespace})" if request.namespace else "",
        f"By the partner's count: {now}" if now else "",
        f"Seats of the licence: {request.seats_allowed}" if request.seats_allowed and not now else "",
        "Go on with the NFR licence, or tell us how many seats are still in use.",
        f"Our ticket: {request.ticket.reference}",
    )
    return "\n".join(line for line in lines if line)


def update_look(at: At) -> Waiting:
    """The text for Support is there as soon as the partner has said it."""
    request = requests.of(at.ticket)
    row = support.ask(
        request,
        purpose=Purpose.SEATS,
        type=Type.SAAS,
        tier=request.tier,
        seats=request.seats_allowed,
        namespace=request.namespace,
    )
    _keep_text(row, text_for_support(request))
    if at.ticket.status not in ENDED:
        stages.move(request, stages.Stage.DECIDING)
    if (newer := waiting.since_confirmed(request)) is not None:
        note = _("The partner has written since. Read it before you write into Support's ticket.")
        facts = [waiting.quoted(newer, Said())]
        return Waiting(for_whom=WaitsFor.DESK, note=note, facts=facts, due=at.ticket.due)
    note = _("Write it into Support's ticket, then say so here.")
    return Waiting(for_whom=WaitsFor.DESK, note=note, due=at.ticket.due)


def update_prepared(at: At) -> Prepared:
    request = requests.of(at.ticket)
    row = row_of(request)
    number = (row.number if row else "") or request.support_ticket
    return Prepared(initial={"number": number}, note=at.step.note, changes=[_comment(request, number)])


def update(at: At, given: Mapping[str, Any]) -> Done:
    """Its number is kept with the words that stand there now."""
    request = requests.of(at.ticket)
    assert at.by is not None  # a form is sent by somebody
    if given.get("nobody"):
        SupportRequest.objects.filter(request=request, purpose=Purpose.SEATS, number="").delete()
        return Done(note=_("No ticket of Support's waits for it."), keep={"told": False})
    update_look(at)
    row = row_of(request)
    assert row is not None  # it has just been asked for
    row = support.sent(row, str(given["number"]), by=at.by, tells=False)
    stages.move(request, stages.Stage.AT_SUPPORT, by=actor_of(at.by))
    words = _("Support's ticket %(number)s says it.") % {"number": row.number}
    return Done(note=words, keep={"told": True, "number": row.number})


def not_waiting(at: At) -> str:
    """Why nobody waits for Support."""
    return "" if at.kept("update").get("told") else _("No ticket of Support's waits for it.")


def look(at: At) -> Done | Waiting:
    """Support's answer; after “still too many” the partner's word comes once more before it."""
    request, row = requests.of(at.ticket), row_of(requests.of(at.ticket))
    if row is None or row.answered is not None:
        return _answered(row)
    if at.ticket.status in ENDED:
        note = _("Resolved before Support has answered.")
        return Waiting(for_whom=WaitsFor.SUPPORT, note=note)
    if request.confirmed is None:
        said = waiting.partners_word(at, request)
        if isinstance(said, Waiting):
            return said
        request.refresh_from_db()
    if row.sent is None or (request.confirmed is not None and row.sent < request.confirmed):
        _keep_text(row, text_for_support(request))
        note = _("The partner says that it is reduced now. Write that into Support's ticket %(number)s, then say so.")
        return Waiting(for_whom=WaitsFor.DESK, note=note % {"number": row.number}, due=at.ticket.due)
    return _at_support(at, request, row)


def _at_support(at: At, request: LicenceRequest, row: SupportRequest) -> Waiting:
    """They have to answer, or a person has to say what they made of it."""
    stages.move(request, stages.Stage.AT_SUPPORT)
    if (mail := _mail(request, row)) is not None:
        if at.step.waits_for == WaitsFor.SUPPORT:
            turns.back(at)
        note = _("Support has written. Read it, then say what they made of it.")
        return Waiting(for_whom=WaitsFor.DESK, note=note, facts=[_quoted(mail)], due=at.ticket.due)
    assert row.sent is not None  # else a person has the turn
    due = calendar.add(row.sent, DUE, calendar.hours_of(at.ticket.region))
    if at.step.waits_for != WaitsFor.SUPPORT:
        turns.to_support(at)
    note = _("Support has to answer in their ticket %(number)s.") % {"number": row.number}
    return Waiting(for_whom=WaitsFor.SUPPORT, note=note, due=due, remind=due)


def prepare(at: At) -> Prepared:
    request = requests.of(at.ticket)
    row = row_of(request)
    again = row is not None and row.sent is not None and request.confirmed is not None and row.sent < request.confirmed
    mail = _mail(request, row) if row else None
    return Prepared(
        initial={"outcome": forms.TOLD if again else forms.DONE},
        facts=[_quoted(mail)] if mail else (),
        changes=[_comment(request, row.number)] if again and row else (),
    )


def decide(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """Gone on, refused, or once more: then the partner is told what Support still counts."""
    request, row = requests.of(at.ticket), row_of(requests.of(at.ticket))
    assert at.by is not None  # a form is sent by somebody
    assert row is not None  # it was told
    words = str(given.get("words") or "").strip()
    outcome = given["outcome"]
    if outcome == forms.TOLD:
        _told_again(row, text_for_support(request), by=at.by)
        return look(at)
    turns.back(at)
    counts.learn(request, given.get("count"), source=counts.Source.SUPPORT, by=at.by, why=words)
    if outcome == forms.STILL:
        waiting.ask_again(request)
        waiting.explain(at, request, given.get("count"))
        note = _("Support still counts too many. The answer to the partner is drafted in the composer.")
        return Waiting(for_whom=WaitsFor.DESK, note=note, due=at.ticket.due)
    done = outcome == forms.DONE
    row = support.answered(row, Outcome.DONE if done else Outcome.REFUSED, by=at.by, words=words, tells=False)
    stages.move(request, stages.Stage.DONE if done else stages.Stage.REFUSED, by=actor_of(at.by), why=words)
    return _answered(row)


def row_of(request: LicenceRequest) -> SupportRequest | None:
    return SupportRequest.objects.filter(request=request, purpose=Purpose.SEATS).select_related("request").first()


def nothing_to_tell(at: At) -> str:
    """Why Support is told nothing: nothing had to be reduced, and none of their tickets waits."""
    return "" if requests.of(at.ticket).support_ticket else steps.within(at)


def _mail(request: LicenceRequest, row: SupportRequest) -> Message | None:
    """What Support or somebody else has written about their ticket since it was told."""
    found = hearing.heard(request.ticket, [row])
    return found[0][1] if found else None


def _answered(row: SupportRequest | None) -> Done:
    if row is None:
        return Done(note=_("No ticket of Support's waits for it."), keep={"outcome": Outcome.DONE})
    words = _("Support has gone on.") if row.outcome == Outcome.DONE else _("Support does not go on.")
    return Done(note=f"{words} {row.answer}".strip(), keep={"outcome": row.outcome, "words": row.answer})


def _comment(request: LicenceRequest, number: str) -> Change:
    """What is to be written there."""
    record_name = _("Support's ticket %(number)s") % {"number": number}
    text = text_for_support(request)
    return Change(
        record=record_name.strip(), field=_("Comment"), before="", after="", text=text, copy=_("Copy the text")
    )


def _told_again(row: SupportRequest, text: str, *, by: User) -> None:
    """The same ticket of theirs, with what the partner says now."""
    with requests.holding(row.request):
        before, row.sent, row.sent_by, row.text = row.sent, timezone.now(), by, text
        row.save(update_fields=["sent", "sent_by", "text"])
        was = {"sent": before.isoformat() if before else None}
        record(row, "asked of Support", by=actor_of(by), before=was, after={"sent": row.sent.isoformat()})


def _keep_text(row: SupportRequest, text: str) -> None:
    if row.text != text:
        row.text = text
        row.save(update_fields=["text"])


def _quoted(message: Message) -> Fact:
    words = " ".join(own_words.of(message).split())[:300]
    return Fact(name=_("Support's words"), value=words, source=message.author_name, link=f"#m{message.pk}")

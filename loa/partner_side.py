"""How far a letter is, in a partner's words, and the letter itself: their own, and only while it counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from loa.models import Letter, LetterDecision, LetterRequest
from people.models import User
from tickets.models import Ticket

Stage = LetterRequest.Stage
What = LetterDecision.What
State = Literal["done", "current", "later", "stopped"]
KIND = "loa"
ORDER = (Stage.REQUESTED, Stage.PHD_REVIEW, Stage.LEGAL_REVIEW, Stage.COMPLETED)
STOPPED_AT = {
    Stage.DECLINED: Stage.PHD_REVIEW, Stage.LEGAL_DECLINED: Stage.LEGAL_REVIEW,
    Stage.VOIDED: Stage.PHD_REVIEW, Stage.WITHDRAWN: Stage.REQUESTED,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One column of the stepper. `at` is when it was entered, `until` when it should be through."""

    name: str
    line: str
    state: State
    at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the letter stands: `file` is there only for a letter that counts today."""

    words: str
    tone: Literal["good", "calm", "bad"]
    letter: Letter | None = None
    file: bool = False


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a partner sees of one request for a letter."""

    marks: tuple[Mark, ...]
    place: Place
    heading: str

    @property
    def stopped(self) -> bool:
        """It ended without a letter, or with one that is recalled."""
        return self.place.tone == "bad" or any(mark.state == "stopped" for mark in self.marks)


def of_tickets(tickets: Collection[Ticket]) -> dict[int, Shown]:
    """By ticket; two queries for any number, none where no ticket asks for a letter."""
    asked = [one.pk for one in tickets if one.kind == KIND]
    if not asked:
        return {}
    ours = LetterDecision.objects.filter(request=OuterRef("pk"), what=What.DECLINE, state=LetterDecision.State.DONE)
    rows = LetterRequest.objects.filter(ticket__in=asked).select_related("letter__stored", "envelope")
    rows = rows.annotate(declined_here=Exists(ours))
    return {row.ticket_id: shown(row) for row in rows.prefetch_related("spans") if row.ticket_id}


def of_ticket(ticket: Ticket) -> Shown | None:
    return of_tickets([ticket]).get(ticket.pk)


def letters_of(user: User) -> QuerySet[Letter]:
    """Of the requests this person sent, as with tickets; letters of before by the address they sign in with."""
    own = Q(request__ticket__requester__user=user)
    before = Q(requester_email__iexact=user.email) & (Q(request=None) | Q(request__ticket=None))
    return Letter.objects.filter(own | before).select_related("stored", "request__ticket")


def counting(rows: QuerySet[Letter]) -> QuerySet[Letter]:
    """Those of them a partner may show somebody today."""
    today = timezone.localdate()
    dated = rows.filter(state=Letter.State.IN_FORCE, dated__lte=today, valid_until__gte=today)
    return dated.exclude(stored=None).order_by("valid_until", "pk")


def files_over(ticket: Ticket) -> QuerySet[Letter, UUID]:
    """The signed copies of this request that count no more: replaced, recalled or ended."""
    counts = counting(Letter.objects.all()).values("pk")
    ended = Letter.objects.filter(request__ticket=ticket).exclude(stored=None).exclude(pk__in=counts)
    return ended.values_list("stored", flat=True)


def shown(request: LetterRequest) -> Shown:
    letter: Letter | None = getattr(request, "letter", None)
    if request.stage == Stage.VOIDED and getattr(request, "declined_here", False):
        request.stage = Stage.DECLINED  # how we ended it at DocuSign is nothing to a partner; never saved
    return Shown(marks=tuple(_marks(request, letter)), place=_place(request, letter), heading=_heading(request, letter))


def _marks(request: LetterRequest, letter: Letter | None) -> list[Mark]:
    entered = {span.stage: span.entered for span in request.spans.all()}
    stopped = STOPPED_AT.get(Stage(request.stage))
    if stopped is not None and Stage.PHD_REVIEW not in entered:
        stopped = Stage.REQUESTED  # the partner never signed
    elif request.stage == Stage.VOIDED and Stage.LEGAL_REVIEW in entered:
        stopped = Stage.LEGAL_REVIEW  # we had checked it
    here = ORDER.index(stopped or Stage(request.stage))
    marks = [
        _mark(request, stage, number, here=here, entered=entered, letter=letter) for number, stage in enumerate(ORDER)
    ]
    if stopped is None:
        return marks
    line = _("We write to you why") if here else ""
    end = Mark(name=_stopped_name(request, signed=bool(here)), line=line, state="stopped", at=request.ended)
    return [*marks[:here], end] if here else [end]


def _mark(
    request: LetterRequest,
    stage: Stage,
    number: int,
    *,
    here: int,
    entered: dict[str, datetime],
    letter: Letter | None,
) -> Mark:
    done = number < here or request.stage == Stage.COMPLETED
    at = (entered.get(stage) or request.requested) if number <= here else None
    if done:
        line = _valid_line(letter) if stage == Stage.COMPLETED else ""
        return Mark(name=_done_name(stage), line=line, state="done", at=at)
    if number > here:
        until = request.due if stage == Stage.COMPLETED and here else None
        return Mark(name=_later_name(stage), line="", state="later", until=until)
    return Mark(name=_current_name(request, stage), line=_current_line(request, stage), state="current", at=at)


def _done_name(stage: Stage) -> str:
    return {
        Stage.REQUESTED: _("Requested"), Stage.PHD_REVIEW: _("Checked by Partner Help Desk"),
        Stage.LEGAL_REVIEW: _("Dated by Legal"), Stage.COMPLETED: _("Letter valid"),
    }[stage]  # fmt: skip


def _later_name(stage: Stage) -> str:
    return {
        Stage.PHD_REVIEW: _("Check by Partner Help Desk"), Stage.LEGAL_REVIEW: _("Date by Legal"),
        Stage.COMPLETED: _("Letter valid"),
    }.get(stage, _done_name(stage))  # fmt: skip


def _current_name(request: LetterRequest, stage: Stage) -> str:
    if stage == Stage.REQUESTED:
        return _("Your signature") if request.envelope_id else _("Your form in DocuSign")
    return {Stage.PHD_REVIEW: _("Partner Help Desk checks"), Stage.LEGAL_REVIEW: _("Legal dates it")}[stage]


def _current_line(request: LetterRequest, stage: Stage) -> str:
    if stage == Stage.REQUESTED:
        return _("Sign it in DocuSign") if request.envelope_id else _("Fill it in: we sent you the link")
    return _("Not valid until Legal has dated it") if stage == Stage.LEGAL_REVIEW else ""


def _stopped_name(request: LetterRequest, *, signed: bool) -> str:
    return {
        Stage.DECLINED: _("Not approved") if signed else _("You did not sign"),
        Stage.LEGAL_DECLINED: _("Not signed by Legal"),
        Stage.VOIDED: _("Cancelled"), Stage.WITHDRAWN: _("Not followed up"),
    }[Stage(request.stage)]  # fmt: skip


def _heading(request: LetterRequest, letter: Letter | None) -> str:
    """Empty where the ticket's own words say enough."""
    if letter is not None and _counts(letter):
        return _("Your letter is valid")
    return {
        Stage.DECLINED: _("We could not approve your letter"),
        Stage.LEGAL_DECLINED: _("Legal did not sign your letter"),
        Stage.VOIDED: _("Your letter was cancelled"), Stage.LEGAL_REVIEW: _("Your letter is with Legal"),
        Stage.PHD_REVIEW: _("We check your request"),
    }.get(Stage(request.stage), "")  # fmt: skip


def _place(request: LetterRequest, letter: Letter | None) -> Place:
    if letter is None:
        return _without(request)
    if _counts(letter):
        words = _("Valid from %(dated)s to %(until)s.") % {
            "dated": _day(letter.dated),
            "until": _day(letter.valid_until),
        }
        return Place(words=words, tone="good", letter=letter, file=letter.stored_id is not None)
    if letter.state == Letter.State.RECALLED:
        words = _("This letter has been recalled. Do not use it any more: %(why)s") % {"why": letter.recall_why}
        return Place(words=words, tone="bad", letter=letter)
    if letter.state == Letter.State.SUPERSEDED:
        return Place(words=_("A newer letter has taken its place."), tone="calm", letter=letter)
    words = _("This letter ended on %(until)s. Ask for a new one.") % {"until": _day(letter.valid_until)}
    return Place(words=words, tone="calm", letter=letter)


def _without(request: LetterRequest) -> Place:
    if Stage(request.stage) in STOPPED_AT:
        words = _("There is no letter. This request cannot be continued; you can ask for a new one at any time.")
        return Place(words=words, tone="calm")
    if request.stage == Stage.COMPLETED:
        return Place(words=_("Legal has dated it. You can download it here in a few minutes."), tone="calm")
    words = _("Available when Legal has dated it. A PDF you find in DocuSign before is not valid.")
    return Place(words=words, tone="calm")


def _counts(letter: Letter) -> bool:
    return letter.state == Letter.State.IN_FORCE and letter.dated <= timezone.localdate() <= letter.valid_until


def _valid_line(letter: Letter | None) -> str:
    return _("to %(until)s") % {"until": _day(letter.valid_until)} if letter is not None else ""


def _day(day: date) -> str:
    return date_format(day, "j F Y")

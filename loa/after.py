"""The steps after the decision: with Legal, the signed letter kept, both told, the ticket resolved.

Each looks at the rows and is harmless twice; an envelope that ended without a letter skips them with its reason.
"""

from __future__ import annotations

from datetime import date

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from integrations import asking
from journal.record import DESK
from loa import arriving, clock, letters, signed, telling
from loa.models import Letter, LetterRequest
from tickets import actions
from tickets.models import SolvedReason, Status
from tickets.models.ticket import ENDED, MOVES
from tickets.procedures import At, Done, Fact, Stuck, Waiting, WaitsFor
from web import failpoints

Stage = LetterRequest.Stage
NO_LETTER = {Stage.DECLINED, Stage.LEGAL_DECLINED, Stage.VOIDED, Stage.WITHDRAWN}
NEVER_WITH_LEGAL = {Stage.DECLINED, Stage.VOIDED, Stage.WITHDRAWN}


def not_with_legal(at: At) -> str:
    """The reason why Legal is not waited for; empty while it may still come there."""
    request = arriving.of_ticket(at.ticket)
    if request is None:
        return _("There is no envelope.")
    if request.stage not in NEVER_WITH_LEGAL or request.spans.filter(stage=Stage.LEGAL_REVIEW).exists():
        return ""
    return _("It ended before Legal: %(stage)s.") % {"stage": request.get_stage_display()}


def with_legal(at: At) -> Done | Waiting:
    """Waits for Legal's date, with a clock of its own and a reminder after each business day."""
    request = arriving.of_ticket(at.ticket)
    if request is None:
        return Done(note=_("There is no envelope."))
    if request.stage == Stage.COMPLETED:
        return Done(note=_("Legal has dated and signed it."), facts=_times(request))
    if request.stage in NO_LETTER:
        return Done(note=_ended(request), facts=_times(request))
    if request.stage != Stage.LEGAL_REVIEW:
        return Waiting(
            for_whom=WaitsFor.DOCUSIGN, note=_("DocuSign has not passed it on to Legal yet."), due=request.due
        )
    since = max(request.stage_since, at.step.reminded or request.stage_since)
    return Waiting(
        for_whom=WaitsFor.LEGAL,
        note=_("With Legal. It is not valid until Legal has dated it."),
        due=request.due,
        remind=clock.remind_legal(since, clock.region_of(request)),
        facts=_times(request),
    )


def no_letter(at: At) -> str:
    """The reason why there is nothing to keep; empty for a completed envelope."""
    request = arriving.of_ticket(at.ticket)
    if request is None:
        return _("There is no envelope.")
    return "" if request.stage == Stage.COMPLETED else _ended(request)


def keep(at: At) -> Done:
    """Fetches the signed PDF once, checks it, stores it; the letter is in force from then on."""
    request = arriving.of_ticket(at.ticket)
    if request is None or request.envelope is None:
        raise Stuck(_("There is no envelope a signed letter could be fetched from."))
    letter = letters.of_request(request) or _fetched(request)
    failpoints.reach("letter kept")
    words = _("Valid from %(dated)s to %(until)s.")
    if letter.state == Letter.State.SUPERSEDED:
        words = _("Kept. A newer letter for the same end customer is in force already.")
    return Done(note=words % {"dated": _day(letter.dated), "until": _day(letter.valid_until)}, facts=_facts(letter))


def tell(at: At) -> Done:
    """The requester gets the letter, the channel manager hears of it: each once."""
    letter = _letter(at)
    if letter.state != Letter.State.IN_FORCE:
        return Done(
            note=_("Nobody is told: the letter is not in force (%(state)s).") % {"state": letter.get_state_display()}
        )
    told = telling.tell(letter, telling.VALID)
    failpoints.reach("letter told")
    manager = Fact(name=_("Channel manager"), value=told.manager or _("nobody with an address"),
                   tone="good" if told.manager else "unsure")  # fmt: skip
    if told.requester:
        requester = Fact(name=_("Requester"), value=told.requester, tone="good")
        note = _("The letter went to %(name)s.") % {"name": told.requester}
        return Done(note=note, facts=(requester, manager), keep={"message": told.message})
    words = _("The letter is kept, but there is no address to send it to. Send it from the ticket, then say so here.")
    if told.unreached:
        words = _("Mail to %(address)s comes back. Send the letter to somebody else at the partner, then say so here.")
    raise Stuck(words % {"address": told.unreached}, facts=(manager,))


def solve(at: At) -> Done:
    """Resolves the ticket, unless somebody has ended or held it meanwhile."""
    if at.ticket.status in ENDED:
        return Done(note=_("It was resolved already."))
    if Status.SOLVED not in MOVES[at.ticket.status]:
        return Done(note=_("It stays as it is: %(status)s.") % {"status": at.ticket.get_status_display()})
    request = arriving.of_ticket(at.ticket)
    done = actions.set_status(
        at.ticket, to=Status.SOLVED, by=DESK, reason=SolvedReason.ANSWERED, why=_ended(request) if request else ""
    )
    return Done(note=_("Resolved.") if done.status == Status.SOLVED else "")


def _fetched(request: LetterRequest) -> Letter:
    assert request.envelope is not None
    content: bytes = asking.ask("docusign.completed_pdf", request.envelope.envelope_id)
    failpoints.reach("letter fetched")
    try:
        return letters.keep(request, content)
    except signed.NotTheLetter as problem:
        raise Stuck(str(problem)) from problem


def _letter(at: At) -> Letter:
    request = arriving.of_ticket(at.ticket)
    letter = letters.of_request(request) if request is not None else None
    if letter is None:
        raise Stuck(_("There is no signed letter yet. Try “Keep the signed letter” again."))
    return letter


def _ended(request: LetterRequest) -> str:
    words = str(request.get_stage_display())
    return f"{words}: {request.reason}" if request.reason else f"{words}."


def _times(request: LetterRequest) -> tuple[Fact, ...]:
    """Whose turn took how long, in business time."""
    found = clock.parts(request)
    shown = ((_("With PHD"), found.phd), (_("With Legal"), found.legal), (_("With the partner before"), found.partner))
    return tuple(Fact(name=name, value=clock.words(took, found)) for name, took in shown)


def _facts(letter: Letter) -> tuple[Fact, ...]:
    pages = Fact(name=_("Pages"), value=str(letter.pages), tone="good", source=_("the PDF, read here"))
    unread = Fact(name=_("Pages"), value=_("could not be read; kept as DocuSign gave it"), tone="unsure")
    return (
        Fact(name=_("Dated"), value=_day(letter.dated), tone="good"),
        Fact(name=_("Valid to"), value=_day(letter.valid_until), tone="good"),
        pages if letter.pages else unread,
        Fact(name="SHA-256", value=letter.sha256, source=_("of the stored file")),
    )


def _day(day: date) -> str:
    return date_format(day, "j M Y")

"""Decisions about letters: the row first, then what is done about it, and DocuSign's word settles it (decision 30).

Locks are taken in the order ticket, request. A decision may be replaced as long as nothing was written at DocuSign
because of it: until then its page is DocuSign's own, and whoever clicks there decides.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.docusign.envelopes import DOCUSIGN
from journal.record import DESK, actor_of, record
from loa import checks, mails, verdicts
from loa.models import LetterDecision, LetterRequest, Mode
from loa.texts import MOST_OF_VOID, Texts, lacks_reasons, texts
from loa.verdicts import Verdict, verdict
from people import calendar
from people.calendar import Target
from people.models import User
from tickets import actions, responses, steps
from tickets.actions import Refused
from tickets.actions.core import locked
from tickets.models import Status, Step
from tickets.models.ticket import MOVES
from web import failpoints

__all__ = [
    "MARK", "Texts", "decide", "decide_anew", "end_hold", "newest", "settle", "texts", "under_way", "unwritten",
    "way_of",
]  # fmt: skip

What, How, State = LetterDecision.What, LetterDecision.How, LetterDecision.State
MARK: Final = "LOA exception"  # the tag of what was approved against the checks: a lead's view of the queue
WRITTEN: Final = {How.GATE: "release", How.VOID: "void"}  # by the step of that slug
DECIDE: Final = "decide"
COMES_BACK: Final = Target(days=1)


def decide(
    request: LetterRequest,
    *,
    what: str,
    how: str,
    by: User,
    why: str = "",
    reason_text: str = "",
    mail: mails.Draft | None = None,
    until: datetime | None = None,
    seen: int | None = None,
) -> LetterDecision:
    """The row, its event, and what it does to the ticket; the same words again are the same row.

    `seen` is the decision the page knew (0: none): one that came since is shown first.
    """
    with transaction.atomic():
        row = _locked(request)
        wanted = LetterDecision(
            request=row,
            what=What(what),
            how=How(how),
            by=by,
            why=why.strip(),
            against=what == What.APPROVE and row.proposal != LetterRequest.Proposal.APPROVE,
            reasons=_reasons(row),
            reason_text=reason_text.strip() if what == What.DECLINE else "",
            mail=mail.as_json() if mail and what == What.DECLINE else {},
            until=_until(row, until) if what == What.HOLD else None,
        )
        before = under_way(row)
        if before is not None and _same(before, wanted):
            return before
        _check(row, wanted, mail)
        _check_before(before, wanted, seen=seen)
        if before is not None:
            _over(before, State.TAKEN_BACK, _("%(who)s decided anew.") % {"who": by})
        wanted.save()
        after = _told(wanted) | ({"against": True} if wanted.against else {})
        was = _told(before) if before else {}
        record(row, "decided", by=actor_of(by), before=was, after=after, why=wanted.why or wanted.reason_text)
        _follow(row, wanted, before, by=by)
        failpoints.reach("letter decided")
    return wanted


def settle(request: LetterRequest) -> LetterDecision | None:
    """What DocuSign says settles what is under way: it fits, or the decision was overtaken. Twice is harmless."""
    said = verdict(request)
    if said is Verdict.OPEN:
        return None
    with transaction.atomic():
        row = _locked(request)
        decision = under_way(row)
        if decision is None:
            return None
        fits = said in verdicts.FITS[decision.what]
        _over(decision, State.DONE if fits else State.OVERTAKEN, verdicts.words(row))
        verb = "decision confirmed" if fits else "decision overtaken"
        after = {"decision": decision.state}
        record(row, verb, by=DOCUSIGN, before={"decision": State.ASKED}, after=after, why=decision.result)
        if decision.what == What.HOLD:
            _back_to_us(row, why=decision.result)
    return decision


def end_hold(request: LetterRequest) -> bool:
    """What was held comes back when its time has come; whether it has."""
    with transaction.atomic():
        row = _locked(request)
        decision = under_way(row)
        if decision is None or decision.what != What.HOLD or not decision.until or decision.until > timezone.now():
            return False
        _over(decision, State.TAKEN_BACK, _("Its time is over."))
        record(row, "hold ended", by=DESK, before={"decision": What.HOLD}, after={"decision": ""}, why=decision.why)
        _back_to_us(row, why=_("It was held until now: %(why)s") % {"why": decision.why})
    return True


def decide_anew(request: LetterRequest, *, by: User) -> None:
    """Takes a decision back of which nothing was written at DocuSign, and asks again."""
    with transaction.atomic():
        row = _locked(request)
        decision = under_way(row)
        reason = unwritten(decision)
        if decision is None or row.ticket is None or not reason:
            raise Refused(_("There is no decision that could be taken back: look at the letter again."))
        _over(decision, State.TAKEN_BACK, reason)
        record(row, "decision taken back", by=actor_of(by), before=_told(decision), after={}, why=reason)
        steps.decide_anew(row.ticket, DECIDE, by=by, why=reason)


def unwritten(decision: LetterDecision | None) -> str:
    """Why nothing of it is on its way to DocuSign: the step was skipped, or only showed it; empty where it is."""
    ticket = decision.request.ticket if decision is not None else None
    if decision is None or ticket is None or decision.how not in WRITTEN:
        return ""
    step = next((one for one in steps.of(ticket) if one.slug == WRITTEN[How(decision.how)]), None)
    if step is not None and step.state == Step.State.DONE and step.shadow:
        return _("Nothing was written at DocuSign: the step only shows what it would do (shadow mode).")
    if step is not None and step.state == Step.State.SKIPPED and not step.data.get("changes"):
        return _("Nothing was written at DocuSign: %(why)s") % {"why": step.why}
    return ""


def check_decline(reason_text: str, how: str, mail: mails.Draft | None) -> None:
    """Both texts are whole, and the first is as short as DocuSign takes it."""
    reason = reason_text.strip()
    if not reason:
        raise Refused(_("Write the reason for DocuSign."))
    if lacks_reasons(reason, mail.body if mail else ""):
        raise Refused(_("Write why it is declined: it stands in both texts."))
    if blanks := responses.unresolved_in(reason):
        raise Refused(_("Fill in first: %(names)s.") % {"names": ", ".join(blanks)})
    if how == How.VOID and len(reason) > MOST_OF_VOID:
        words = _("DocuSign takes %(most)d characters as the reason of a void; this one has %(count)d.")
        raise Refused(words % {"most": MOST_OF_VOID, "count": len(reason)})
    if mail is None:
        raise Refused(_("Write the e-mail to the requester."))
    mails.check(mail, despite=mail.addresses)


def under_way(request: LetterRequest) -> LetterDecision | None:
    return request.decisions.filter(state=State.ASKED).select_related("by").first()


def newest(request: LetterRequest) -> LetterDecision | None:
    """The last one that was not taken back."""
    rows = request.decisions.exclude(state=State.TAKEN_BACK).select_related("by", "message__outgoing")
    return rows.order_by("-id").first()


def way_of(request: LetterRequest, what: str, *, void: bool = False) -> str:
    """How a decision is carried out on this envelope (vendors.md §5)."""
    if what == What.HOLD:
        return How.NONE
    if request.mode == Mode.WORKFLOW_GATE:
        return How.GATE if what == What.APPROVE else How.VOID
    return How.VOID if what == What.DECLINE and void else How.VIEW


def _locked(request: LetterRequest) -> LetterRequest:
    if request.ticket is not None:
        with locked(request.ticket):
            pass
    rows = LetterRequest.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("ticket", "envelope", "account").get(pk=request.pk)


def _check(row: LetterRequest, wanted: LetterDecision, mail: mails.Draft | None) -> None:
    """All that a decision needs is there before anything of it is done."""
    if row.stage != LetterRequest.Stage.PHD_REVIEW or row.envelope is None:
        raise Refused(_why_closed(row))
    if wanted.how != way_of(row, wanted.what, void=wanted.how == How.VOID):
        raise Refused(_("This envelope is not decided that way: it is %(mode)s.") % {"mode": row.get_mode_display()})
    if wanted.against and not wanted.why:
        raise Refused(_("The checks do not propose to approve. Say why it is approved all the same."))
    if wanted.what == What.HOLD and not wanted.why:
        raise Refused(_("Say what cannot be verified, and who is asked."))
    if wanted.what == What.DECLINE:
        check_decline(wanted.reason_text, wanted.how, mail)


def _check_before(before: LetterDecision | None, wanted: LetterDecision, *, seen: int | None) -> None:
    if before is None:
        return
    said = {"who": str(before.by or _("Somebody")), "what": before.get_what_display()}
    if before.how in WRITTEN:
        raise Refused(_("%(who)s has decided already (%(what)s), and it is on its way to DocuSign.") % said)
    if seen is not None and seen != before.pk and before.by_id != wanted.by_id:
        raise Refused(_("%(who)s was quicker: %(what)s. Nothing of yours was done; decide again if it stands.") % said)


def _why_closed(row: LetterRequest) -> str:
    if row.envelope is None:
        return _("There is no envelope yet, so there is nothing to decide.")
    return verdicts.words(row) or _("The partner has not signed yet, so there is nothing to decide.")


def _same(one: LetterDecision, other: LetterDecision) -> bool:
    names = ("what", "how", "by_id", "why", "reason_text", "mail", *(("until",) if other.what == What.HOLD else ()))
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _reasons(row: LetterRequest) -> list[str]:
    checked = checks.kept(row)
    return list(checked.reasons) if checked else []


def _until(row: LetterRequest, given: datetime | None) -> datetime:
    return given or calendar.add(
        timezone.now().replace(second=0, microsecond=0), COMES_BACK, calendar.hours_of(row.region)
    )


def _told(decision: LetterDecision) -> dict[str, object]:
    return {"decision": decision.what, "how": str(decision.get_how_display())}


def _over(decision: LetterDecision, state: str, result: str) -> None:
    decision.state, decision.result, decision.settled = state, result, timezone.now()
    decision.save(update_fields=["state", "result", "settled"])
    ticket = decision.request.ticket
    if decision.against and state != State.DONE and ticket is not None:
        actions.untag(ticket, name=MARK, by=DESK)  # nothing was approved


def _follow(row: LetterRequest, wanted: LetterDecision, before: LetterDecision | None, *, by: User) -> None:
    """What the ticket shows of it: held, back in our hands, approved against the checks."""
    ticket = row.ticket
    if ticket is None:
        return
    if wanted.against:
        actions.tag(ticket, name=MARK, by=actor_of(by))
    if wanted.what == What.HOLD:
        if Status.PENDING_INTERNAL in MOVES[ticket.status]:
            actions.set_status(ticket, to=Status.PENDING_INTERNAL, by=actor_of(by), why=wanted.why)
    elif before is not None and before.what == What.HOLD:
        _back_to_us(row, why="")


def _back_to_us(row: LetterRequest, *, why: str) -> None:
    ticket = row.ticket
    if ticket is not None:
        ticket.refresh_from_db(fields=["status"])
        if ticket.status == Status.PENDING_INTERNAL:
            actions.set_status(ticket, to=Status.OPEN, by=DESK, why=why)

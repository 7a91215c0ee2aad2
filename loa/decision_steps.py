"""The steps from “Approve or decline” to the mail of a decline: what each does, when it is not needed (decision 30).

DocuSign's word wins at every one of them: each looks at the rows that follow the envelope before it does anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from integrations.models import Envelope
from integrations.outcomes import Outcome
from loa import arriving, checks, deciding, forms, mails, verdicts, voids
from loa import texts as wording
from loa.models import LetterDecision, LetterRequest
from loa.verdicts import Verdict, verdict
from people import calendar
from people.models import User
from tickets.actions import Refused
from tickets.models import Message
from tickets.procedures import At, Change, Done, Fact, Prepared, Stuck, Waiting, WaitsFor

What, How, State = LetterDecision.What, LetterDecision.How, LetterDecision.State
RELEASE: Final = "docusign.release_gate"
VOID: Final = "docusign.void"
REMIND_AFTER: Final = timedelta(hours=4)  # of business time
TONES: Final = {"met": "good", "missing": "bad", "unknown": "unsure", "note": ""}


def look(at: At) -> Done | Waiting:
    """Decided in DocuSign by whoever, or still ours; what was held comes back when its time has come."""
    request = _request(at)
    if verdict(request) is not Verdict.OPEN:
        decision = deciding.settle(request) or deciding.newest(request)
        return Done(note=verdicts.words(request), facts=_decided(decision))
    deciding.end_hold(request)
    return _waiting(request)


def decide(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """The row first. What is decided in DocuSign, or held, waits here for its word; the rest goes on."""
    request = _request(at)
    how = deciding.way_of(request, given["what"], void=bool(given.get("void")))
    if how == How.VOID and not given.get("sure"):
        raise Refused(voids.question(request))
    decision = deciding.decide(
        request,
        what=given["what"],
        how=how,
        by=_person(at),
        why=given.get("why") or "",
        reason_text=given.get("reason_text") or "",
        mail=forms.draft_of(given) if given["what"] == What.DECLINE else None,
        until=given.get("until"),
        seen=given.get("seen"),
    )
    if how in {How.VIEW, How.NONE}:
        return _waiting(request)
    said = {"who": decision.by, "what": decision.get_what_display(), "how": decision.get_how_display()}
    return Done(
        note=_("%(what)s, %(how)s, by %(who)s.") % said, facts=_decided(decision), keep={"decision": decision.pk}
    )


def prepare(at: At) -> Prepared:
    """The checks, and both texts as they would go out."""
    request, by = _request(at), _somebody(at)
    checked = checks.kept(request)
    return Prepared(
        initial=forms.initial(request, wording.texts(request, by=by)) if by else {},
        note=_("The checks propose: %(what)s.") % {"what": str(request.get_proposal_display())},
        facts=[
            Fact(name=one.title, value=one.words, tone=TONES[one.verdict], source=one.source, link=one.link)
            for one in (checked.checks if checked else ())
        ],
        link=reverse("deciding:decide", args=[request.pk]),
    )


def not_released(at: At) -> str:
    """Only what was approved here is let go on from here."""
    return _not_to_be_written(at, How.GATE, otherwise=_("It is not approved from here."))


def release(at: At) -> Done:
    """PHD's approval where the template has the gate; the specialist is recorded with it."""
    request, decision = _request(at), _under_way(at)
    envelope = _envelope(request)
    if decision is None:
        return Done(note=verdicts.words(request))
    change = Change(
        record=envelope.subject.strip() or envelope.envelope_id,
        field=_("Workflow"),
        before=_("paused before Legal"),
        after=_("goes on to Legal"),
        why=decision.why,
    )
    outcome = at.write(RELEASE, {"envelope": envelope.envelope_id}, changes=[change])
    return _written(at, outcome, note=_("DocuSign lets it go on to Legal."))


def not_voided(at: At) -> str:
    return _not_to_be_written(at, How.VOID, otherwise=_("It is not voided from here."))


def void(at: At) -> Done:
    """Ends it for everybody, with the reason that every recipient reads; not what PHD's own signer has approved."""
    request, decision = _request(at), _under_way(at)
    envelope = _envelope(request)
    if decision is None:
        return Done(note=verdicts.words(request))
    change = Change(
        record=envelope.subject.strip() or envelope.envelope_id,
        field=_("Status"),
        before=envelope.status,
        after="voided",
        why=decision.reason_text,
    )
    payload = {"envelope": envelope.envelope_id, "reason": decision.reason_text, "unless_approved": True}
    return _written(at, at.write(VOID, payload, changes=[change]), note=_("The envelope is voided with the reason."))


def arrived(at: At) -> Done | Waiting:
    """DocuSign's own word, not ours: its message or the poll brings it."""
    request = _request(at)
    if verdict(request) is Verdict.OPEN:
        if unwritten := deciding.unwritten(deciding.under_way(request)):
            words = f"{unwritten} {_('Do it in DocuSign, or decide anew.')}"
            link = reverse("deciding:decide", args=[request.pk])
            return Waiting(for_whom=WaitsFor.DESK, note=words, due=request.due, remind=_remind(request), link=link)
        words = _("It was written there; DocuSign's message, or the next look at all envelopes, brings the answer.")
        return Waiting(for_whom=WaitsFor.DOCUSIGN, note=words, due=request.due)
    decision = deciding.settle(request) or deciding.newest(request)
    return Done(note=verdicts.words(request), facts=_decided(decision))


def no_mail(at: At) -> str:
    """The mail of a decline leaves only after DocuSign has confirmed it."""
    decision = _newest(at)
    if decision is not None and decision.what == What.DECLINE:
        if decision.state == State.DONE:
            return ""
        if decision.state == State.OVERTAKEN:
            return _("The decline was overtaken: %(what)s") % {"what": decision.result}
    return _("Nothing was declined from here.")


def decline_mail(at: At) -> Done:
    """Once: message, mail and decision know each other in one transaction."""
    decision = _newest(at)
    if decision is None:
        raise Stuck(_("The decision about this letter is gone. Write to the requester yourself, and say so."))
    return _told(mails.send_of(decision, at.ticket))


def nobody_to_tell(at: At) -> str:
    """What ended without us is told by a person; what has a mail of its own is told already."""
    request = arriving.of_ticket(at.ticket)
    if request is None or request.stage not in {LetterRequest.Stage.DECLINED, *voids.ENDED_BY_OTHERS}:
        return _("Nothing ended that the requester has to hear from us.")
    decision = deciding.newest(request)
    if decision is not None and decision.message_id is not None:
        return _("The requester has our e-mail.")
    if verdicts.by_the_partner(request):
        return _("The partner declined it.")
    return ""


def prepare_answer(at: At) -> Prepared:
    request, by = _request(at), _somebody(at)
    first = forms.initial_of_mail(wording.ended(request, by=by)) if by else {}
    return Prepared(initial=first, note=verdicts.words(request), facts=_reason_given(request))


def answer(at: At, given: Mapping[str, Any]) -> Done:
    """A person tells the requester; sent once."""
    request = _request(at)
    draft = forms.draft_of(given)
    mails.check(draft, despite=draft.addresses)
    return _told(mails.send(draft, at.ticket, by=_person(at), submission=f"loa-ended-{request.pk}"))


def _request(at: At) -> LetterRequest:
    found = arriving.of_ticket(at.ticket)
    if found is None:
        raise Stuck(_("This ticket has no request for a letter. Skip this, or make it another type of request."))
    return found


def _envelope(request: LetterRequest) -> Envelope:
    if request.envelope is None:
        raise Stuck(_("This request has no envelope in DocuSign."))
    return request.envelope


def _under_way(at: At) -> LetterDecision | None:
    """What is still to be written, or was a moment ago; what DocuSign has overtaken is settled and is not."""
    request = arriving.of_ticket(at.ticket)
    decision = deciding.under_way(request) if request else None
    if request is None or decision is None or verdict(request) in {Verdict.OPEN, *verdicts.FITS[decision.what]}:
        return decision
    deciding.settle(request)
    return None


def _not_to_be_written(at: At, how: str, *, otherwise: str) -> str:
    decision = _under_way(at)
    if decision is not None and decision.how == how:
        return ""
    last = _newest(at)
    if last is not None and last.how == how and last.state == State.OVERTAKEN:
        return _("DocuSign was quicker: %(words)s") % {"words": last.result}
    return otherwise


def _newest(at: At) -> LetterDecision | None:
    request = arriving.of_ticket(at.ticket)
    return deciding.newest(request) if request else None


def _somebody(at: At) -> User | None:
    """Whose name the texts carry: who looks, else who has the ticket."""
    return at.by or at.ticket.assignee


def _person(at: At) -> User:
    by = _somebody(at)
    if by is None:
        raise Stuck(_("Nobody has this ticket. Take it first."))
    return by


def _waiting(request: LetterRequest) -> Waiting:
    """For us: what is under way, else the proposal; reminded after some hours of business time."""
    decision = deciding.under_way(request)
    link = reverse("deciding:decide", args=[request.pk])
    if decision is None:
        note = _("The checks propose: %(what)s.") % {"what": str(request.get_proposal_display())}
    elif decision.what == What.HOLD:
        note = _("Held by %(who)s: %(why)s") % {"who": decision.by, "why": decision.why}
        return Waiting(for_whom=WaitsFor.DESK, note=note, due=decision.until, remind=decision.until, link=link)
    else:
        said = {"who": decision.by, "what": str(decision.get_what_display()).lower()}
        note = _("%(who)s opened DocuSign to %(what)s; it waits for what DocuSign says.") % said
    return Waiting(for_whom=WaitsFor.DESK, note=note, due=request.due, remind=_remind(request), link=link)


def _remind(request: LetterRequest) -> datetime:
    return calendar.add_time(request.stage_since, REMIND_AFTER, calendar.hours_of(request.region))


def _written(at: At, outcome: Outcome, *, note: str) -> Done:
    """What DocuSign refused because the envelope is over by now is told by the envelope; the rest is for a person."""
    if outcome.worked:
        return Done(note=note)
    request = _request(at)
    if verdict(request) is not Verdict.OPEN:
        return Done(note=verdicts.words(request))
    raise Stuck(_("DocuSign says no: %(words)s") % {"words": outcome.words})


def _decided(decision: LetterDecision | None) -> list[Fact]:
    if decision is None:
        return []
    overtaken = decision.state == State.OVERTAKEN
    who = _("%(what)s by %(who)s") % {"what": decision.get_what_display(), "who": decision.by}
    facts = [Fact(name=_("Decided"), value=who, tone="unsure" if overtaken or decision.against else "")]
    if overtaken:
        facts.append(Fact(name=_("Overtaken"), value=decision.result, tone="unsure"))
    if decision.against:
        facts.append(Fact(name=_("Against the checks"), value=decision.why, tone="unsure"))
    elif decision.why:
        facts.append(Fact(name=_("Why"), value=decision.why))
    if decision.reason_text:
        facts.append(Fact(name=_("Reason for DocuSign"), value=decision.reason_text))
    return facts


def _reason_given(request: LetterRequest) -> list[Fact]:
    return [Fact(name=_("Reason given"), value=request.reason, source="DocuSign")] if request.reason else []


def _told(message: Message) -> Done:
    people = ", ".join(one["name"] or one["address"] for one in (*message.to, *message.cc))
    facts = [Fact(name=_("To"), value=people), Fact(name=_("Subject"), value=message.subject)]
    link = f"/tickets/{message.ticket.reference}/#m{message.pk}"
    return Done(
        note=_("Sent to %(people)s.") % {"people": people}, facts=facts, link=link, keep={"message": message.pk}
    )

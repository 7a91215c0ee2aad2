"""What the partner hears: the licence with its last day and terms, what is missing, or why Support did not issue it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nfr import requests, stages, support
from nfr.issuing import deciding, offers
from nfr.models import Licence, LicenceRequest, SupportRequest, Type
from tickets import general_steps, notices, prepared
from tickets.models import Status, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ENDED
from tickets.prepared import Person
from tickets.procedures import At, Done, Waiting, WaitsFor

ISSUED, NOT_ELIGIBLE, REFUSED = "nfr-approved", "nfr-not-eligible", "nfr-support-refused"
Outcome = SupportRequest.Outcome
HEARS: Final = general_steps.HEARS


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response with what it says; the channel manager is in copy where they should know."""

    response: str
    says: str
    values: Mapping[str, str] = field(default_factory=dict)
    tells_manager: bool = False


def answer(at: At) -> Done:
    """Into the composer; a person reads and sends it."""
    request = requests.of(at.ticket)
    found = _of(at, request)
    to, cc = notices.answer_to(at.ticket)
    if found.tells_manager and (manager := _manager(at.ticket)) is not None:
        cc = [*cc, manager]
    values = {name: value for name, value in found.values.items() if value}
    prepared.offer(at.ticket, step=at.key, response=found.response, values=values, to=to, cc=cc, then=Status.SOLVED)
    return Done(note=found.says)


def only_a_question(at: At) -> str:
    """Where a person answers in their own words."""
    request = requests.known(at.ticket)
    is_other = request is not None and request.topic == LicenceRequest.Topic.OTHER
    return _("Answered in somebody's own words.") if is_other else ""


def resolve(at: At) -> Done | Waiting:
    """Open again where the partner writes that they meet now what was missing."""
    said = general_steps.resolve(at)
    request = requests.known(at.ticket)
    if isinstance(said, Done) and request is not None and request.stage in stages.UNDER_WAY:
        stages.move(request, stages.Stage.DONE)  # another question: it has no licence to wait for
    refused = request is not None and request.stage == LicenceRequest.Stage.REFUSED and request.decided is not None
    if isinstance(said, Waiting) and refused and at.ticket.status not in ENDED and _wrote_since(request):
        note = _("The partner has written since it was refused. If that is put right, go back to the decision above.")
        return Waiting(for_whom=WaitsFor.DESK, note=note, due=said.due)
    return said


def _of(at: At, request: LicenceRequest) -> Answer:
    decided = at.kept("decide")
    if decided.get("what") == deciding.REFUSE:
        missing = "\n".join([*decided.get("missing", ()), *([decided["why"]] if decided.get("why") else [])])
        return Answer(
            response=NOT_ELIGIBLE,
            says=_("The reply says what is missing and how to get it."),
            values={"missing": missing},
        )
    rows = support.licences(request)
    issued = [one.licence for one in rows if one.licence is not None]
    refused = [one for one in rows if one.outcome == Outcome.REFUSED]
    why = "\n".join(f"{one.get_type_display()}: {one.answer}" for one in refused)
    if not issued:
        return Answer(
            response=REFUSED, says=_("The reply says why Support did not issue it."), values={"reason_given": why}
        )
    hints = offers.hints(offers.kept(request))
    values = {
        "licence_type": _type_words(issued[0]),
        "seats": str(issued[0].seats or ""),
        "end_date": date_format(issued[0].ends, "j M Y") if issued[0].ends else "",
        "nfr_licences": "\n".join(_line(one) for one in issued[1:]),
        "licence_place": "\n".join(_place(one) for one in issued),
        "ends_why": " ".join(dict.fromkeys(_why_then(one) for one in rows if _why_then(one))),
        "not_issued": why,
        "nfr_hint": " ".join(hints),
    }
    return Answer(
        response=ISSUED, says=_("The reply names the last day and the terms."), values=values, tells_manager=bool(hints)
    )


def _why_then(one: SupportRequest) -> str:
    """Why it ends then; nothing where Support has set another day than was asked for."""
    return one.ends_why if one.licence is not None and one.licence.ends == one.ends else ""


def _line(one: Licence) -> str:
    said = {
        "type": _type_words(one),
        "seats": one.seats or "?",
        "day": date_format(one.ends, "j M Y") if one.ends else "?",
    }
    return _("%(type)s, %(seats)s seats, until %(day)s") % said


def _type_words(one: Licence) -> str:
    kind = "GitLab SaaS" if one.type == Type.SAAS else _("GitLab self-managed")
    return ", ".join(part for part in (kind, str(one.get_tier_display())) if part)


def _place(one: Licence) -> str:
    if one.type == Type.SAAS:
        return _("The plan is set on gitlab.com/%(namespace)s.") % {"namespace": one.namespace}
    who = one.contact_email or _("you")
    return _("The key for your server comes by mail from GitLab to %(who)s.") % {"who": who}


def _manager(ticket: Ticket) -> Person | None:
    manager = ticket.channel_manager
    address = (manager.user.email if manager.user else manager.salesforce_email) if manager else ""
    return Person(name=manager.name, address=address, role=_("channel manager")) if manager and address else None


def _wrote_since(request: LicenceRequest | None) -> bool:
    if request is None or request.decided is None:
        return False
    own: Sequence[str] = (Visibility.IN,)
    rows = request.ticket.messages.filter(visibility__in=own, automatic=False, unknown_sender=False)
    return rows.filter(created__gt=request.decided).exists()

"""More than the program gives: the channel manager asks with the option “Other”; the register keeps what is decided."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from nfr import already, evidence, manager_steps, namespaces, policy, requests, stages, topic_reading
from nfr.exception_forms import APPROVED, DROPPED, REFUSED
from nfr.models import Licence, LicenceRequest, Tier, Type
from nfr.register import writing
from partners.models import Account
from people import calendar
from people.calendar import Target
from tickets import own_words, prepared
from tickets.actions import Refused
from tickets.models import Message, Status
from tickets.models.message import Visibility
from tickets.models.ticket import ENDED
from tickets.procedures import At, Done, Fact, Finish, Prepared, Stuck, Waiting, WaitsFor

SHOWN: Final = ("types", "seats", "tier", "namespace")
HEARS: Final = (*prepared.HEARS, "received", "facts", "partner")
TO_THE_PARTNER: Final = "nfr-exception"
TO_THE_MANAGER: Final = "nfr-exception-manager"
FATES: Final = {APPROVED: "nfr-exception-approved", REFUSED: "nfr-exception-refused"}
ABOUT: Final = re.compile(
    r"\bexceptions?\b|\bAusnahme|\bd[ée]rogation|\bexcepci[óo]n|\bexce[çc][ãa]o|例外", re.IGNORECASE
)
REMIND: Final = Target(days=5)


def read(at: At) -> Done:
    request, done = topic_reading.read(at, SHOWN)
    gives = program_gives(request.account)
    return Done(
        note=done.note, facts=[*done.facts, *([Fact(name=_("The program gives"), value=gives)] if gives else [])]
    )


def answer(at: At) -> Done:
    """The partner hears who asks, and what they have to send; a channel manager hears how it is asked."""
    request, found = requests.of(at.ticket), manager_steps.kept(at)
    if (earlier := already.written(at.ticket, ABOUT)) is not None:
        stages.move(request, stages.Stage.PASSED_ON)
        return already.said(earlier)
    asks = bool(at.kept("manager").get("asks"))
    to, cc = manager_steps.whom(at, found, asks=asks)
    values = {"nfr_wish": wish(request), "program_gives": program_gives(request.account)}
    prepared.offer(
        at.ticket,
        step=at.key,
        response=TO_THE_MANAGER if asks else TO_THE_PARTNER,
        values=values | manager_steps.named(at, found, asks=asks),
        to=to,
        cc=cc,
        warnings=[found.unreachable],
        then=Status.ON_HOLD,
    )
    stages.move(request, stages.Stage.PASSED_ON)
    return Done(note=_("It is %(name)s's to ask for.") % {"name": found.name})


def fate(at: At) -> Waiting:
    """Only a person knows; who has written since is shown."""
    request = requests.of(at.ticket)
    if at.ticket.status in ENDED:
        words = _("The ticket is resolved without a decision on the exception.")
        stages.move(request, stages.Stage.ENDED, why=words)
        raise Finish(words)
    since = at.step.ready or at.step.started or timezone.now()
    newest = _newest(request)
    if newest is not None:
        note = _("%(name)s has written. If it is decided, say it here.") % {"name": newest.author_name}
        return Waiting(for_whom=WaitsFor.DESK, note=note, facts=[_quoted(newest)], due=at.ticket.due)
    remind = calendar.add(since, REMIND, calendar.hours_of(at.ticket.region))
    name = manager_steps.kept(at).name
    note = _("With %(name)s, who asks for the exception.") % {"name": name}
    return Waiting(for_whom=WaitsFor.CHANNEL_MANAGER, note=note, remind=remind)


def fate_prepared(at: At) -> Prepared:
    request = requests.of(at.ticket)
    wanted = request.types[0] if request.types else Type.SAAS
    own = list(_licences(request.account))
    said = request.account and policy.offer(request.account, type=wanted, seats=request.seats, on=timezone.localdate())
    about = request.licence if request.licence in own else None
    initial = {
        "licences": [(str(one.pk), _named(one)) for one in own],
        "licence": str(about.pk) if about else "",
        "type": about.type if about else wanted,
        "tier": (about.tier if about else request.tier) or Tier.ULTIMATE,
        "seats": request.seats,
        "namespace": request.namespace,
        "ends": (about.ends if about else None) or (said.ends if said else None),
        "support_ticket": request.support_ticket,
    }
    newest = _newest(request)
    facts = [*evidence.facts(request, SHOWN), *([_quoted(newest)] if newest else [])]
    return Prepared(initial=initial, facts=facts)


def decide(at: At, given: Mapping[str, Any]) -> Done:
    """Kept with who decided it, whatever it is; what was approved goes to the register next."""
    assert at.by is not None  # a form is sent by somebody
    outcome = given["outcome"]
    approver, reason = str(given.get("approver") or "").strip(), str(given.get("reason") or "").strip()
    licence = str(given.get("licence") or "")
    approved = outcome == APPROVED
    values = _values(given) if approved else {}
    with requests.holding(requests.of(at.ticket)) as row:
        if approved:
            values["type"] = _type_of(row, licence) or values["type"]
        row.exception, row.exception_by = reason, approver
        row.decided_by, row.decided = at.by, timezone.now()
        row.save(update_fields=["exception", "exception_by", "decided_by", "decided"])
        after = {"outcome": outcome, "by": approver, **values}
        record(row, "exception decided", by=actor_of(at.by), after=after, why=reason)
    if not approved:
        stage = stages.Stage.REFUSED if outcome == REFUSED else stages.Stage.ENDED
        stages.move(row, stage, by=actor_of(at.by), why=reason)
    words = {
        APPROVED: _("Approved by %(by)s."),
        REFUSED: _("Not approved: %(by)s."),
        DROPPED: _("Not asked for any more."),
    }
    said = {"outcome": outcome, "licence": licence, "by": at.by.pk, **values}
    return Done(note=words[outcome] % {"by": approver}, keep=said)


def not_approved(at: At) -> str:
    """Why nothing comes into the register."""
    return "" if at.kept("fate").get("outcome") == APPROVED else _("It is not approved.")


def not_told(at: At) -> str:
    """Why nobody is told."""
    return "" if at.kept("fate").get("outcome") in FATES else _("Nobody waits for it any more.")


def register(at: At) -> Done:
    """The exception with its approver: on the licence it is about, or as a licence of its own; once."""
    request, said = requests.of(at.ticket), at.kept("fate")
    by = request.decided_by
    if by is None:
        raise Stuck(_("Nobody has decided it yet."))
    today = timezone.localdate()
    ends = None if not said.get("ends") else date.fromisoformat(str(said["ends"]))
    licence = Licence.objects.filter(pk=int(said.get("licence") or 0)).first() or _granted(request, str(said["type"]))
    if licence is not None:
        values = {name: said[name] for name in ("tier", "seats", "namespace", "support_ticket") if said.get(name)}
        values |= {"exception": request.exception, "exception_by": request.exception_by, "ends": ends or licence.ends}
        licence = writing.change(licence, values, by=by, why=request.exception)
    else:
        licence = writing.grant(
            request,
            account=request.account,
            type=str(said["type"]),
            tier=str(said.get("tier", "")),
            seats=said.get("seats"),
            namespace=str(said.get("namespace", "")),
            starts=today,
            ends=ends,
            by=by,
            more={"support_ticket": str(said.get("support_ticket", ""))},
        )
    stages.move(request, stages.Stage.DONE)
    return Done(
        note=_("The register has %(licence)s with its exception.") % {"licence": licence}, link=f"/nfr/{licence.pk}/"
    )


def tell(at: At) -> Done:
    """The partner, and the channel manager in copy, hear what was decided and by whom."""
    request, said = requests.of(at.ticket), at.kept("fate")
    outcome = str(said["outcome"])
    asks = bool(at.kept("manager").get("asks"))
    found = manager_steps.kept(at)
    to, cc = manager_steps.whom(at, found, asks=asks)
    values = {
        **manager_steps.named(at, found, asks=asks),
        "exception_by": request.exception_by,
        "exception_reason": request.exception,
        "exception_terms": _terms(said),
        "program_gives": program_gives(request.account),
    }
    prepared.offer(
        at.ticket, step=at.key, response=FATES[outcome], values=values, to=to, cc=cc, then=Status.SOLVED
    )  # fmt: skip
    return Done(note=_("The reply is prepared."))


def program_gives(account: Account | None) -> str:
    """“1 SaaS and 1 self-managed licence, 10 seats each, for 12 months”; nothing where nobody can tell."""
    terms = policy.terms_for(account, on=timezone.localdate())
    if terms is None:
        return ""
    words = "%(saas)d SaaS and %(own)d self-managed licence, %(seats)d seats each, for %(months)d months"
    said = {"saas": terms.saas, "own": terms.self_managed, "seats": terms.seats, "months": terms.months}
    return words % said


def wish(request: LicenceRequest) -> str:
    """In the words of the mail, which is English; empty where a person has to say it."""
    types = " and ".join("GitLab SaaS" if one == Type.SAAS else "self-managed" for one in request.types)
    if request.seats:
        return f"{request.seats} seats{f' on {types}' if types else ''}"
    return f"another licence for {types}" if types else ""


def _values(given: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON; the group as its top-level path."""
    named = str(given.get("namespace") or "")
    if named and not namespaces.read(named).top:
        raise Refused(namespaces.read(named).problem)
    ends = given.get("ends")
    return {
        "type": given.get("type") or Type.SAAS,
        "tier": given.get("tier") or "",
        "seats": given.get("seats"),
        "namespace": namespaces.read(named).top if named else "",
        "ends": ends.isoformat() if ends else "",
        "support_ticket": str(given.get("support_ticket") or "").strip(),
    }


def _type_of(row: LicenceRequest, licence: str) -> str:
    """That of the licence it is about, which has to be the partner's; empty for a licence of its own."""
    if row.account is None:
        raise Refused(_("Set the partner of the ticket first: the register has to say whose licence it is."))
    found = _licences(row.account).filter(pk=licence).first() if licence else None
    if licence and found is None:
        raise Refused(_("This licence belongs to another partner, or is over."))
    return str(found.type) if found is not None else ""


def _licences(account: Account | None) -> Any:
    return policy.licences_of(account, on=timezone.localdate()) if account else Licence.objects.none()


def _granted(request: LicenceRequest, type: str) -> Licence | None:
    """What an earlier try of this step has made."""
    return Licence.objects.filter(ticket=request.ticket_id, type=type).exclude(exception="").first()


def _named(licence: Licence) -> str:
    seats = _("%(n)d seats") % {"n": licence.seats} if licence.seats else ""
    return ", ".join(part for part in (str(licence), str(licence.get_type_display()), seats) if part)


def _terms(said: Mapping[str, Any]) -> str:
    """What was approved, in the words of the mail."""
    kind = "GitLab SaaS" if said.get("type") == Type.SAAS else "self-managed"
    day = date.fromisoformat(str(said["ends"])) if said.get("ends") else None
    parts = (
        kind,
        str(said.get("tier") or "").capitalize(),
        f"{said['seats']} seats" if said.get("seats") else "",
        f"until {date_format(day, 'j M Y')}" if day else "",
    )
    return ", ".join(part for part in parts if part)


def _newest(request: LicenceRequest) -> Message | None:
    """What has come in since we last wrote; a colleague's mail to the ticket is kept as a note."""
    shown = request.ticket.messages.filter(automatic=False, unknown_sender=False).order_by("-pk")
    last = shown.exclude(visibility=Visibility.NOTE, author_user__isnull=False).first()
    return last if last is not None and last.visibility != Visibility.REPLY else None


def _quoted(message: Message) -> Fact:
    words = " ".join(own_words.of(message).split())[:300]
    return Fact(name=_("Newest words"), value=words, source=message.author_name, link=f"#m{message.pk}")

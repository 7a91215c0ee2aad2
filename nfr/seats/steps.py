"""From Support's word to the mail: who, which group, how many of how many; then the draft with picture and links."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from documents.models import StoredFile
from journal.record import actor_of, record
from mail import mailboxes
from nfr import already, asking_group, correcting, evidence, filling, requests, stages, topic_reading, whom
from nfr.guides import links
from nfr.models import Licence, LicenceRequest
from nfr.seats import counts, pictures
from tickets import letters, prepared, recipients
from tickets.actions import Recipient
from tickets.models import Status
from tickets.procedures import At, Done, Fact, Prepared, Waiting, WaitsFor

SHOWN: Final = ("seats_used", "seats_allowed", "namespace", "support_ticket", "seats_by", "contact_email")
NEEDED: Final = ("seats_used", "seats_allowed")
TYPED: Final = (*SHOWN, "contact_name")
TOO_MANY: Final = "nfr-reduce-seats"
# A mail about seats, whoever wrote it.
ABOUT: Final = re.compile(r"usage.quotas|\bseats?\b|\bSitze?\b|\bsièges?\b|\b(?:a|pue)sientos?\b|シート", re.IGNORECASE)
WITHIN: Final = "nfr-seats-within"
_SENT: Final = already.look_sent("draft")


def read(at: At) -> Done:
    """Numbers, group, Support's ticket and picture, from whatever was sent: Support's own mail passed on as well."""
    request, done = topic_reading.read(at, SHOWN)
    return Done(note=done.note, facts=[*done.facts, *_picture(request)])


def complete(at: At) -> Done | Waiting:
    """Done when the mail can be written; the partner is asked for the group, a person for the rest."""
    request = requests.of(at.ticket)
    if first := asking_group.before(at, request):
        return first
    request = filling.fill(request)
    missing = _missing(request)
    if not request.namespace:
        return asking_group.ask(at, request, missing=missing)
    asking_group.drop(at)
    if not missing:
        return Done(note=_what_is(request), facts=evidence.facts(request, SHOWN) if request.corrected else ())
    words = _("Say it here: %(missing)s.") % {"missing": ", ".join(missing)}
    return Waiting(for_whom=WaitsFor.DESK, note=words, due=at.ticket.due)


def complete_prepared(at: At) -> Prepared:
    request = requests.of(at.ticket)
    person = whom.person_of(request)
    initial = {name: getattr(request, name) for name in TYPED} | {
        "pictures": [(str(one.pk), one.filename) for one in pictures.choices(request)],
        "screenshot": str(request.screenshot_id or ""),
        "contact_name": request.contact_name or (person.name if person else ""),
        "contact_email": request.contact_email or (person.address if person else ""),
    }
    return Prepared(initial=initial, facts=[*evidence.facts(request, SHOWN), *_picture(request)])


def keep(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """What a person typed stands."""
    assert at.by is not None  # a form is sent by somebody
    with requests.holding(requests.of(at.ticket)) as row:
        correcting.keep(row, {name: given[name] for name in TYPED if name in given}, by=at.by)
        chosen = next((one for one in pictures.choices(row) if str(one.pk) == given.get("screenshot")), None)
        if "screenshot" in given and row.screenshot != chosen:
            before, row.screenshot = row.screenshot, chosen
            row.save(update_fields=["screenshot"])
            was, now = {"screenshot": str(before or "")}, {"screenshot": str(chosen or "")}
            record(row, "screenshot chosen", by=actor_of(at.by), before=was, after=now)
    return complete(at)


def count(at: At) -> Done:
    """What Support reported is the first count of this request."""
    request = requests.of(at.ticket)
    return counted(request, new=counts.first(request) is not None)


def draft(at: At) -> Done:
    """The numbers, Support's picture, the policy, both pages of the documentation and the guide."""
    if (earlier := already.written(at.ticket, ABOUT)) is not None:
        return already.said(earlier)
    request = requests.of(at.ticket)
    person = whom.person_of(request)
    stages.move(request, stages.Stage.DECIDING)
    _offer(at, request, key=at.key)
    who = person.name or person.address if person else ""
    return Done(note=_("Drafted in the composer for %(name)s.") % {"name": who})


def sent(at: At) -> Done | Waiting:
    """Until it is sent the draft says what a person has corrected since."""
    if (key := already.standing(at, "draft")) is not None:
        _offer(at, requests.of(at.ticket), key=key)
    return _SENT(at)


def _offer(at: At, request: LicenceRequest, *, key: str) -> None:
    within = counts.is_within(request)
    to, cc = _people(request)
    prepared.offer(
        at.ticket,
        step=key,
        response=WITHIN if within else TOO_MANY,
        values=values_of(request),
        to=to,
        cc=cc,
        files=[] if within else _files(request),
        warnings=_warnings(request),
        then=Status.SOLVED if within else Status.PENDING_PARTNER,
    )


def within(at: At) -> str:
    """Why nobody has to remove anybody."""
    request = requests.of(at.ticket)
    return _what_is(request) if counts.is_within(request) and request.confirmed is None else ""


def within_from_start(at: At) -> str:
    """The first mail has said it all, and nobody told Support anything."""
    told = at.kept("update").get("told")
    return "" if told else within(at)


def values_of(request: LicenceRequest) -> dict[str, str]:
    """What the texts about seats say."""
    given = {
        "seats_used": request.seats_used,
        "seats_allowed": request.seats_allowed,
        "namespace": request.namespace,
        "screenshot": request.screenshot.filename if request.screenshot else "",
        "seats_by": _day_to_come(request.seats_by),
        "guide_link": links.link_for(request),
    }
    return {name: "" if value is None else str(value) for name, value in given.items()} | whom.greeting(request)


def counted(request: LicenceRequest, *, new: bool) -> Done:
    """What the register says now, with the licence's page."""
    licence: Licence | None = request.licence
    if licence is None:
        words = _("The register has no licence on this group. Add it there, then do this step again.")
        return Done(note=words, link="/nfr/")
    words = _("%(used)s of %(allowed)s seats on %(licence)s.") if new else _("The register has this count already.")
    said = {"used": request.seats_used, "allowed": request.seats_allowed, "licence": licence}
    return Done(note=words % said, link=f"/nfr/{licence.pk}/")


def _day_to_come(day: date | None) -> str:
    """A day that is over asks nothing of anybody."""
    return date_format(day, "j M Y") if day is not None and day >= timezone.localdate() else ""


def _missing(request: LicenceRequest) -> list[str]:
    found = [str(evidence.NAMES[name]) for name in NEEDED if getattr(request, name) is None]
    if request.account is None:
        found.append(_("the partner of the ticket"))
    if whom.person_of(request) is None:
        found.append(_("who at the partner gets the mail"))
    return found


def _what_is(request: LicenceRequest) -> str:
    said = {"used": request.seats_used, "allowed": request.seats_allowed, "group": request.namespace}
    words = _("%(used)s of %(allowed)s seats on %(group)s are in use.")
    return (f"{words} {_('Nothing has to be removed.')}" if counts.is_within(request) else words) % said


def _people(request: LicenceRequest) -> tuple[list[Recipient], list[Recipient]]:
    """The partner's side only: who wrote last with whom they had in copy, else the licence's contact alone."""
    if not whom.partners_own(request):
        person = whom.person_of(request)
        return ([person] if person else []), []
    last = letters.answered(request.ticket)
    if last is not None and whom.is_vendors(last.author_address):
        last = None
    return recipients.answer_to(request.ticket, last, ours=mailboxes.own_addresses())


def _files(request: LicenceRequest) -> list[tuple[StoredFile, str]]:
    return [(request.screenshot.stored, request.screenshot.filename)] if request.screenshot else []


def _picture(request: LicenceRequest) -> list[Fact]:
    if request.screenshot is None:
        return []
    return [Fact(name=_("Support's screenshot"), value=request.screenshot.filename, tone="good")]


def _warnings(request: LicenceRequest) -> list[str]:
    if whom.partners_own(request):
        return []
    words = _("%(asked)s wrote this, not the partner. Look whether this is who gets the mail.")
    return [words % {"asked": request.ticket.requester}]

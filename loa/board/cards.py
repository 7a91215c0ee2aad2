"""A card of the board: who asked for which company's letter, and its clock, its validity or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loa.board import clocks
from loa.board.asking import Asked
from loa.models import Letter, LetterRequest
from web import times

Stage = LetterRequest.Stage
TWO_WEEKS: Final = 14
ENDINGS: Final[Mapping[str, str | Promise]] = {
    Stage.LEGAL_DECLINED: gettext_lazy("By Legal"),
    Stage.VOIDED: gettext_lazy("Voided"),
    Stage.WITHDRAWN: gettext_lazy("Not followed up"),
}
FAILED: Final[Mapping[str, str | Promise]] = {
    "status": gettext_lazy("Not authorized"),
    "requirements": gettext_lazy("Requirements"),
    "in_force": gettext_lazy("Letter in force"),
    "company": gettext_lazy("Company"),
    "domain": gettext_lazy("Mail domain"),
    "region": gettext_lazy("Region"),
}


@dataclass(frozen=True, kw_only=True)
class Card:
    """One card; `request` is the id of the request it opens, or none for a letter nobody asked for here."""

    request: int | None
    href: str
    company: str
    requester: str
    track: str | None
    icon: str
    words: str
    tone: str = ""
    title: str = ""
    beside: str = ""
    beside_title: str = ""


def waiting(request: LetterRequest, *, asked: Asked, now: datetime) -> Card:
    """With PHD or with Legal: the time that is left for the whole chain."""
    left = clocks.left_of(request, now)
    return _card(
        request,
        asked,
        icon="circle-alert" if left and left.over else "timer",
        words=left.words if left else _("since %(when)s") % {"when": times.when(request.stage_since, now=now)},
        tone=left.tone if left else "",
        title=_("Due %(when)s") % {"when": times.exact(left.at)} if left else "",
        beside=request.ticket.reference if request.ticket else "",
    )


def completed(request: LetterRequest, *, asked: Asked) -> Card:
    letter: Letter | None = getattr(request, "letter", None)
    took = clocks.took(request)
    said = (
        _("To %(day)s") % {"day": date_format(letter.valid_until, "j M y")} if letter else _("Letter not fetched yet")
    )
    return _card(
        request,
        asked,
        icon="badge-check" if letter else "clock",
        words=said,
        title=_("Dated %(day)s") % {"day": date_format(letter.dated, "j M Y")} if letter else "",
        beside=_("took %(span)s") % {"span": took} if took else "",
        beside_title=_("Business time from the request to the signed letter") if took else "",
    )


def declined(request: LetterRequest, *, asked: Asked) -> Card:
    ended = request.ended or request.stage_since
    return _card(
        request,
        asked,
        icon="circle-x",
        words=ending(request),
        title=request.reason[:300],
        beside=date_format(_local(ended), "j M"),
        beside_title=times.exact(ended),
    )


def expiring(letter: Letter, *, asked: Asked, today: date) -> Card:
    days = (letter.valid_until - today).days
    account = letter.account
    return Card(
        request=letter.request_id,
        href=asked.href({"request": letter.request_id}) if letter.request_id else _without_request(letter),
        company=account.name if account else letter.company,
        requester=letter.requester_name or letter.requester_email,
        track=account.track if account else None,
        icon="calendar-clock",
        words=_("Ends %(day)s") % {"day": date_format(letter.valid_until, "j M")},
        tone="amber" if days <= TWO_WEEKS else "",
        title=date_format(letter.valid_until, "D j M Y"),
        beside=_("today") if not days else _("in %(days)d d") % {"days": days},
    )


def ending(request: LetterRequest) -> str:
    """Why there is no letter, in two words."""
    if request.stage in ENDINGS:
        return str(ENDINGS[request.stage])
    failed = [one.get("slug", "") for one in request.checks if isinstance(one, dict) and _missing(one)]
    words = [str(FAILED[slug]) for slug in ("status", "requirements", *FAILED) if slug in failed and slug in FAILED]
    return words[0] if words else _("Declined")


def company_of(request: LetterRequest) -> str:
    return request.account.name if request.account else request.company or _("Company not read yet")


def requester_of(request: LetterRequest) -> str:
    return request.requester_name or request.requester_email or _("Requester not read yet")


def track_of(request: LetterRequest) -> str | None:
    """None while its partner is not known."""
    return request.track or (request.account.track if request.account else None)


def _card(request: LetterRequest, asked: Asked, **shown: Any) -> Card:
    return Card(
        request=request.pk,
        href=asked.href({"request": request.pk}),
        company=company_of(request),
        requester=requester_of(request),
        track=track_of(request),
        **shown,
    )


def _without_request(letter: Letter) -> str:
    if letter.stored_id:
        return reverse("loa:file", args=[letter.pk])
    return f"/partners/{letter.account_id}/" if letter.account_id else reverse("loa:board")


def _missing(check: Mapping[str, Any]) -> bool:
    return check.get("verdict") == "missing"


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment)

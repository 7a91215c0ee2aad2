"""What is asked of Support: one internal request for each licence, its exact text, its number, its answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from journal.record import actor_of, record
from nfr import requests, whom
from nfr.models import LicenceRequest, SupportRequest, Type
from people.models import User
from tickets import steps
from tickets.actions import Refused
from tickets.models import Resource

FORM: Final = "nfr-requests"  # of the resources
NUMBER: Final = re.compile(r"(?:.*/tickets/|.*/requests/)?#?\s*(\d{4,9})\s*/?", re.DOTALL)
Outcome, Purpose = SupportRequest.Outcome, SupportRequest.Purpose


def ask(
    request: LicenceRequest,
    *,
    purpose: str,
    type: str,
    tier: str = "",
    seats: int | None = None,
    namespace: str = "",
    starts: date | None = None,
    ends: date | None = None,
    ends_why: str = "",
) -> SupportRequest:
    """The request for one licence with its text. Asked again it is the same one; once it has a number it stays."""
    with requests.holding(request) as row:
        known = SupportRequest.objects.select_for_update().filter(request=row, purpose=purpose, type=type).first()
        if known is not None and known.number:
            return known
        made = known or SupportRequest(request=row, purpose=purpose, type=type)
        made.tier, made.seats, made.namespace = tier, seats, namespace
        made.starts, made.ends, made.ends_why = starts, ends, ends_why[:300]
        made.request = row
        made.text = text(made)
        made.save()
    return made


def sent(row: SupportRequest, number: str, *, by: User, tells: bool = True) -> SupportRequest:
    """Somebody has filled in the form: Support's number of it. One ticket of theirs is one licence.

    A step that decides this itself `tells` nobody: it is being settled.
    """
    with requests.holding(row.request) as request:
        cleaned, now = number_of(number), SupportRequest.objects.select_for_update().get(pk=row.pk)
        if now.outcome:
            raise Refused(_("Support has answered this already."))
        _is_free(now, cleaned)
        before, now.number = now.number, cleaned
        now.sent, now.sent_by = now.sent or timezone.now(), by
        now.save(update_fields=["number", "sent", "sent_by"])
        record(now, "asked of Support", by=actor_of(by), before={"number": before}, after={"number": cleaned})
        if tells:
            steps.heard(request.ticket, "support")
    row.refresh_from_db()
    return row


def answered(row: SupportRequest, outcome: str, *, by: User, words: str = "", tells: bool = True) -> SupportRequest:
    """What became of it; said twice it is the same answer."""
    if outcome not in {Outcome.DONE, Outcome.REFUSED}:
        raise Refused(_("Say whether Support has done it."))
    if outcome == Outcome.REFUSED and not words.strip():
        raise Refused(_("Write what Support said: the partner is told why."))
    with requests.holding(row.request) as request:
        now = SupportRequest.objects.select_for_update().get(pk=row.pk)
        answer = words.replace("\x00", "").strip()[:4000]
        if (now.outcome, now.answer) != (outcome, answer):
            before, now.outcome, now.answered = now.outcome, outcome, timezone.now()
            now.answer = answer
            now.save(update_fields=["outcome", "answered", "answer"])
            was, after = {"outcome": before}, {"outcome": outcome}
            record(now, "answered by Support", by=actor_of(by), before=was, after=after, why=now.answer)
            if tells:
                steps.heard(request.ticket, "support")
    row.refresh_from_db()
    return row


def of(request: LicenceRequest) -> list[SupportRequest]:
    return list(SupportRequest.objects.filter(request=request).select_related("licence").order_by("pk"))


def licences(request: LicenceRequest) -> list[SupportRequest]:
    """Those for a licence that is issued or renewed, as it was decided last."""
    found = (one for one in of(request) if one.purpose in {Purpose.PROVISION, Purpose.RENEW})
    since = request.decided
    return [one for one in found if one.answered is None or since is None or one.answered >= since]


def forget_others(request: LicenceRequest, kept: Collection[SupportRequest]) -> None:
    """What was to be asked by an earlier decision and was not: Support has never heard of it."""
    unsent = SupportRequest.objects.filter(request=request, number="", outcome="")
    unsent.filter(purpose__in=[Purpose.PROVISION, Purpose.RENEW]).exclude(pk__in=[one.pk for one in kept]).delete()


def write_anew(request: LicenceRequest) -> None:
    """What Support has not been told yet says what the request says now; the caller holds it."""
    for one in of(request):
        if one.number:
            continue
        one.request = request
        one.namespace = request.namespace if one.type == Type.SAAS else ""
        one.text = text(one)
        one.save(update_fields=["namespace", "text"])


def number_of(written: str) -> str:
    """“#123456” or the address of their ticket; refused where there is no number."""
    found = NUMBER.fullmatch(written.strip())
    if found is None:
        raise Refused(_("Write the number of Support's ticket, such as 412345."))
    return found[1]


def form_url() -> str:
    """Support's internal request form, as the resources have it; empty where that was taken away."""
    found = Resource.objects.filter(slug=FORM).values_list("address", flat=True).first()
    return found or ""


def text(row: SupportRequest) -> str:
    """What goes into the form, in English whatever language the desk is read in; nothing that is not known."""
    with override("en"):
        return "\n".join(line for line in _lines(row) if line)


def _lines(row: SupportRequest) -> list[str]:
    request = row.request
    company = str(request.account or "")
    kind = f"{row.get_tier_display()} {row.get_type_display()}".strip()
    notes = f"{row.seats or ''} {row.get_tier_display()} NFR Licenses for Partner: {company}".strip()
    saas = row.type == Type.SAAS
    name, email = whom.gets_licence(request)
    return [
        _HEADS[row.purpose] % {"kind": kind},
        f"Partner: {company}" if company else "",
        f"Contact: {name}" if name else "",
        f"E-mail: {email}" if email else "",
        f"Namespace: {row.namespace} (https://gitlab.com/groups/{row.namespace})" if row.namespace else "",
        f"Plan: {row.get_tier_display()}" if row.tier else "",
        f"{'Seats' if saas else 'Users'}: {row.seats}" if row.seats else "",
        f"Start: {_day(row.starts)}" if row.starts else "",
        f"End: {_day(row.ends)}" if row.ends else "",
        "Trial: ticked" if not saas and row.purpose == Purpose.PROVISION else "",
        f"Notes: {notes}",
        f"Our ticket: {request.ticket.reference}",
    ]


_HEADS: Final[Mapping[str, str]] = {
    Purpose.PROVISION: "NFR licence, new: %(kind)s",
    Purpose.RENEW: "NFR licence, renewal: %(kind)s",
    Purpose.SEATS: "NFR licence, the partner has reduced the seats: %(kind)s",
}


def _is_free(row: SupportRequest, number: str) -> None:
    """Support works one licence in one ticket; what is reduced is told in the ticket that already waits for it."""
    if row.purpose == Purpose.SEATS:
        return
    others = SupportRequest.objects.filter(number=number).exclude(pk=row.pk).exclude(purpose=Purpose.SEATS)
    other = others.select_related("request__ticket").first()
    if other is not None:
        said = {"number": number, "ticket": other.request.ticket.reference, "type": other.get_type_display()}
        words = _(
            "Support's ticket %(number)s is noted on %(ticket)s (%(type)s) already. Each licence has one of its own."
        )
        raise Refused(words % said)


def _day(day: date) -> str:
    return date_format(day, "Y-m-d")

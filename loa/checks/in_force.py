"""Is there a letter already: one that is still valid, or a request that is under way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from loa.checks.shapes import Check, Verdict, not_checked
from loa.models import Letter, LetterRequest
from partners import names

SLUG: Final = "in_force"
RENEWAL: Final = timedelta(days=60)  # so long before its end a new one is the renewal
MOST: Final = 500
STAGES: Final = LetterRequest.Stage
UNDER_WAY: Final = (STAGES.REQUESTED, STAGES.PHD_REVIEW, STAGES.LEGAL_REVIEW)


def check(request: LetterRequest, *, on: date) -> Check:
    """Met when there is none; a renewal is only told; a second one beside it a person confirms."""
    if request.account_id is None:
        return _check("unknown", not_checked(), letter=None, value="")
    letters = [one for one in _letters(request) if one.state == Letter.State.IN_FORCE and one.dated <= on]
    valid = [one for one in letters if one.valid_until >= on]
    others = _also_asked(request)
    if valid:
        return _valid(max(valid, key=lambda one: one.valid_until), others, on=on)
    last = max(letters, key=lambda one: one.valid_until, default=None)
    words = _("There was none before.")
    if last is not None:
        words = _("The last one ended on %(day)s.") % {"day": _day(last.valid_until)}
    if others:
        return _check("note", f"{words} {_asked(others)}", letter=last, how=_how_asked(), value=_("none"))
    return _check("met", words, letter=last, value=_("none"))


def _valid(letter: Letter, others: Sequence[LetterRequest], *, on: date) -> Check:
    said = {"dated": _day(letter.dated), "until": _day(letter.valid_until), "who": letter.requester_name}
    words = _("A letter of %(dated)s is valid to %(until)s.") % said
    if letter.end_customer:
        words += " " + _("It is for %(customer)s.") % {"customer": letter.end_customer}
    if others:
        words = f"{words} {_asked(others)}"
    value = _("valid to %(until)s") % said
    if letter.valid_until - on <= RENEWAL:
        more = _("It ends within %(days)d days, so this is its renewal.") % {"days": RENEWAL.days}
        return _check("note", f"{words} {more}", letter=letter, value=value)
    how = _("Ask the requester whether a second one is needed, say for another tender; then approve and write why.")
    return _check("unknown", words, letter=letter, how=how, value=value)


def _check(verdict: Verdict, words: str, *, letter: Letter | None, value: str, how: str = "") -> Check:
    return Check(
        slug=SLUG,
        title=_("No valid letter exists") if verdict == "met" else _("Letter in force"),
        verdict=verdict,
        words=words,
        how=how,
        value=value,
        source=_("Letters kept here"),
        at=timezone.make_aware(datetime.combine(letter.dated, time())) if letter else None,
        link=f"/loa/{letter.request_id}/" if letter and letter.request_id else "",
    )


def _letters(request: LetterRequest) -> list[Letter]:
    """The account's; those of the past that nobody has given an account yet, by the company's name."""
    if request.account_id is None:
        return []
    account = request.account
    theirs = Q(account=account) | Q(account__merged_into=account)
    found = list(Letter.objects.filter(theirs).exclude(request=request).order_by("-valid_until")[:MOST])
    loose = Letter.objects.filter(account=None, valid_until__gte=timezone.localdate()).exclude(request=request)
    wanted = {names.normalised(text) for text in (request.company, account.name if account else "")} - {""}
    return found + [one for one in loose[:MOST] if names.normalised(one.company) in wanted]


def _also_asked(request: LetterRequest) -> list[LetterRequest]:
    if request.account_id is None:
        return []
    others = LetterRequest.objects.filter(account_id=request.account_id, stage__in=UNDER_WAY)
    return list(others.exclude(pk=request.pk).select_related("ticket").order_by("requested")[:3])


def _asked(others: Sequence[LetterRequest]) -> str:
    listed = ", ".join(one.ticket.reference if one.ticket else one.requester_name or one.company for one in others)
    return _("Another request of the partner is under way: %(listed)s.") % {"listed": listed}


def _how_asked() -> str:
    return _("Look whether both are meant; where it was sent twice, one is enough.")


def _day(day: date) -> str:
    return date_format(day, "j M Y")

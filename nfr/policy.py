"""What the NFR program gives a partner, and what becomes of a wish: yes, an exception, something missing, unknown.

`judge` is pure. `ends` is the end date as Support's form takes it: the day of the start, so many months on. A licence
counts as in force on that day; the day after it is over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nfr import terms as terms_rows
from nfr.models import Licence, LicenceRequest, SupportRequest, Terms, Type
from partners import standing
from partners.models import Account
from partners.standing import Reason, Standing
from tickets.models.ticket import NO_REQUEST
from web.times import months_from

Verdict = Literal["yes", "exception", "missing", "unknown"]
NEW, RENEWAL = "nfr", "nfr_renewal"  # the gates
SHORT: Final = 60  # days: a co-termed licence that ends so soon is worth a word
GUIDE: Final = "/guides/nfr/seats/"  # how a partner removes them, for everybody
_OF_A_PARTNER: Final = 0x6E6672


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What may be granted, and why; `sentences` are all of it for people, the decisive ones first.

    `missing` what the partner lacks (or nobody can tell), `beyond` what the program does not give, `hints` what is
    told and stops nothing. `seats` is what was asked for, or what the program gives where nobody named a number.
    """

    verdict: Verdict
    seats: int | None
    seats_allowed: int | None
    starts: date
    ends: date | None
    ends_why: str
    terms: Terms | None
    standing: Standing
    existing: tuple[Licence, ...] = ()
    missing: tuple[Reason, ...] = ()
    beyond: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        lacking = tuple(f"{one.words} {one.way}".strip() for one in self.missing)
        return (*lacking, *self.beyond, *((self.ends_why,) if self.ends_why else ()), *self.hints)


def terms_for(account: Account | None, *, on: date) -> Terms | None:
    """What the program says for the partner's track on a day; None where it says nothing, or no track is known."""
    return terms_rows.of_track(terms_rows.valid_on(on), account.track) if account else None


def offer(
    account: Account | None,
    *,
    type: str,
    seats: int | None,
    on: date,
    renewing: Licence | None = None,
    request: LicenceRequest | None = None,
) -> Offer:
    """What a partner may have on a day; `renewing` is the licence that is to go on. Six statements.

    What other requests than `request` have under way at Support counts as well.
    """
    gate = RENEWAL if renewing else NEW
    return judge(
        account,
        terms=terms_for(account, on=on),
        standing=standing.standing_of(account, gate, on=on),
        existing=[*licences_of(account, on=on)] if account else [],
        under_way=_under_way(account, type, request) if account else (),
        type=type,
        seats=seats,
        on=on,
        renewing=renewing,
    )


def hold(account: Account) -> None:
    """Until this transaction ends nobody else decides about this partner's licences, or writes one of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_OF_A_PARTNER, account.pk % 2**31])


def licences_of(account: Account, *, on: date) -> QuerySet[Licence]:
    """Those of a partner that are not over on a day, the oldest first: in force, or begun by then."""
    return Licence.objects.filter(not_over(on), account=account).order_by("starts", "pk")


def not_over(on: date) -> Q:
    """In force on the day, or to come."""
    return (Q(ends=None) | Q(ends__gte=on)) & (Q(ended=None) | Q(ended__gt=on))


def in_force(on: date) -> Q:
    """A licence without a first day has begun; one without a last day goes on."""
    return not_over(on) & (Q(starts=None) | Q(starts__lte=on))


def judge(
    account: Account | None,
    *,
    terms: Terms | None,
    standing: Standing,
    existing: Sequence[Licence],
    type: str,
    seats: int | None,
    on: date,
    renewing: Licence | None = None,
    under_way: Sequence[str] = (),
) -> Offer:
    """Pure: what comes of the wish; `existing` are the partner's licences that are not over.

    `under_way` are tickets on which Support is asked for a licence of the type already.
    """
    if renewing is not None and renewing.exception:
        seats = seats or renewing.seats  # what was approved once is what is meant, and asked for anew
    others = _others(existing, type=type, renewing=renewing)
    missing = (
        *standing.reasons,
        *_no_track(account),
        *_over_seat(renewing, terms, seats=seats),
        *_asked_already(terms, others, under_way, type=type),
    )
    beyond = (*_beyond(account, terms, existing, others, type=type, seats=seats, renewing=renewing),)
    old = _old_end(renewing, on=on)
    starts = old + timedelta(days=1) if old else on
    ends, why = _ends(terms, existing, renewing, on=on)
    return Offer(
        verdict=_verdict(missing, beyond),
        seats=seats or (terms.seats if terms else None),
        seats_allowed=terms.seats if terms else None,
        starts=starts,
        ends=ends,
        ends_why=why,
        terms=terms,
        standing=standing,
        existing=(*existing,),
        missing=missing,
        beyond=beyond,
        hints=(*_hints(standing, terms, ends, renewing, old=old, on=on),),
    )


def _verdict(missing: Collection[Reason], beyond: Collection[str]) -> Verdict:
    """What is surely missing comes first, then what nobody can tell: neither is a matter for an exception."""
    kinds = {reason.kind for reason in missing}
    if kinds:
        return "missing" if "missing" in kinds else "unknown"
    return "exception" if beyond else "yes"


def _no_track(account: Account | None) -> Iterator[Reason]:
    if account is not None and not account.track.strip():
        yield Reason(
            kind="unknown",
            words=_("The partner has no track in Salesforce, so nobody can tell what the program gives."),
            how=_("Ask the channel manager to fill in the track, or say it there."),
        )


def _over_seat(renewing: Licence | None, terms: Terms | None, *, seats: int | None) -> Iterator[Reason]:
    """Support does not renew a licence that uses more than it would have: more than is asked for, or the program gives.

    What it was granted once does not matter: the partner may be on another track since.
    """
    allowed = seats or (terms.seats if terms else None)
    if renewing and allowed is not None and renewing.seats_used is not None and renewing.seats_used > allowed:
        name = renewing.namespace
        said = {"used": renewing.seats_used, "allowed": allowed, "over": renewing.seats_used - allowed}
        yield Reason(
            kind="missing",
            words=_("%(used)d seats are in use, %(allowed)d are allowed; Support does not renew it so.") % said,
            how=ngettext(
                "Remove %(over)d user under Usage Quotas, Seats, and tell us when that is done.",
                "Remove %(over)d users under Usage Quotas, Seats, and tell us when that is done.",
                said["over"],
            )
            % said,
            link=f"{settings.PUBLIC_URL}{GUIDE}" + (f"?{urlencode({'namespace': name})}" if name else ""),
        )


def _beyond(
    account: Account | None,
    terms: Terms | None,
    existing: Sequence[Licence],
    others: Sequence[Licence],
    *,
    type: str,
    seats: int | None,
    renewing: Licence | None,
) -> Iterator[str]:
    if terms is None:
        if account is not None and account.track.strip():
            yield _("The program names no NFR licence for the track %(track)s.") % {"track": account.track}
        return
    said = {"track": terms.track or (account.track if account else ""), "seats": terms.seats, "asked": seats or 0}
    if seats and seats > terms.seats:
        yield _("%(asked)d seats are asked for; the program gives %(seats)d on the track %(track)s.") % said
    if len(others) >= _most(terms, type):
        yield _too_many(_most(terms, type), type=type, have=len(others))
    if renewing is not None and terms.renewal == Terms.Renewal.NONE:
        yield _("The program renews no licence on the track %(track)s.") % said
    if renewing is not None and (next_one := _renewed(renewing, existing)) is not None:
        yield _("It is renewed already, until %(day)s.") % {"day": _day(next_one.ends)}


def _others(existing: Sequence[Licence], *, type: str, renewing: Licence | None) -> list[Licence]:
    """A licence and what it renewed are one; an exception stands beside the program, except where it is renewed."""
    replaced = {one.replaces_id for one in existing}
    others = [one for one in existing if one.type == type and one.pk not in replaced and one != renewing]
    if renewing is not None:
        others = [one for one in others if one.replaces_id != renewing.pk and (renewing.exception or not one.exception)]
    return others


def _most(terms: Terms, type: str) -> int:
    return terms.saas if type == Type.SAAS else terms.self_managed


def _too_many(most: int, *, type: str, have: int) -> str:
    return ngettext(
        "The program gives %(most)d licence of the type %(type)s; the partner has %(have)d besides.",
        "The program gives %(most)d licences of the type %(type)s; the partner has %(have)d besides.",
        most,
    ) % {"type": Type(type).label, "most": most, "have": have}


def _asked_already(
    terms: Terms | None, others: Sequence[Licence], under_way: Sequence[str], *, type: str
) -> Iterator[Reason]:
    """Two tickets about the same licence: what becomes of the first is not known yet."""
    if terms is None or not under_way or not len(others) < _most(terms, type) <= len(others) + len(under_way):
        return
    said = {"type": Type(type).label, "tickets": ", ".join(under_way)}
    yield Reason(
        kind="unknown",
        words=_("Support is asked for a licence of the type %(type)s already: %(tickets)s.") % said,
        how=_("Merge the tickets, or wait until that one is issued."),
    )


def _ends(
    terms: Terms | None, existing: Sequence[Licence], renewing: Licence | None, *, on: date
) -> tuple[date | None, str]:
    """An add-on ends with the oldest licence the partner has; a renewal runs on from the old end.

    Where that is over, there is nothing to run on from: beside other licences it is an add-on like any.
    """
    if terms is None:
        return None, ""
    said: dict[str, object] = {"months": terms.months}
    old = _old_end(renewing, on=on)
    if old is not None:
        ends = months_from(old, terms.months)
        said |= {"old": _day(old), "day": _day(ends)}
        return ends, _("It runs %(months)d months from its old end, %(old)s: until %(day)s.") % said
    lasting = _oldest(existing, on=on)
    if lasting is not None:
        oldest, ends = lasting
        return ends, _("It ends with the partner's oldest licence, %(licence)s (%(type)s): %(day)s.") % {
            "licence": oldest, "type": oldest.get_type_display(), "day": _day(ends),
        }  # fmt: skip
    ends = months_from(on, terms.months)
    return ends, _("It runs %(months)d months from %(start)s: until %(day)s.") % {
        **said, "start": _day(on), "day": _day(ends),
    }  # fmt: skip


def _old_end(renewing: Licence | None, *, on: date) -> date | None:
    """What a renewal runs on from; None where nothing is renewed, it has lapsed or was ended early."""
    lasts = renewing is not None and renewing.ends is not None and renewing.ends >= on and renewing.ended is None
    return renewing.ends if renewing is not None and lasts else None


def _oldest(existing: Sequence[Licence], *, on: date) -> tuple[Licence, date] | None:
    """The oldest in force whose end is known, and how long it goes on with all that renews it."""
    for one in existing:
        if one.ends is None or (one.starts is not None and one.starts > on):
            continue
        last = one
        while (following := _renewed(last, existing)) is not None and following.ends is not None:
            last = following
        return one, last.ends or one.ends
    return None


def _renewed(licence: Licence, existing: Iterable[Licence]) -> Licence | None:
    return next((one for one in existing if one.replaces_id is not None and one.replaces_id == licence.pk), None)


def _under_way(account: Account, type: str, request: LicenceRequest | None) -> list[str]:
    """The tickets of other requests on which Support is asked for such a licence, or is about to be."""
    rows = SupportRequest.objects.filter(
        request__account=account,
        request__stage=LicenceRequest.Stage.AT_SUPPORT,
        type=type,
        outcome=SupportRequest.Outcome.OPEN,
        purpose__in=[SupportRequest.Purpose.PROVISION, SupportRequest.Purpose.RENEW],
    )
    rows = rows.exclude(request=request.pk if request else None).exclude(request__ticket__status__in=NO_REQUEST)
    rows = rows.select_related("request__ticket").order_by("pk")
    return list(dict.fromkeys(one.request.ticket.reference for one in rows))


def _hints(
    standing: Standing, terms: Terms | None, ends: date | None, renewing: Licence | None, *, old: date | None, on: date
) -> Iterator[str]:
    yield from (f"{hint.words} {hint.way}".strip() for hint in standing.hints)
    if renewing is not None and terms is not None and terms.renewal == Terms.Renewal.AUTOMATIC:
        yield _("On this track a licence in good standing is renewed without a request.")
    if old is None and ends is not None and 0 <= (left := (ends - on).days) <= SHORT:
        yield ngettext(
            "That is in %(left)d day: renew the oldest licence first.",
            "That is in %(left)d days: renew the oldest licence first.",
            left,
        ) % {"left": left}


def _day(day: date | None) -> str:
    return date_format(day, "j M Y") if day else "…"

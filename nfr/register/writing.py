"""The only writer of licences and counts of seats: each change with its event, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.models import Event
from journal.record import Actor, actor_of, events_of, record, unsaved
from nfr import policy
from nfr.models import Licence, LicenceRequest, SeatCount
from nfr.register import comparing, keys
from partners.models import Account
from people.models import User
from tickets.actions import Refused
from tickets.models import Attachment, Ticket

By = User | Actor
TEXTS: Final[Mapping[str, int]] = {
    "partner_name": 255, "namespace": 255, "licence_ref": 80, "contact_name": 200, "contact_email": 254,
    "support_ticket": 40, "exception": 4000, "exception_by": 200, "note": 4000,
}  # fmt: skip
AT_ONCE: Final = 500  # rows in one statement
FIELDS: Final = frozenset({*TEXTS, "account", "type", "tier", "seats_allowed", "seats", "starts", "ends"})


def grant(
    request: LicenceRequest | None,
    *,
    account: Account | None,
    type: str,
    tier: str,
    seats: int | None,
    namespace: str,
    starts: date | None,
    ends: date | None,
    by: By,
    replaces: Licence | None = None,
    more: Mapping[str, Any] | None = None,
    source: str = "",
) -> Licence:
    """A new row; with `replaces` the renewal of that one. `more`: other columns, such as `support_ticket`.

    What nobody said is taken from the request, and what the program allows from the terms of its first day. One that
    a person adds by hand is refused where the register has it already; what was added by hand while its request was at
    Support is the licence of that request.
    """
    said = {**_from_request(request), **(more or {})}
    said |= {"account": account, "type": type, "tier": tier, "seats": seats, "namespace": namespace}
    said |= {"starts": starts, "ends": ends}
    own = source or (Licence.Source.DESK if request else Licence.Source.HAND)
    with transaction.atomic():
        if request is not None:  # before any licence: whoever holds a request counts and grants under its lock
            LicenceRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        row = _added_by_hand(said, replaces) if request else None
        if row is not None:
            change(row, {name: value for name, value in said.items() if value}, by=by)
            Licence.objects.filter(pk=row.pk).update(ticket=request.ticket if request else None)
        else:
            row = _new(said, replaces, ticket=request.ticket if request else None, source=own, by=by)
        if request is not None and request.licence_id is None:
            LicenceRequest.objects.filter(pk=request.pk).update(licence=row)
            request.licence = row
    return row


def _new(said: Mapping[str, Any], replaces: Licence | None, *, ticket: Ticket | None, source: str, by: By) -> Licence:
    row = Licence(source=source, ticket=ticket, by=_user(by))
    row.replaces = _replaced(replaces, said)
    _put(row, said)
    _allow(row)
    _check(row)
    if source == Licence.Source.HAND:
        comparing.check_is_new(row)
    row.save()
    record(row, "NFR licence renewed" if replaces else "NFR licence granted", by=_actor(by), after=said_of(row))
    return row


def take_in(lines: Sequence[tuple[Mapping[str, Any], int | None]], *, by: By) -> None:
    """Licences of a list by their columns, each with the seats in use: a few statements however many there are."""
    now, made, counts = timezone.now(), list[Licence](), list[SeatCount]()
    for values, used in lines:
        row = Licence(source=Licence.Source.IMPORT, by=_user(by), created=now, changed=now)
        _put(row, values)
        _check(row)
        made.append(row)
        if used is not None:
            row.seats_used, row.seats_counted = used, now
            counts.append(SeatCount(licence=row, used=used, counted=now, source=SeatCount.Source.DESK, by=_user(by)))
    with transaction.atomic():
        Licence.objects.bulk_create(made, batch_size=AT_ONCE)
        SeatCount.objects.bulk_create(counts, batch_size=AT_ONCE)
        events = [unsaved(row, "NFR licence granted", by=_actor(by), after=said_of(row)) for row in made]
        for one in counts:
            said = {"used": one.used, "source": one.source}
            events.append(unsaved(one.licence, "seats counted", by=_actor(by), before={"used": None}, after=said))
        Event.objects.bulk_create(events, batch_size=AT_ONCE)


def change(licence: Licence, values: Mapping[str, Any], *, by: By, why: str = "", seen: int | None = None) -> Licence:
    """`values` by column; others stay. One event with what is different; none where nothing is."""
    with _holding(licence, seen) as row:
        before, was = said_of(row), row.account_id
        _put(row, values)
        if row.account_id != was:  # what the program allows is said by whose it is
            _allow(row)
        _check(row)
        after = said_of(row)
        changed = {name for name in after if after[name] != before[name]}
        if changed:
            _save(row)
            old, new = ({name: said[name] for name in changed} for said in (before, after))
            record(row, "NFR licence corrected", by=_actor(by), before=old, after=new, why=why.strip())
    licence.refresh_from_db()
    return licence


def end(licence: Licence, *, on: date, why: str, by: By, seen: int | None = None) -> Licence:
    """From that day on the partner does not have it any more.

    A renewal that ends before it has begun was none: what it renewed may be renewed again.
    """
    if not why.strip():
        raise Refused(_("Say why it ends early."))
    with _holding(licence, seen) as row:
        if row.ended is not None:
            raise Refused(_("This licence has ended already."))
        if row.ends is not None and on > row.ends:
            raise Refused(_("It ends by itself before that day."))
        before, after = dict[str, Any](), {"ended": on.isoformat()}
        if row.replaces_id is not None and row.starts is not None and on <= row.starts:
            before, row.replaces = {"replaces": row.replaces_id}, None
        row.ended, row.ended_why = on, " ".join(why.split())[:300]
        _save(row)
        record(row, "NFR licence ended", by=_actor(by), before=before, after=after, why=row.ended_why)
    licence.refresh_from_db()
    return licence


def resume(licence: Licence, *, why: str, by: By, seen: int | None = None) -> Licence:
    """It did not end early after all."""
    with _holding(licence, seen) as row:
        if row.ended is None:
            raise Refused(_("This licence has not ended early."))
        before = {"ended": row.ended.isoformat(), "why": row.ended_why}
        row.replaces = row.replaces or _let_go(row)
        row.ended, row.ended_why = None, ""
        _save(row)
        record(row, "NFR licence goes on", by=_actor(by), before=before, why=why.strip())
    licence.refresh_from_db()
    return licence


def count_seats(
    licence: Licence,
    used: int,
    *,
    source: str,
    by: By,
    request: LicenceRequest | None = None,
    screenshot: Attachment | None = None,
    at: datetime | None = None,
) -> SeatCount:
    """One count; the newest of all is the licence's. The same one said twice is kept once."""
    with _holding(licence, None) as row:
        moment = at or timezone.now()
        same = SeatCount.objects.filter(licence=row, used=used, source=source, request=request, counted=moment)
        found: SeatCount | None = same.first()
        if found is not None:
            return found
        count = SeatCount.objects.create(
            licence=row, used=used, counted=moment, source=source, request=request, screenshot=screenshot, by=_user(by)
        )
        before = row.seats_used
        if row.seats_counted is None or moment >= row.seats_counted:
            row.seats_used, row.seats_counted = used, moment
            _save(row)
        said = {"used": used, "source": source}
        record(row, "seats counted", by=_actor(by), before={"used": before}, after=said)
    licence.refresh_from_db()
    return count


def follow(lost: Account, survivor: Account) -> None:
    """In the transaction of the merge: the licences are the survivor's."""
    Licence.objects.filter(account=lost).update(account=survivor)


def version_of(licence: Licence) -> int:
    """The newest event about it: what a form was filled from."""
    newest: Event | None = events_of(licence).last()
    return newest.pk if newest else 0


def said_of(row: Licence) -> dict[str, Any]:
    """The columns people write, as JSON values."""
    values = {name: getattr(row, name) for name in sorted(FIELDS) if name != "account"}
    plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    return {**plain, "account": row.account_id, "replaces": row.replaces_id}


@contextmanager
def _holding(licence: Licence, seen: int | None) -> Iterator[Licence]:
    """Its row, locked until the block's transaction ends; refused when somebody changed it after `seen`."""
    with transaction.atomic():
        row = Licence.objects.select_for_update(of=("self",)).get(pk=licence.pk)
        if seen is not None and version_of(row) != seen:
            raise Refused(_("Somebody changed this licence since you opened it. Look at what it says now."))
        yield row


def _replaced(licence: Licence | None, said: Mapping[str, Any]) -> Licence | None:
    if licence is None:
        return None
    row = Licence.objects.select_for_update(of=("self",)).get(pk=licence.pk)
    if row.account_id is not None and said["account"] is not None and row.account_id != said["account"].pk:
        raise Refused(_("A renewal belongs to the partner of the licence it renews."))
    if row.type != said["type"]:
        raise Refused(_("A renewal has the type of the licence it renews."))
    if Licence.objects.filter(replaces=row).exists():
        raise Refused(_("This licence is renewed already."))
    return row


def _allow(row: Licence) -> None:
    """What the program gave on its first day, where nobody has said it."""
    if row.seats_allowed is None:
        terms = policy.terms_for(row.account, on=row.starts or timezone.localdate())
        row.seats_allowed = terms.seats if terms else None


def _let_go(row: Licence) -> Licence | None:
    """What it would have renewed when it ended before it had begun; refused where something else renews that now."""
    ended = events_of(row).filter(verb="NFR licence ended").last()
    old = Licence.objects.filter(pk=ended.before.get("replaces") or 0).first() if ended else None
    if old is not None and Licence.objects.filter(replaces=old).exists():
        raise Refused(_("What it renewed is renewed by another one now."))
    return old


def _added_by_hand(said: Mapping[str, Any], replaces: Licence | None) -> Licence | None:
    """What somebody has entered already of what Support has issued: nobody's request has made it."""
    rows = Licence.objects.filter(account=said["account"], type=said["type"], ended=None, ticket=None)
    rows = rows.filter(support_request=None)
    if replaces is not None:
        return rows.filter(replaces=replaces).first()
    row = Licence(**{name: said[name] for name in ("account", "type", "namespace", "starts", "ends")})
    return comparing.same_group(row, rows) if row.namespace else None


def _from_request(request: LicenceRequest | None) -> dict[str, Any]:
    if request is None:
        return {}
    names = ("contact_name", "contact_email", "exception", "exception_by")
    return {name: getattr(request, name) for name in names}


def _put(row: Licence, values: Mapping[str, Any]) -> None:
    unknown = set(values) - FIELDS
    if unknown:
        raise ValueError(f"not columns of a licence that people write: {sorted(unknown)}")
    for name, value in values.items():
        setattr(row, name, _text(value, TEXTS[name]) if name in TEXTS else value)


def _text(value: Any, length: int) -> str:
    text = str(value or "").replace("\x00", "").strip()
    if keys.is_in(text):
        raise Refused(str(keys.WORDS))
    return text[:length]


def _check(row: Licence) -> None:
    if row.account is None and not row.partner_name:
        raise Refused(_("Say whose licence it is."))
    if row.starts and row.ends and row.ends < row.starts:
        raise Refused(_("The end is before the start."))
    if row.exception and not row.exception_by:
        raise Refused(_("Say who approved the exception."))
    if row.exception_by and not row.exception:
        raise Refused(_("Say why it stands outside the program."))
    over = row.seats is not None and row.seats_allowed is not None and row.seats > row.seats_allowed
    if over and not row.exception and row.source != Licence.Source.IMPORT:
        said = {"seats": row.seats, "allowed": row.seats_allowed}
        words = _("%(seats)d seats are more than the %(allowed)d of the program: say who approved it, and why.")
        raise Refused(words % said)


def _save(row: Licence) -> None:
    row.changed = timezone.now()
    row.save()


def _actor(by: By) -> Actor:
    return actor_of(by) if isinstance(by, User) else by


def _user(by: By) -> User | None:
    return by if isinstance(by, User) else by.user

"""Whether the register has a licence already: one a person enters, or a line of a list."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nfr.models import Licence, Type
from nfr.register import states
from nfr.register.sheet import Line
from nfr.register.states import Span
from partners import names
from partners.models import Account
from tickets.actions import Refused

_ONE_AT_A_TIME: Final = 0x6E667231


def one_at_a_time() -> None:
    """Until this transaction ends nobody else looks whether the register has a licence already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


def check_is_new(row: Licence) -> None:
    """A group has one licence at a time, whoever it belongs to; a form that is sent twice says the same in all."""
    one_at_a_time()
    found = _same(row)
    if found is not None:
        said = {"licence": found, "partner": found.account or found.partner_name}
        words = _("The register has this licence already: %(licence)s of %(partner)s. Correct or renew that one.")
        raise Refused(words % said)


def same_group(row: Licence, among: QuerySet[Licence]) -> Licence | None:
    """The one of its group at that time."""
    return _first_at_that_time(row, among.filter(type=row.type, namespace__iexact=row.namespace))


def _same(row: Licence) -> Licence | None:
    rows = Licence.objects.filter(type=row.type, ended=None).exclude(pk=row.replaces_id or 0)
    if row.type == Type.SAAS and row.namespace:
        return same_group(row, rows)
    theirs = Q(account=row.account) if row.account else Q(account=None, partner_name__iexact=row.partner_name)
    if row.licence_ref:
        return _first_at_that_time(row, rows.filter(theirs, licence_ref__iexact=row.licence_ref))
    return rows.filter(theirs, namespace="", licence_ref="", starts=row.starts, ends=row.ends).first()


def _first_at_that_time(row: Licence, rows: QuerySet[Licence]) -> Licence | None:
    own = (row.starts, row.ends)
    return next((one for one in rows.select_related("account") if states.overlap((one.starts, one.ends), own)), None)


class There:
    """The register, as the lines of a list are compared with it."""

    def __init__(self) -> None:
        self._keys: set[tuple[Any, ...]] = set()
        self._spans: dict[tuple[str, ...], list[tuple[Span, str]]] = defaultdict(list)

    @classmethod
    def now(cls) -> There:
        """One statement."""
        there = cls()
        columns = ("account_id", "partner_name", "type", "namespace", "licence_ref", "starts", "ends")
        for ended, called, *said in Licence.objects.values_list("ended", "account__name", *columns):
            account, name, kind, namespace, ref, starts, ends = said
            there._keys |= _keys(*said)
            for place in _places(account, name, kind, namespace, ref):
                there._spans[place].append(((starts, ended or ends), called or name))
        return there

    def has(self, line: Line, account: Account | None) -> bool:
        return bool(_keys(*_said_of(line, account)) & self._keys)

    def otherwise(self, line: Line, account: Account | None) -> str:
        """Why it is not taken: the same group or id, at the same time, with other days or another partner."""
        own = (line.values["starts"], line.values["ends"])
        found = [one for place in _places(*_said_of(line, account)[:5]) for one in self._spans[place]]
        partner, until = next(((name, span[1]) for span, name in found if states.overlap(span, own)), ("", None))
        if not partner:
            return ""
        said = {"partner": partner, "day": date_format(until, "j M Y") if until else "…"}
        return _("The register or a line above has it for %(partner)s until %(day)s. Correct it there.") % said

    def add(self, line: Line, account: Account | None) -> None:
        said = _said_of(line, account)
        self._keys |= _keys(*said)
        for place in _places(*said[:5]):
            self._spans[place].append(((said[5], said[6]), line.partner))


def _said_of(line: Line, account: Account | None) -> tuple[Any, ...]:
    places = ("type", "namespace", "licence_ref", "starts", "ends")
    return (account.pk if account else None, line.partner, *(line.values[name] for name in places))


def _keys(
    account: int | None, name: str, kind: str, namespace: str, ref: str, starts: date | None, ends: date | None
) -> set[tuple[Any, ...]]:
    """Whose it is, as an id or as a name, and which: a line whose partner was said meanwhile is still the same."""
    which = (kind, namespace.casefold(), ref.casefold(), starts, ends)
    return {(*whose, *which) for whose in _whose(account, name)}


def _places(account: int | None, name: str, kind: str, namespace: str, ref: str) -> set[tuple[str, ...]]:
    """A group is only once on gitlab.com; what a list calls an id may be only its own."""
    if kind == Type.SAAS and namespace:
        return {("group", namespace.casefold())}
    return {(*whose, kind, ref.casefold()) for whose in _whose(account, name)} if ref else set()


def _whose(account: int | None, name: str) -> list[tuple[str, str]]:
    core = names.normalised(name) if name else ""
    return [*([("account", str(account))] if account else []), *([("name", core)] if core else [])]

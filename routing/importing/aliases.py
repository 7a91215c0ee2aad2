"""Dirt in Salesforce's fields, explained by a lead: this value means that key. What no rule knows waits here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import Lower, Trim
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from partners.models import Opportunity
from people.models import User
from routing import book as books
from routing import forgetting
from routing.book import Book, book
from routing.by_key import near_keys
from routing.dating import Refused
from routing.importing.checking import PARTNER_TABLES
from routing.importing.naming import LOOK_AT_TERRITORY
from routing.keys import folded
from routing.models import KeyAlias, KeyRule, PartnerRule

MOST_UNKNOWN: Final = 50
LOOKED_AT: Final = 2000
TABLES: Final = (KeyRule.Table.SEGMENT.value, KeyRule.Table.TERRITORY.value)


@dataclass(frozen=True, kw_only=True)
class Unknown:
    """A value of open or closed opportunities that neither a rule nor an alias knows."""

    table: str
    key: str
    deals: int
    near: Sequence[str] = ()

    @property
    def title(self) -> Any:
        return KeyRule.Table(self.table).label


def add(*, table: str, key: str, means: str, why: str, by: User, on: date) -> KeyAlias:
    """`means` must be a key of the mapping of that day, `key` none of it."""
    _check_may(by)
    rules = book(on)
    known = rules.by_key(table, means)
    if not known:
        near = ", ".join(near_keys(table, means, rules))
        raise Refused(_no_such_key(means, near))
    if rules.by_key(table, key):
        raise Refused(_("“%(key)s” is a key of the mapping itself. Change its rule instead.") % {"key": key})
    alias = KeyAlias(table=table, key=key.strip(), folded=folded(key), means=known[0].key, why=why, said_by=by)
    try:
        with transaction.atomic():
            _drop_empty(alias, rules, by=by)
            alias.save()
            record(alias, "alias added", by=actor_of(by), after=_said_of(alias), why=why)
            _forget()
    except IntegrityError as problem:
        raise Refused(_("“%(key)s” has a meaning already. Remove that first.") % {"key": key}) from problem
    return alias


def _drop_empty(new: KeyAlias, rules: Book, *, by: User) -> None:
    """What the value meant before, where no rule has that key any more."""
    old = KeyAlias.objects.filter(table=new.table, folded=new.folded).first()
    if old is not None and not rules.by_key(old.table, old.means):
        record(old, "alias removed", by=actor_of(by), before=_said_of(old))
        old.delete()


def empty(on: date) -> set[int]:
    """Aliases that mean a key which no rule of the day has."""
    rules = book(on)
    return {alias.pk for alias in KeyAlias.objects.all() if not rules.by_key(alias.table, alias.means)}


def remove(alias: KeyAlias, *, by: User) -> None:
    """The value is dirt again."""
    _check_may(by)
    with transaction.atomic():
        record(alias, "alias removed", by=actor_of(by), before=_said_of(alias))
        alias.delete()
        _forget()


def unknown(on: date) -> list[Unknown]:
    """Values of opportunities that no rule of the day knows, the commonest first."""
    rules = book(on)
    found = [one for table in TABLES for one in _unknown(table, rules)]
    found.sort(key=lambda one: (-one.deals, one.table, one.key))
    return found[:MOST_UNKNOWN]


def _unknown(table: str, rules: Book) -> Iterator[Unknown]:
    """Each value that nothing knows, upper and lower case alike."""
    rows = _asked(table, rules).annotate(value=Lower(Trim(table))).exclude(value="").order_by()
    written = dict(rows.values_list("value", table))
    counted = rows.values_list("value").annotate(deals=Count("pk")).order_by("-deals", "value")
    for value, deals in counted[:LOOKED_AT]:
        key = written.get(value, value).strip()
        alias = rules.alias(table, key)
        if not rules.by_key(table, alias.means if alias else key):
            yield Unknown(table=table, key=key, deals=deals, near=near_keys(table, key, rules)[:3])


def _asked(table: str, rules: Book) -> QuerySet[Opportunity]:
    """Those whose value counts: no rule of their partner goes before; a territory only where the segment says so."""
    by_partner = PartnerRule.objects.valid_on(rules.on).filter(table__in=PARTNER_TABLES, account__isnull=False)
    rows = Opportunity.objects.filter(deleted=None).exclude(account__in=by_partner.values("account"))
    if table == KeyRule.Table.SEGMENT:
        return rows
    looking = [key for key, said in rules.keys[KeyRule.Table.SEGMENT].items() if said[0].result == LOOK_AT_TERRITORY]
    return rows.annotate(first=Lower(Trim("segment"))).filter(first__in=looking)


def _no_such_key(means: str, near: str) -> str:
    words = _("“%(key)s” is no key of the mapping.") % {"key": means}
    return f"{words} {_('Like it: %(keys)s.') % {'keys': near}}" if near else words


def _said_of(alias: KeyAlias) -> dict[str, str]:
    return {"table": alias.table, "key": alias.key, "means": alias.means}


def _forget() -> None:
    books.forget()
    forgetting.forget()


def _check_may(by: User) -> None:
    if not by.leads:
        raise PermissionDenied(_("Only leads and administrators say what a value means."))

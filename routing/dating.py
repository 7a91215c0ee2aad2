"""What may be done with the dates of a rule: no day is said twice, no day that held is overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from django.db import connection
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from journal.models import Event
from journal.record import events_of
from people.models import ChannelManager
from routing.keys import fiscal_year
from routing.models import Coverage, KeyRule, PartnerRule, RosterChange

AnyRule = Coverage | KeyRule | PartnerRule
Rule = TypeVar("Rule", bound=Coverage | KeyRule | PartnerRule)
DAY: Final = timedelta(days=1)
_ONE_NEW_RULE_AT_A_TIME: Final = 0x72756C65
_KEY: Final[Mapping[type[Any], tuple[str, ...]]] = {
    Coverage: ("place", "part", "track", "public_sector"),
    KeyRule: ("table", "folded"),
    PartnerRule: ("table", "folded"),
}
_OF_THIS_ROW: Final = ("id", "created", "ended_by_change", "source", "row", "cell")  # no successor has them


class Refused(Exception):  # noqa: N818 - an answer to a person
    """Why nothing was changed: a sentence for people."""


def version_of(row: AnyRule) -> int:
    """The newest event about it: what a form was filled from."""
    newest: Event | None = events_of(row).last()
    return newest.pk if newest else 0


def successor(old: Rule, valid_from: date) -> Rule:
    """Unsaved: says the same from that day on, for as long as `old` would have; the workbook that ends it ends this."""
    others = (*_OF_THIS_ROW, "ended_by") if isinstance(old, Coverage) else _OF_THIS_ROW
    fields = [field.attname for field in old._meta.concrete_fields if field.name not in others]  # noqa: SLF001
    new = type(old)(**{name: getattr(old, name) for name in fields})
    new.valid_from, new.fiscal_year = valid_from, fiscal_year(valid_from)
    return new


def close(row: AnyRule, on: date, change: RosterChange | None) -> None:
    """The day before `on` is its last, whatever workbook would have ended it later."""
    row.valid_to = on - DAY
    if isinstance(row, Coverage):
        row.ended_by = change
        row.save(update_fields=["valid_to", "ended_by"])
        return
    row.ended_by, row.ended_by_change = None, change
    row.save(update_fields=["valid_to", "ended_by", "ended_by_change"])


def locked(row: Rule, seen: int | None) -> Rule:
    """The row as it is now, for this transaction alone; `seen` is the version a form was filled from."""
    found: Rule | None = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()  # noqa: SLF001
    if found is None or (seen is not None and version_of(found) != seen):
        raise Refused(_("Somebody changed this since you opened it. Look at what it says now."))
    return found


def fits(row: AnyRule, day: date) -> None:
    """Refuses a day on which the row did not hold: it would overwrite what another row said."""
    if day < row.valid_from:
        raise Refused(
            _("It holds from %(day)s on: choose that day or a later one. What held before stays as it was.")
            % {"day": date_format(row.valid_from, "j M Y")}
        )
    if row.valid_to is not None and day > row.valid_to:
        raise Refused(
            _("It ended on %(day)s. Change the one that took its place.") % {"day": date_format(row.valid_to, "j M Y")}
        )


def still_here(manager: ChannelManager | None, day: date) -> None:
    if manager is None or (manager.active and (manager.left is None or day <= manager.left)):
        return
    raise Refused(_("%(name)s is not here any more on that day. Choose somebody else.") % {"name": manager.name})


def refuse_second(row: AnyRule) -> None:
    """Two rows must not say who it is on one day."""
    others = same_key(row).filter(Q(valid_to=None) | Q(valid_to__gte=row.valid_from))
    if row.valid_to is not None:
        others = others.filter(valid_from__lte=row.valid_to)
    other = others.select_related("manager").first()
    if other is not None:
        who = other.manager or getattr(other, "result", "") or other.remark
        raise Refused(
            _("A rule says it already: %(who)s, from %(day)s on. Change that one.")
            % {"who": who, "day": date_format(other.valid_from, "j M Y")}
        )


def same_key(row: Any) -> Any:
    """Every row that says something about the same; a partner is the same by its name or by its account."""
    model = type(row)
    key = Q(**{name: getattr(row, name) for name in _KEY[model]})
    if isinstance(row, PartnerRule) and row.account_id:
        key |= Q(table=row.table, account=row.account_id)
    return model._default_manager.filter(key)  # noqa: SLF001


def one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_NEW_RULE_AT_A_TIME])


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

"""Changing who looks after what: no row is overwritten while it holds, it ends and another one follows it.

Each act is one transaction with its event. A `User` must lead; an `Actor` has been let in by the caller.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import Actor, actor_of, events_of, record
from people.models import ChannelManager, User
from routing import dating, forgetting, wording
from routing.dating import DAY, AnyRule, Refused, Rule, version_of
from routing.keys import fiscal_year, folded
from routing.models import Coverage, PartnerRule, RosterChange

__all__ = ["Refused", "add", "change_coverage", "change_rule", "end", "lineage", "said_of", "take_back", "version_of"]


def change_coverage(
    row: Coverage,
    *,
    manager: ChannelManager | None,
    valid_from: date,
    by: User | Actor,
    why: str,
    change: RosterChange | None = None,
    remark: str | None = None,
    seen: int | None = None,
) -> Coverage:
    """From that day on somebody else looks after the place; answers the row that holds then."""
    kept = row.remark if row.manager_id or manager is None else ""
    values: dict[str, Any] = {"manager": manager, "remark": kept if remark is None else remark}
    if manager != row.manager:
        values["area"] = wording.area_alone(row)
        values["position"] = wording.place_in_list(row.section, manager, otherwise=row.position)
    return _change(row, values, valid_from=valid_from, by=by, why=why, change=change, seen=seen)


def change_rule(
    row: Rule,
    *,
    manager: ChannelManager | None,
    valid_from: date,
    by: User | Actor,
    why: str,
    change: RosterChange | None = None,
    result: str | None = None,
    remark: str | None = None,
    seen: int | None = None,
) -> Rule:
    """The same for a rule of the mapping; `result` is what it says when no manager is meant (“Look at Territory”)."""
    said = manager.name if manager and not result else result
    values = {
        "manager": manager,
        "result": getattr(row, "result", "") if said is None else said,
        "remark": row.remark if remark is None else remark,
    }
    return _change(row, values, valid_from=valid_from, by=by, why=why, change=change, seen=seen)


def add(row: Rule, *, by: User | Actor, why: str, change: RosterChange | None = None) -> Rule:
    """Keeps a row that is not saved yet; refused where another one already says who it is."""
    actor = _let_in(by)
    dating.still_here(row.manager, row.valid_from)
    if not isinstance(row, Coverage):
        row.folded = folded(row.partner_name if isinstance(row, PartnerRule) else row.key)
    with transaction.atomic():
        dating.one_at_a_time()
        dating.refuse_second(row)
        row.fiscal_year = row.fiscal_year or fiscal_year(row.valid_from)
        row.changed_by, row.change = actor.user, change
        row.save()
        record(row, "rule added", by=actor, after={**said_of(row), **_of(change)}, why=why)
        forgetting.forget()
    return row


def end(
    row: Rule,
    *,
    on: date,
    by: User | Actor,
    why: str,
    change: RosterChange | None = None,
    seen: int | None = None,
) -> Rule:
    """From that day on it holds no more, and nothing takes its place."""
    actor = _let_in(by)
    with transaction.atomic():
        dating.one_at_a_time()
        old = dating.locked(row, seen)
        dating.fits(old, on)
        if on == old.valid_from:
            raise Refused(_("It would never have held. Choose a later day, or take it back while it has not begun."))
        before = {"to": dating.iso(old.valid_to)}
        dating.close(old, on, change)
        after = {"to": dating.iso(old.valid_to), **_of(change)}
        record(old, "rule ended", by=actor, before=before, after=after, why=why)
        forgetting.forget()
    return old


def take_back(row: Rule, *, by: User | Actor, why: str, seen: int | None = None) -> Rule | None:
    """Undo of what was set for a later day: the row goes, and the one it took over from holds on. Answers that one."""
    actor = _let_in(by)
    with transaction.atomic():
        dating.one_at_a_time()
        old = dating.locked(row, seen)
        if old.valid_from <= timezone.localdate():
            raise Refused(_("It holds already. End it, or change it from a day on."))
        if old.change_id or getattr(old, "source_id", None):
            raise Refused(_("It came with a change of the team or a workbook. Take that back as a whole."))
        before: Rule | None = dating.same_key(old).filter(valid_to=old.valid_from - DAY).first()
        if before is not None and not events_of(before).filter(verb="rule changed", after__row=old.pk).exists():
            before = None  # it ended by itself, and stays so
        if before is not None:
            before.valid_to = old.valid_to
            before.ended_by = old.ended_by  # a workbook's, for a later day
            before.save(update_fields=["valid_to", "ended_by"])
        after = {"to": dating.iso(before.valid_to)} if before else {}
        record(before or old, "rule taken back", by=actor, before=said_of(old), after=after, why=why)
        old.delete()
        forgetting.forget()
    return before


def lineage(row: AnyRule) -> list[Any]:
    """Every row of the same key, the newest first."""
    return list(dating.same_key(row).select_related("manager").order_by("-valid_from", "-id"))


def said_of(row: AnyRule) -> dict[str, Any]:
    """What a row says, as its events keep it."""
    names = ("place", "part", "track", "table", "key", "partner_name", "result")
    said = {name: getattr(row, name) for name in names if getattr(row, name, "")}
    manager = row.manager.name if row.manager else ""
    return {**said, "manager": manager, "from": dating.iso(row.valid_from), "to": dating.iso(row.valid_to)}


def _change(
    row: Rule,
    values: Mapping[str, Any],
    *,
    valid_from: date,
    by: User | Actor,
    why: str,
    change: RosterChange | None,
    seen: int | None,
) -> Rule:
    actor = _let_in(by)
    dating.still_here(values["manager"], valid_from)
    with transaction.atomic():
        dating.one_at_a_time()
        old = dating.locked(row, seen)
        dating.fits(old, valid_from)
        changed = {name: value for name, value in values.items() if getattr(old, name, None) != value}
        if not changed:
            return old
        before = {**_plain(old, changed), "to": dating.iso(old.valid_to)}
        verb = "rule changed" if valid_from > old.valid_from else "rule corrected"
        new = dating.successor(old, valid_from) if valid_from > old.valid_from else old
        for name, value in changed.items():
            setattr(new, name, value)
        new.changed_by, new.change = actor.user, change
        if new is not old:
            dating.close(old, valid_from, change)
        new.save()
        after = {**_plain(new, changed), "from": dating.iso(valid_from), "row": new.pk, **_of(change)}
        record(old, verb, by=actor, before=before, after=after, why=why)
        forgetting.forget()
    return new


def _let_in(by: User | Actor) -> Actor:
    if isinstance(by, Actor):
        return by
    if not by.leads:
        raise PermissionDenied(_("Only leads and administrators change who looks after what."))
    return actor_of(by)


def _plain(row: AnyRule, names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(getattr(row, name) or "") for name in names}


def _of(change: RosterChange | None) -> dict[str, Any]:
    return {"change": change.pk} if change else {}

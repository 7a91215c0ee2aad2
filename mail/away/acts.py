"""Setting, changing, ending and ticking a window: each locks the row, changes it and writes one event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from mail.away import windows
from mail.away.windows import Wish, state_of
from mail.models import AwayWindow
from people.models import User
from web import shell

TICKS: Final = ("group_switched_on", "group_switched_off")
_ONE_CHANGE_AT_A_TIME: Final = 0x61776179


class Refused(Exception):  # noqa: N818 - an answer to a person
    """Why nothing was changed: a sentence for people."""


def set_window(wish: Wish, *, by: User) -> AwayWindow:
    with transaction.atomic():
        _refuse_overlap(wish)
        window = AwayWindow.objects.create(set_by=by, **wish.values())
        record(window, "out of office set", by=actor_of(by), after=as_json(wish.values()))
    _known_at_once()
    return window


def change(window: AwayWindow, wish: Wish, *, by: User) -> AwayWindow:
    """Before it begins everything may change, while it runs all but its start; nothing afterwards."""
    with transaction.atomic():
        row = _locked(window)
        state = state_of(row, timezone.now())
        if state not in {"on", "coming"}:
            raise Refused(_("It is over. Copy it to set another one."))
        if state == "on" and wish.starts != row.starts:
            raise Refused(_("It has begun: its start cannot be moved any more. End it early, or change its end."))
        _refuse_overlap(wish, besides=row)
        _write(row, wish.values(), verb="out of office changed", by=by)
    _known_at_once()
    return row


def end_early(window: AwayWindow, *, by: User) -> AwayWindow:
    """Over from now on; one that has not begun is called off."""
    with transaction.atomic():
        row = _locked(window)
        state = state_of(row, timezone.now())
        if state in {"on", "coming"}:
            verb = "out of office ended" if state == "on" else "out of office called off"
            _write(row, {"cancelled": timezone.now()}, verb=verb, by=by)
    _known_at_once()
    return row


def resume(window: AwayWindow, *, by: User) -> AwayWindow:
    """Undo of ending it early: it goes on, or comes, as it was set."""
    with transaction.atomic():
        row = _locked(window)
        if row.cancelled is None:
            return row
        if row.ends <= timezone.now():
            raise Refused(_("Its end has passed meanwhile. Copy it to set another one."))
        _refuse_overlap(Wish.of(row), besides=row)
        _write(row, {"cancelled": None}, verb="out of office resumed", by=by)
        row.told_end = False
        row.save(update_fields=["told_end"])
    _known_at_once()
    return row


def tick(window: AwayWindow, marks: Mapping[str, bool], *, by: User) -> AwayWindow:
    """Remembers that the Google Group's own answer was switched on, and off again."""
    with transaction.atomic():
        row = _locked(window)
        _write(row, {name: marks[name] for name in TICKS}, verb="out of office in the group", by=by)
    return row


def _known_at_once() -> None:
    """In this process; the others learn of it within seconds."""
    windows.forget()
    shell.forget_banners()


def _locked(window: AwayWindow) -> AwayWindow:
    return AwayWindow.objects.select_for_update().get(pk=window.pk)


def _refuse_overlap(wish: Wish, *, besides: AwayWindow | None = None) -> None:
    """Two people setting at once are asked one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_CHANGE_AT_A_TIME])
    other = windows.overlapping(wish, besides=besides)
    if other is not None:
        raise Refused(windows.overlap_words(other))


def _write(row: AwayWindow, values: Mapping[str, Any], *, verb: str, by: User) -> None:
    """Only what differs is written and told."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    record(row, verb, by=actor_of(by), before=as_json(before), after=as_json(changed))


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items()}


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, bool) else str(value or "")

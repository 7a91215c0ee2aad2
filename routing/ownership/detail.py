"""One change as its page shows it: what stands there and shall stand there, how far it is, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.models import ExternalAction
from integrations.salesforce import links
from journal.models import Event
from journal.record import events_of
from people.models import User
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import deciding, foresight, listing, sending, undoing
from routing.ownership.acting import Act, acts_of

State, RowState = OwnershipChange.State, OwnershipRow.State
SIZE: Final = 100
GROUPS: Final = 30
EVENTS: Final = 60
READING: Final = timedelta(seconds=30)  # how long the page waits for Salesforce before it says so
TONES: Final[Mapping[str, str]] = {
    "rejected": "amber",
    "same": "outline",
    "waiting": "outline",
    "sent": "accent",
    "done": "green",
    "refused": "red",
    "skipped": "outline",
}
VERBS: Final[Mapping[str, str | Promise]] = {
    "prepared": _("prepared it"),
    "sent for approval": _("sent it for approval"),
    "approved": _("approved it"),
    "paused": _("paused it"),
    "resumed": _("let it go on"),
    "tried again": _("had the refused accounts tried again"),
    "read again": _("had it read again in Salesforce"),
    "stopped": _("stopped it"),
    "dropped": _("dropped it"),
    "finished": _("wrote it in Salesforce and read it back"),
    "undone": _("undid it"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One account: `before` and `after` are the territories; `seen` is what Salesforce showed afterwards."""

    row: OwnershipRow
    tone: str
    kept: list[str]
    gone: list[str]
    new: list[str]
    link: str
    seen: Mapping[str, Any]

    @property
    def owner_changes(self) -> bool:
        return bool(self.row.new_owner_id or self.row.new_owner_name)

    @property
    def territories_change(self) -> bool:
        return bool(self.gone or self.new)


@dataclass(frozen=True, kw_only=True)
class Group:
    old: str
    new: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Said:
    event: Event
    words: str | Promise


@dataclass(frozen=True, kw_only=True)
class Detail:
    line: listing.Line
    one: Row | None  # the only account, where the change is about one
    rows: list[Row]
    groups: list[Group]
    more_groups: bool
    states: list[tuple[str, str | Promise, int, bool]]  # value, words, how many, chosen
    chosen: str
    next: int  # the line after which the next page begins; 0: this is the last
    beforehand: list[str]
    afterwards: list[str]
    acts: list[Act]
    who_decides: str
    no_undo: str
    undo_until: datetime | None
    poll: int  # seconds; 0: nothing moves
    reading: bool
    unread: bool
    waits: str
    sure: int  # rows that are settled
    events: list[Said]
    undone_by: OwnershipChange | None

    @property
    def change(self) -> OwnershipChange:
        return self.line.change


def read(change: OwnershipChange, user: User, *, asked: Mapping[str, str]) -> Detail:
    of_one = deciding.of_one(change)
    chosen = asked.get("rows", "") if asked.get("rows", "") in RowState.values else ""
    rows = _rows(change, chosen, after=asked.get("after", ""))
    shown = list(_shown(rows[:SIZE]))
    one = shown[0] if of_one and shown else None
    groups = [] if of_one else _groups(change)
    undone = OwnershipChange.objects.filter(undo_of=change).first()
    against = undoing.why_not_undone(change, by=user) if undone is None else ""
    reading, unread = _reading(change)
    return Detail(
        line=listing.line(change),
        one=one,
        rows=[] if of_one else shown,
        groups=groups[:GROUPS],
        more_groups=len(groups) > GROUPS,
        states=_states(change, chosen),
        chosen=chosen,
        next=rows[SIZE - 1].number if len(rows) > SIZE else 0,
        beforehand=foresight.beforehand(change) if change.state in {State.PREVIEW, State.READY} else [],
        afterwards=foresight.afterwards(one.row) if one and one.row.state == RowState.DONE else [],
        acts=[] if undone else acts_of(change, user, row=one.row if one else None, undo=not against),
        who_decides=_who_decides(change, user),
        no_undo=against if _was_written(change) else "",
        undo_until=change.finished + timedelta(hours=undoing.HOURS) if change.finished and not against else None,
        poll=_poll(change, reading),
        reading=reading,
        unread=unread,
        waits=_waits(change),
        sure=sum(n for state, n in change.counts.items() if state not in {RowState.WAITING, RowState.SENT}),
        events=[
            Said(event=one, words=VERBS.get(one.verb, one.verb)) for one in events_of(change).order_by("-id")[:EVENTS]
        ],
        undone_by=undone,
    )


def _rows(change: OwnershipChange, chosen: str, *, after: str) -> list[OwnershipRow]:
    """One more than a page."""
    rows = change.rows.select_related("account").order_by("number")
    if chosen:
        rows = rows.filter(state=chosen)
    if after.isascii() and after.isdigit() and len(after) < 10:
        rows = rows.filter(number__gt=int(after))
    return list(rows[: SIZE + 1])


def _shown(rows: list[OwnershipRow]) -> Iterator[Row]:
    actions = ExternalAction.objects.in_bulk({row.action_id for row in rows if row.action_id})
    for row in rows:
        there = row.old_territories
        gone = [one for one in there if one in row.remove_territories and one not in row.add_territories]
        yield Row(
            row=row,
            tone=TONES[row.state],
            kept=[one for one in there if one not in gone],
            gone=gone,
            new=[one for one in row.add_territories if one not in there],
            link=links.record_url("Account", row.salesforce_id),
            seen=sending.became(row, actions.get(row.action_id or 0)),
        )


def _groups(change: OwnershipChange) -> list[Group]:
    """Old → new owner of what is written, the largest first; one more than is shown."""
    moved = change.rows.exclude(new_owner_name="").exclude(state__in=[RowState.REJECTED, RowState.SAME]).order_by()
    pairs = moved.values_list("old_owner_name", "new_owner_name").annotate(n=Count("pk"))
    return [Group(old=old, new=new, count=n) for old, new, n in pairs.order_by("-n")[: GROUPS + 1]]


def _states(change: OwnershipChange, chosen: str) -> list[tuple[str, str | Promise, int, bool]]:
    return [
        (value, words, n, value == chosen) for value, words in RowState.choices if (n := change.counts.get(value, 0))
    ]


def _who_decides(change: OwnershipChange, user: User) -> str:
    waits = change.state == State.READY and not deciding.may_approve(change, user)
    return str(_("A lead who did not ask for it approves it.")) if waits else ""


def _was_written(change: OwnershipChange) -> bool:
    return change.state in {State.DONE, State.PARTLY} and change.kind != OwnershipChange.Kind.UNDO


def _reading(change: OwnershipChange) -> tuple[bool, bool]:
    """Salesforce is being asked how the accounts stand; it has not answered. A list is asked for by a person only."""
    if change.state != State.PREVIEW or change.beat is not None:
        return False, False
    newest = events_of(change).order_by("-id").first()
    if change.kind != OwnershipChange.Kind.SINGLE and (newest is None or newest.verb != "read again"):
        return False, False
    late = newest is None or timezone.now() - newest.created > READING
    return not late, late


def _poll(change: OwnershipChange, reading: bool) -> int:
    """Seconds until the page looks again; it rests while nothing can have moved."""
    if reading:
        return 1
    if change.state == State.PAUSED:
        return 2 if change.counts.get(RowState.SENT) else 0
    if change.state != State.RUNNING or (change.effective and change.effective > timezone.localdate()):
        return 0
    return 2


def _waits(change: OwnershipChange) -> str:
    """Why a write that Salesforce has not taken yet waits."""
    if change.state not in {State.RUNNING, State.PAUSED}:
        return ""
    sent = change.rows.filter(state=RowState.SENT).order_by().values("action").distinct()
    waiting = ExternalAction.objects.filter(pk__in=sent, state=ExternalAction.State.WAITING).exclude(last_error="")
    return waiting.values_list("last_error", flat=True).first() or ""

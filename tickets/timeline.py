"""The conversation as the page shows it: messages, folded events between them, the line before what is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.models import Event
from people.models import User
from tickets import history, pictures, remarks
from tickets.models import Attachment, Message
from tickets.models.message import Visibility

PHRASES_SHOWN = 4


@dataclass(frozen=True, kw_only=True)
class Step:
    """One event inside a fold."""

    event: Event
    actor: str
    words: str

    @property
    def changes(self) -> list[history.Change]:
        return history.changes(self.event)


@dataclass(frozen=True, kw_only=True)
class Item:
    """A line of the conversation: exactly one of message, steps, or the new marker's words."""

    kind: Literal["message", "events", "new"]
    message: Message | None = None
    own: str = ""
    quoted: str = ""
    notes: Sequence[remarks.Remark] = ()
    files: Sequence[Attachment] = ()
    pictures: Sequence[Attachment] = ()
    is_new: bool = False
    steps: Sequence[Step] = ()
    words: str = ""
    since: datetime | None = None


@dataclass(kw_only=True)
class _Thread:
    items: list[Item] = field(default_factory=list)
    waiting: list[Event] = field(default_factory=list)

    def add(self, item: Item) -> None:
        self.fold()
        self.items.append(item)

    def fold(self) -> None:
        if self.waiting:
            self.items.append(fold(self.waiting))
            self.waiting = []


def build(
    *,
    messages: Sequence[Message],
    events: Sequence[Event],
    files: Mapping[int, Sequence[Attachment]],
    reader: User,
    seen: int,
    since: datetime | None = None,
) -> list[Item]:
    """Messages with the events after each, oldest first; `seen` 0 means nothing is marked as new."""
    thread = _Thread()
    fresh = {one.pk for one in messages if is_new(one, reader=reader, seen=seen)}
    rest = list(events)
    for message in messages:
        rest = _take(thread, rest, before=message.event_id)
        if fresh and message.pk == min(fresh):
            thread.add(Item(kind="new", words=_new_words(len(fresh)), since=since))
        thread.add(_message_item(message, files.get(message.pk, ()), is_new=message.pk in fresh))
        rest = _take(thread, rest, before=message.event_id + 1)
    _take(thread, rest, before=None)
    thread.fold()
    return thread.items


def is_new(message: Message, *, reader: User, seen: int) -> bool:
    """It came after what the reader had seen, and somebody else wrote it."""
    return 0 < seen < message.event_id and message.author_user_id != reader.pk


def fold(events: Iterable[Event]) -> Item:
    """Several events in one line: “assigned to Nadia, set In progress”."""
    steps = [step(event) for event in events]
    said = list(dict.fromkeys(phrase for one in steps for phrase in history.phrases(one.event)))
    words = ", ".join(said[:PHRASES_SHOWN]) + (" …" if len(said) > PHRASES_SHOWN else "")
    return Item(kind="events", steps=steps, words=words)


def step(event: Event) -> Step:
    return Step(event=event, actor=history.actor(event), words=history.headline(event))


def _take(thread: _Thread, events: list[Event], *, before: int | None) -> list[Event]:
    """Moves the events older than `before` into the thread; a plain message says nothing beside itself."""
    now = [event for event in events if before is None or event.pk < before]
    thread.waiting += [event for event in now if history.phrases(event)]
    return events[len(now) :]


def _message_item(message: Message, files: Sequence[Attachment], *, is_new: bool) -> Item:
    places = pictures.Places(message.ticket_id, files)
    return Item(
        kind="message",
        message=message,
        own=places.fill(message.html),
        quoted=places.fill(message.quoted_html),
        notes=remarks.of(message),
        files=[one for one in files if not one.inline],
        pictures=[one for one in files if one.inline and one.pk not in places.filled],
        is_new=is_new,
    )


def _new_words(count: int) -> str:
    return ngettext("%(count)d new message", "%(count)d new messages", count) % {"count": count}


def who(message: Message) -> str:
    """Whose message it is, as other parts of the page name them."""
    if message.automatic and message.visibility != Visibility.IN:
        return _("Partner Help Desk, automatic")
    return message.author_name

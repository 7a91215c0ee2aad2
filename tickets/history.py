"""What happened to a ticket, in words: short phrases for the folded line, before → after for the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from journal.models import Event
from journal.record import DESK
from tickets import kinds, step_history, topics
from tickets.kinds import Words
from tickets.models import Priority, Status
from tickets.models.ticket import REFERENCE_PREFIX

MESSAGE_VERBS = frozenset({"opened", "received", "replied", "noted"})


@dataclass(frozen=True, kw_only=True)
class Change:
    """One value that changed."""

    label: str
    before: str
    after: str


def name_values(names: Mapping[str, Words]) -> None:
    """How an app calls the values of its own events; without a name a value is not shown before → after."""
    _LABELS.update({name: partial(str, words) for name, words in names.items()})


def phrases(event: Event) -> list[str]:
    """What one event did, in a few words each; empty when it was only a message."""
    if event.verb == "opened":
        return [_("recognised as %(kind)s") % {"kind": kind_words(event.after)}]
    if event.verb in _MAIL_VERBS:
        addresses = {"addresses": _list(event.after.get("addresses", []))}
        return [_MAIL_VERBS[event.verb]() % addresses, *_said_of(event)]
    if event.verb == "sender accepted":
        return [_("%(address)s takes part now") % {"address": event.after.get("sender", "")}, *_said_of(event)]
    if event.verb == "message moved out":
        return [_("a message became %(reference)s") % {"reference": event.after.get("moved_to", "")}]
    found = _said_of(event)
    return found or ([] if event.verb in MESSAGE_VERBS else [event.verb])


def _said_of(event: Event) -> list[str]:
    return [phrase for name, say in _PHRASES.items() if name in event.after and (phrase := say(event))]


def headline(event: Event) -> str:
    """What one event did, as the history says it."""
    said = {
        "opened": _("opened the ticket"),
        "received": _("wrote"),
        "replied": _("replied"),
        "noted": _("wrote a note"),
    }
    parts = [said[event.verb]] if event.verb in said else []
    return ", ".join([*parts, *phrases(event)])


def changes(event: Event) -> list[Change]:
    """Every value of an event that changed, with its name; what a new ticket starts with has no before."""
    return [
        Change(
            label=label(name),
            before=value_words(name, event.before.get(name), event.before),
            after=value_words(name, after, event.after),
        )
        for name, after in event.after.items()
        if name in _LABELS
        and value_words(name, after, event.after) != value_words(name, event.before.get(name), event.before)
    ]


def actor(event: Event) -> str:
    """Who did it; what the desk does by itself is named so."""
    return (
        _("Partner Help Desk, automatic")
        if event.actor_id is None and event.actor_name == DESK.name
        else event.actor_name
    )


def label(name: str) -> str:
    return _LABELS[name]() if name in _LABELS else name


def value_words(name: str, value: Any, values: Mapping[str, Any]) -> str:
    """A value of an event as people read it."""
    if value in (None, "", []):
        return ""
    if name == "kind":
        return kind_words(values)
    if name == "topic":
        topic = topics.topic_of(str(value))
        return str(topic.title) if topic else str(value)
    return _WORDS.get(name, str)(value)


def kind_words(values: Mapping[str, Any]) -> str:
    """The type a ticket shows: its kind, for a general one its topic."""
    topic = topics.topic_of(str(values.get("topic", "")))
    return str(topic.title if topic else kinds.kind_of(str(values.get("kind", ""))).title)


def status_words(value: Any) -> str:
    return str(Status(value).label) if value in Status.values else str(value)


def _named(value: Any) -> str:
    return str(value.get("name", "")) if isinstance(value, dict) else str(value)


def _priority(value: Any) -> str:
    return str(Priority(value).label) if value in Priority.values else str(value)


def _list(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _assigned(event: Event) -> str:
    to = event.after["assignee"]
    return _("assigned to %(name)s") % {"name": _named(to)} if to else _("assigned to nobody")


def _tagged(event: Event) -> str:
    before, after = set(event.before.get("tags", [])), set(event.after.get("tags", []))
    said = []
    if after - before:
        said.append(_("tagged %(tags)s") % {"tags": _list(sorted(after - before))})
    if before - after:
        said.append(_("tag %(tags)s taken off") % {"tags": _list(sorted(before - after))})
    return ", ".join(said)


def _partner(event: Event) -> str:
    to = event.after["partner"]
    return _("partner set to %(name)s") % {"name": _named(to)} if to else _("partner taken off")


def _remembered(event: Event) -> str:
    return _("remembered for %(what)s") % {"what": _learned(event.after["remembered"])}


def _learned(value: Any) -> str:
    return ", ".join(str(one.get("key", "")) for one in value) if isinstance(value, list) else ""


def _followed(value: Any) -> str:
    return ", ".join(f"{REFERENCE_PREFIX}{pk}" for pk in value) if isinstance(value, list) else ""


_MAIL_VERBS: dict[str, Callable[[], str]] = {
    "mail failed": lambda: _("mail not delivered"),
    "mail tried again": lambda: _("mail to %(addresses)s sent again"),
    "mail came back": lambda: _("mail to %(addresses)s came back"),
}
_PHRASES: dict[str, Callable[[Event], str]] = {
    "kind": lambda event: _("made %(kind)s") % {"kind": kind_words(event.after)},
    "partner": _partner,
    "remembered": _remembered,
    "assignee": _assigned,
    "status": lambda event: _("set %(status)s") % {"status": status_words(event.after["status"])},
    "priority": lambda event: _("priority set to %(priority)s") % {"priority": _priority(event.after["priority"])},
    "subject": lambda event: _("subject changed"),  # noqa: ARG005
    "tags": _tagged,
    "step": step_history.said,
    "prepared": lambda event: _("reply prepared: %(title)s") % {"title": event.after["prepared"]},
    "withdrawn": lambda event: _("prepared reply withdrawn: %(title)s") % {"title": event.after["withdrawn"]},
}
_LABELS: dict[str, Callable[[], str]] = {
    "status": lambda: _("Status"),
    "assignee": lambda: _("Assignee"),
    "kind": lambda: _("Type"),
    "priority": lambda: _("Priority"),
    "subject": lambda: _("Subject"),
    "partner": lambda: _("Partner"),
    "channel_manager": lambda: _("Channel manager"),
    "region": lambda: _("Region"),
    "remembered": lambda: _("Remembered for"),
    "followed": lambda: _("The same sender's tickets"),
    "tags": lambda: _("Tags"),
}
_WORDS: dict[str, Callable[[Any], str]] = {
    "status": status_words,
    "assignee": _named,
    "priority": _priority,
    "partner": _named,
    "channel_manager": _named,
    "tags": _list,
    "remembered": _learned,
    "followed": _followed,
}

"""The small forms around a conversation: each changes one property by its verb, and says what it wanted to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from journal.models import Event
from journal.record import actor_of
from partners import domains, searching
from partners.models import Account
from people.models import User
from tickets import access, actions, companies, history
from tickets.actions import MovedOn, Refused
from tickets.models import Ticket

MAX_NAME = 40
REMEMBER = ("remember_person", "remember_domain", "remember_name")
Asked = QueryDict


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a form may change: the event's field, the verb, the wish in words."""

    field: str
    do: Callable[[Ticket, Asked, User, int | None], object]
    wish: Callable[[Asked], str]


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Somebody was quicker: who did what when, and what was wanted."""

    what: str
    who: str
    did: str
    at: datetime
    wish: str
    seen: int
    again: list[tuple[str, str]]


def change(ticket: Ticket, what: str, asked: Asked, *, by: User) -> object:
    """What the verb gave. Raises `MovedOn` when somebody changed the same after the page's `seen`, else `Refused`."""
    if what not in _CHANGES:
        raise Http404(_("A ticket has nothing called “%(what)s”.") % {"what": what[:MAX_NAME]})
    text = asked.get("seen", "")
    seen = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
    return _CHANGES[what].do(ticket, asked, by, seen)


def conflict(what: str, asked: Asked, moved: MovedOn) -> Conflict:
    wanted = _CHANGES[what]
    touching = [event for event in moved.events if wanted.field in event.after] or list(moved.events)
    last = touching[-1]
    return Conflict(
        what=what,
        who=history.actor(last),
        did=_did(last),
        at=last.created,
        wish=wanted.wish(asked),
        seen=moved.ticket.last_event,
        again=[
            (name, str(value))
            for name, value in asked.dict().items()
            if name in {"to", "name", "add", "remove", "topic", *REMEMBER}
        ],
    )


def _did(event: Event) -> str:
    return ", ".join(history.phrases(event))


def _set_status(ticket: Ticket, asked: Asked, by: User, seen: int | None) -> None:
    """`solved:redirected` resolves with that reason."""
    to, _colon, reason = asked.get("to", "").partition(":")
    actions.set_status(ticket, to=to, by=actor_of(by), seen=seen, reason=reason)


def _assign(ticket: Ticket, asked: Asked, by: User, seen: int | None) -> None:
    wanted = asked.get("to", "")
    if wanted == "me":
        actions.assign(ticket, to=by, by=by, seen=seen)
    else:
        actions.assign(ticket, to=_colleague(wanted), by=by, seen=seen)


def _colleague(pk: str) -> User | None:
    if not pk:
        return None
    found = access.assignable().filter(pk=int(pk)).first() if _is_number(pk) else None
    if found is None:
        raise Refused(_("Nobody of that name works tickets. Choose a specialist or a lead."))
    return found


def _set_kind(ticket: Ticket, asked: Asked, by: User, seen: int | None) -> None:
    """`general:training` is a general request with that topic."""
    to, _colon, topic = asked.get("to", "").partition(":")
    actions.change_kind(ticket, to=to, topic=topic, by=by, seen=seen)


def _set_priority(ticket: Ticket, asked: Asked, by: User, seen: int | None) -> None:
    actions.change_priority(ticket, to=asked.get("to", ""), by=by, seen=seen)


def _set_subject(ticket: Ticket, asked: Asked, by: User, seen: int | None) -> None:
    actions.change_subject(ticket, to=asked.get("to", ""), by=by, seen=seen)


def _set_partner(ticket: Ticket, asked: Asked, by: User, seen: int | None) -> actions.Chosen:
    return actions.choose_partner(ticket, to=_account(asked), by=by, remember=_remember(ticket, asked), seen=seen)


def _remember(ticket: Ticket, asked: Asked) -> actions.Remember:
    """What is ticked; the domain and the name are the ticket's own, whatever was posted."""
    return actions.Remember(
        person="remember_person" in asked,
        domain=domains.domain_of(ticket.requester.email) if "remember_domain" in asked else "",
        name=companies.typed(ticket.fields) if "remember_name" in asked else "",
    )


def _account(asked: Asked) -> Account | None:
    """Chosen by its number, or typed so that only one can be meant; nothing takes the partner off."""
    pk, name = asked.get("to", ""), asked.get("name", "").replace("\x00", "").strip()
    if not pk and not name:
        return None
    found = searching.by_number(int(pk)) if _is_number(pk) else searching.meant(name)
    if found is None:
        raise Refused(_("No single partner is called “%(name)s”. Choose one from the list.") % {"name": name[:80]})
    return found


def _tag(ticket: Ticket, asked: Asked, by: User, seen: int | None) -> None:  # noqa: ARG001 - two tags at once are both kept
    add, remove = asked.get("add", "").strip(), asked.get("remove", "")
    if remove:
        actions.untag(ticket, name=remove, by=actor_of(by))
    elif add:
        actions.tag(ticket, name=add, by=actor_of(by))
    else:
        raise Refused(_("Write a tag."))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _wish_assignee(asked: Asked) -> str:
    to = asked.get("to", "")
    if not to:
        return _("Assign it to nobody")
    found = None if to == "me" else access.assignable().filter(pk=int(to)).first()
    return _("Assign it to %(name)s") % {"name": found} if found else _("Take it")


def _wish_status(asked: Asked) -> str:
    return _("Set %(status)s") % {"status": history.status_words(asked.get("to", "").partition(":")[0])}


def _wish_kind(asked: Asked) -> str:
    to, _colon, topic = asked.get("to", "").partition(":")
    return _("Make it %(kind)s") % {"kind": history.kind_words({"kind": to, "topic": topic})}


def _wish_value(words: Callable[[str], str]) -> Callable[[Asked], str]:
    return lambda asked: words(asked.get("to", "") or asked.get("name", ""))


_CHANGES = {
    "status": Change(field="status", do=_set_status, wish=_wish_status),
    "assignee": Change(field="assignee", do=_assign, wish=_wish_assignee),
    "kind": Change(field="kind", do=_set_kind, wish=_wish_kind),
    "priority": Change(
        field="priority",
        do=_set_priority,
        wish=_wish_value(
            lambda to: _("Set priority %(priority)s") % {"priority": history.value_words("priority", to, {})}
        ),
    ),
    "subject": Change(
        field="subject", do=_set_subject, wish=_wish_value(lambda to: _("Call it “%(subject)s”") % {"subject": to[:80]})
    ),
    "partner": Change(field="partner", do=_set_partner, wish=lambda _asked: _("Set my partner")),
    "tags": Change(field="tags", do=_tag, wish=lambda _asked: _("Tag it")),
}

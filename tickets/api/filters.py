"""The filters of the ticket list; a name or a value nobody knows is an error, never an unfiltered list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import Account
from people.models import ChannelManager, User
from tickets import kinds, search, topics
from tickets.api.inputs import find_user
from tickets.models import Status, Tag, Ticket
from tickets.queue.views import VIEWS, views_of
from web.problems import wrong_fields
from web.rest import MAX_ID

Tickets = QuerySet[Ticket]
Filter = Callable[[Tickets, User, Sequence[str]], Tickets]

NOBODY = frozenset({"none", "nobody"})
OTHER_PARAMETERS = frozenset({"cursor", "limit", "format"})
MAX_QUERY = 500


class Unknown(Exception):  # noqa: N818 - an answer to the caller
    """A value that means nothing; the text says what would."""


def filtered(tickets: Tickets, *, user: User, asked: QueryDict) -> Tickets:
    """`tickets` narrowed by the parameters of the address."""
    allowed = FILTERS if user.is_colleague else {name: FILTERS[name] for name in OPEN_TO_PARTNERS}
    errors: dict[str, list[str]] = {}
    for name in asked:
        values = [part.strip() for value in asked.getlist(name) for part in _parts(name, value)]
        try:
            tickets = _narrowed(tickets, user, name, values, allowed)
        except Unknown as error:
            errors[name[:80]] = [str(error)]
    if errors:
        raise wrong_fields(errors)
    return tickets


def _narrowed(tickets: Tickets, user: User, name: str, values: Sequence[str], allowed: dict[str, Filter]) -> Tickets:
    if name in OTHER_PARAMETERS:
        return tickets
    if name not in allowed:
        raise Unknown(_("There is no such filter. The filters are: %(names)s.") % {"names": ", ".join(allowed)})
    if any("\x00" in value or len(value) > MAX_QUERY for value in values):
        raise Unknown(_("This is too long, or holds a character that cannot be searched."))
    return allowed[name](tickets, user, values)


def _parts(name: str, value: str) -> list[str]:
    return [value] if name == "q" else value.split(",")


def _status(tickets: Tickets, _user: User, values: Sequence[str]) -> Tickets:
    return tickets.filter(status__in=_known(values, Status.values))


def _kind(tickets: Tickets, _user: User, values: Sequence[str]) -> Tickets:
    return tickets.filter(kind__in=_known(values, [kind.slug for kind in kinds.all_kinds()]))


def _topic(tickets: Tickets, _user: User, values: Sequence[str]) -> Tickets:
    return tickets.filter(topic__in=_known(values, [topic.slug for topic in topics.ALL]))


def _assignee(tickets: Tickets, user: User, values: Sequence[str]) -> Tickets:
    wanted = Q()
    for value in values:
        if value in NOBODY:
            wanted |= Q(assignee=None)
            continue
        found = user if value == "me" else find_user(_number(value) or value)
        if found is None:
            raise Unknown(_("Give an e-mail address or id of the desk, `me` or `none`."))
        wanted |= Q(assignee=found)
    return tickets.filter(wanted)


def _partner(tickets: Tickets, _user: User, values: Sequence[str]) -> Tickets:
    ids = [number for value in values if (number := _number(value))]
    known = set(Account.objects.filter(pk__in=ids).values_list("pk", flat=True))
    if any(value not in NOBODY and _number(value) not in known for value in values):
        raise Unknown(_("Give the id of a partner, or `none`."))
    wanted = Q(partner__in=known)
    return tickets.filter(wanted | Q(partner=None) if NOBODY.intersection(values) else wanted)


def _channel_manager(tickets: Tickets, _user: User, values: Sequence[str]) -> Tickets:
    wanted = Q()
    for value in values:
        if value in NOBODY:
            wanted |= Q(channel_manager=None)
            continue
        number = _number(value)
        found = ChannelManager.objects.filter(Q(pk=number) if number else Q(name__iexact=value)).first()
        if found is None:
            raise Unknown(_("Give the name or id of a channel manager, or `none`."))
        wanted |= Q(channel_manager=found)
    return tickets.filter(wanted)


def _tag(tickets: Tickets, _user: User, values: Sequence[str]) -> Tickets:
    """Tickets that carry all of these; a general request carries its topic as a tag."""
    for value in values:
        found = Tag.objects.filter(name__iexact=value).first()
        topic = topics.topic_of(value.lower())
        if found is None and topic is None:
            raise Unknown(_("There is no tag “%(name)s”.") % {"name": value})
        carriers = Ticket.tags.through.objects.filter(tag=found).values("ticket_id") if found else []
        tickets = tickets.filter(Q(pk__in=carriers) | (Q(topic=topic.slug) if topic else Q()))
    return tickets


def _view(tickets: Tickets, user: User, values: Sequence[str]) -> Tickets:
    """What the queue shows under this name; further filters narrow it."""
    now = timezone.now()
    for slug in _known(values, [view.slug for view in views_of(user)]):
        tickets = VIEWS[slug].holds(tickets, user=user, now=now)
    return tickets


def _words(tickets: Tickets, _user: User, values: Sequence[str]) -> Tickets:
    return search.matching(tickets, " ".join(values))


def _known(values: Sequence[str], known: Sequence[str]) -> Sequence[str]:
    if any(value not in known for value in values):
        raise Unknown(_("This is none of: %(known)s.") % {"known": ", ".join(known)})
    return values


def _number(value: str) -> int | None:
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 20 else 0
    return number if 0 < number <= MAX_ID else None


FILTERS: dict[str, Filter] = {
    "status": _status,
    "kind": _kind,
    "topic": _topic,
    "assignee": _assignee,
    "partner": _partner,
    "channel_manager": _channel_manager,
    "tag": _tag,
    "view": _view,
    "q": _words,
}
OPEN_TO_PARTNERS = ("status", "kind", "topic")  # not `q`: its words are those of notes too

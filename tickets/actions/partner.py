"""Which partner a ticket is about: set, corrected in one press, remembered, and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from journal.models import Event
from journal.record import DESK, actor_of, events_of
from partners import domains, matching
from partners.models import Account
from people.models import User
from tickets import hooks, kinds, search, sla
from tickets.actions.core import MovedOn, Refused, changed, locked, named, set_partner
from tickets.models import Ticket
from tickets.models.ticket import ACTIVE

MOST_FOLLOWERS = 50
FOLLOWS = "follows"  # in an event: the ticket that somebody looked at


@dataclass(frozen=True, kw_only=True)
class Remember:
    """For whom a choice is kept: this person, everybody of a mail domain, whoever calls themselves so."""

    person: bool = False
    domain: str = ""
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What a choice did: the ticket, its event (0 when nothing changed), who followed, what was learned."""

    ticket: Ticket
    event: int = 0
    followed: Sequence[Ticket] = ()
    learned: Sequence[matching.Learned] = ()


def change_partner(ticket: Ticket, *, to: Account | None, by: User, seen: int | None = None, why: str = "") -> Ticket:
    """Says which partner it is about; region, channel manager and the region's deadlines follow."""
    with locked(ticket, seen=seen, touches=("partner",)) as row:
        if row.partner_id == (to.pk if to else None):
            return row
        return _write(row, to, by=by, why=why)


def link_partner(ticket: Ticket, *, to: Account, why: str) -> Ticket:
    """The desk itself has found out which partner it is about; what is known, or what a person said, stays."""
    with locked(ticket) as row:
        if row.partner_id is not None or partner_event(row) is not None:
            return row
        return _write(row, to, by=None, why=why)


def partner_event(ticket: Ticket, *, itself: bool = False) -> Event | None:
    """The newest time a person said which partner it is about; `itself`: not of another ticket of the same sender."""
    said = events_of(ticket).filter(verb="partner changed", actor__isnull=False)
    if itself:
        said = said.exclude(after__has_key=FOLLOWS)
    return said.select_related("actor").order_by("-id").first()


def only_follows(ticket: Ticket) -> bool:
    """Its partner was set last because of another ticket of the same sender; nobody looked at this one."""
    event = partner_event(ticket)
    return event is not None and FOLLOWS in event.after


def choose_partner(
    ticket: Ticket, *, to: Account | None, by: User, remember: Remember | None = None, seen: int | None = None
) -> Chosen:
    """A person decides: the ticket changes, what they tick is remembered, the sender's other tickets follow."""
    wish = remember or Remember()
    with locked(ticket, seen=seen, touches=("partner",)) as row:
        learned = _remember(row, to, wish, by=by)
        if row.partner_id == (to.pk if to else None) and not learned:
            return Chosen(ticket=row)
        followed = _let_follow(row, to, by=by) if to else []
        more = {"remembered": [one.row() for one in learned], "followed": [one.pk for one in followed]}
        done = _write(row, to, by=by, why=_why(learned), more={name: rows for name, rows in more.items() if rows})
        return Chosen(ticket=done, event=done.last_event, followed=followed, learned=learned)


def take_back_partner(ticket: Ticket, *, event: int, by: User) -> Ticket:
    """Undoes a choice: partner, followers and what was remembered are as before."""
    with locked(ticket) as row:
        choices = events_of(row).filter(verb="partner changed", id__gte=event).order_by("-id")
        newest = choices.first()
        if newest is None or newest.pk != event:
            raise MovedOn(row, list(choices[:1]))
        if newest.actor_id != by.pk:
            raise Refused(_("Only who chose the partner can take it back. Choose another one instead."))
        matching.take_back(newest.after.get("remembered", []), by=by)
        chosen = _id_in(newest.after.get("partner"))
        for other in Ticket.objects.filter(pk__in=newest.after.get("followed", []), partner=chosen).order_by("pk"):
            change_partner(other, to=None, by=by, why=_("Taken back with %(reference)s.") % _reference(row))
        return _write(row, _account_before(newest, row), by=by, why=_("Taken back."))


def _account_before(event: Event, row: Ticket) -> Account | None:
    """Whose the ticket was; an event that only remembered something changed no partner."""
    if "partner" not in event.before:
        return row.partner
    pk = _id_in(event.before["partner"])
    return Account.objects.filter(pk=pk).first() if pk is not None else None


def _remember(row: Ticket, to: Account | None, wish: Remember, *, by: User) -> list[matching.Learned]:
    try:
        return matching.remember(
            to,
            email=row.requester.email if wish.person else "",
            domain=wish.domain,
            name=wish.name,
            by=by,
            why=_("Said on %(reference)s.") % _reference(row),
        )
    except matching.CannotRemember as refused:
        raise Refused(str(refused)) from refused


def _let_follow(row: Ticket, to: Account, *, by: User) -> list[Ticket]:
    """The sender's other open tickets that nobody knows the partner of; a program writes for many."""
    if domains.is_nobodys(row.requester.email):
        return []
    others = Ticket.objects.filter(requester=row.requester_id, partner=None, status__in=sorted(ACTIVE))
    return [_follow(one, row, to, by=by) for one in others.exclude(pk=row.pk).order_by("pk")[:MOST_FOLLOWERS]]


def _follow(ticket: Ticket, first: Ticket, to: Account, *, by: User) -> Ticket:
    """Its event says that nobody looked at this ticket itself."""
    with locked(ticket) as row:
        if row.partner_id == to.pk:
            return row
        why = _("As on %(reference)s, of the same sender.") % _reference(first)
        return _write(row, to, by=by, why=why, more={FOLLOWS: first.pk})


def _write(
    row: Ticket, to: Account | None, *, by: User | None, why: str = "", more: Mapping[str, Any] | None = None
) -> Ticket:
    before = {"partner": named(row.partner), "channel_manager": named(row.channel_manager), "region": row.region}
    waited, region = sla.waited(row, kind=kinds.kind_of(row.kind)), row.region
    set_partner(row, to)
    if row.region != region:
        sla.restart(row, kind=kinds.kind_of(row.kind), waited=waited)
    after = {"partner": named(to), "channel_manager": named(row.channel_manager), "region": row.region, **(more or {})}
    actor = actor_of(by) if by else DESK
    done = changed(row, "partner changed", by=actor, before=before, after=after, why=why)
    if to is not None:
        search.add_words(row.pk, [to.name])
    hooks.procedure_hears(done, "partner")
    hooks.partner_changed(done, actor)
    return done


def _why(learned: Sequence[matching.Learned]) -> str:
    return _("Remembered for %(what)s.") % {"what": ", ".join(one.key for one in learned)} if learned else ""


def _reference(row: Ticket) -> dict[str, str]:
    return {"reference": row.reference}


def _id_in(value: Any) -> int | None:
    return int(value["id"]) if isinstance(value, dict) else None

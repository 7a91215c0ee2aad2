"""The hand-over note of each partner: what the mirror knows, so that the new channel manager need not ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from partners import gates, standing
from partners.models import Account, Opportunity
from routing.models import HandOver, RosterChange
from routing.team.reach import Reach, Reached
from tickets.models import Ticket
from tickets.models.ticket import ACTIVE

NAMED: Final = 6
PIECE: Final = 500
ENDED_STAGE: Final = Q(stage__icontains="closed") | Q(stage__icontains="duplicate")  # “8-Closed Lost”, “Closed Won”


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is read for many partners at once."""

    on: date
    standings: Mapping[tuple[int, str], standing.Standing]
    tickets: Mapping[int, Sequence[Ticket]]
    opportunities: Mapping[int, Sequence[Opportunity]]
    last: Mapping[int, Ticket]


def write(change: RosterChange, reached: Reach) -> int:
    """One note for each partner that changes hands; in the caller's transaction."""
    written = 0
    for first in range(0, len(reached.accounts), PIECE):
        piece = reached.accounts[first : first + PIECE]
        known = read([one.account for one in piece])
        notes = [_note(change, one, known) for one in piece]
        written += len(HandOver.objects.bulk_create(notes))
    return written


def read(accounts: Sequence[Account]) -> Known:
    """Nine statements, whatever their number."""
    on, ids = timezone.localdate(), [one.pk for one in accounts]
    open_ones = Ticket.objects.filter(partner__in=ids, status__in=sorted(ACTIVE)).order_by("-pk")
    deals = Opportunity.objects.filter(account__in=ids, deleted=None).exclude(ENDED_STAGE).order_by("close_date", "pk")
    newest = Ticket.objects.filter(partner__in=ids).order_by("partner_id", "-updated", "-pk").distinct("partner_id")
    return Known(
        on=on,
        standings=standing.standings(accounts, on=on),
        tickets=_by(open_ones, "partner_id"),
        opportunities=_by(deals, "account_id"),
        last={one.partner_id: one for one in newest.select_related("requester") if one.partner_id},
    )


def text_of(account: Account, known: Known) -> str:
    """As Markdown: one line for each thing, “not known” where the mirror is silent."""
    lines = [
        (_("Partner status"), account.partner_status or _("not known")),
        (_("Track"), account.track or _("not known")),
        (_("Contracted for"), ", ".join(account.contracted_territories) or _("not known")),
        (_("Agreement since"), _day(account.signed_contract_date)),
        (_("Requirements"), _requirements(account, known)),
        (_("Open tickets"), _tickets(known.tickets.get(account.pk, ()))),
        (_("Open opportunities"), _opportunities(known.opportunities.get(account.pk, ()))),
        (_("Last contact with the desk"), _last(known.last.get(account.pk))),
    ]
    return "\n".join(f"- **{name}:** {said}" for name, said in lines)


def _note(change: RosterChange, one: Reached, known: Known) -> HandOver:
    text = text_of(one.account, known)
    return HandOver(account=one.account, roster_change=change, old=one.old, new=one.new, text=text)


def _by(rows: Iterable[Any], name: str) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _requirements(account: Account, known: Known) -> str:
    words = {"met": _("met"), "missing": _("missing"), "unknown": _("cannot be told")}
    states: dict[str, list[str]] = defaultdict(list)
    for gate, title in gates.GATES.items():
        states[known.standings[account.pk, gate].state].append(str(title))
    return "; ".join(f"{words[state]}: {', '.join(states[state])}" for state in words if state in states)


def _tickets(found: Sequence[Ticket]) -> str:
    if not found:
        return _("none")
    named = "; ".join(f"{one.reference} {_plain(one.subject)} ({one.get_status_display()})" for one in found[:NAMED])
    return _counted(named, len(found))


def _opportunities(found: Sequence[Opportunity]) -> str:
    if not found:
        return _("none that the desk knows")
    named = "; ".join(f"{_plain(one.name)} ({one.stage}, {_day(one.close_date)})" for one in found[:NAMED])
    return _counted(named, len(found))


def _counted(named: str, count: int) -> str:
    more = count - NAMED
    return (
        _("%(count)s: %(named)s and %(more)s more") % {"count": count, "named": named, "more": more}
        if (more > 0)
        else f"{count}: {named}"
    )


def _last(ticket: Ticket | None) -> str:
    if ticket is None:
        return _("never")
    day = date_format(timezone.localtime(ticket.updated), "j M Y")
    words = {"day": day, "who": ticket.requester, "reference": ticket.reference}
    return _("%(day)s, %(who)s, %(reference)s") % words


def _plain(text: str) -> str:
    """A subject is somebody's words, not Markdown."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|~" else sign for sign in text)


def _day(day: date | None) -> str:
    return date_format(day, "j M Y") if day else _("not known")

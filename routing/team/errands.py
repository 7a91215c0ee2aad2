"""What a change of the team asks of others: Salesforce's owners, Impartner, the handbook, a word to each partner."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from journal.record import Actor
from people.models import User
from routing import ownership
from routing.models import OwnershipChange, OwnershipRow, RosterChange
from routing.ownership import Wanted
from routing.team import published, texts
from routing.team.reach import Reach, Reached
from tickets import work
from tickets.models import Task
from tickets.work import Item

WITHIN: Final = timedelta(days=5)
Team = Task.Team


def ask(change: RosterChange, reached: Reach, by: Actor) -> None:
    """In the caller's transaction; asking again asks for nothing new."""
    owners(change, reached)
    _impartner(change, reached, by)
    _partners(change, reached, by)
    _handbook(change, by)


def owners(change: RosterChange, reached: Reach) -> OwnershipChange | None:
    """The change of owners in Salesforce, checked row by row; it waits for an approval of its own."""
    wanted = [
        Wanted(account=one.account, salesforce_id=one.account.salesforce_id, new_owner=one.new, number=number)
        for number, one in enumerate((one for one in reached.accounts if one.owned), start=1)
    ]
    asked_by: User | None = change.proposed_by
    if not wanted or asked_by is None:
        return None
    title = _("%(what)s, %(day)s") % {"what": title_of(change), "day": _day(change)}
    found = ownership.prepare(
        OwnershipChange.Kind.ROSTER, wanted, title=title, why=change.why, by=asked_by, roster_change=change
    )
    if asked_by.on_desk and found.rows.filter(state=OwnershipRow.State.WAITING).exists():
        found = ownership.submit(found, by=asked_by)
    return found


def title_of(change: RosterChange) -> str:
    """“Jay Bahar leaves”, “Maria Henry joins”, “Territories move”."""
    name = str(change.manager or change.person.get("name", ""))
    if change.kind == RosterChange.Kind.JOINS:
        return _("%(name)s joins") % {"name": name}
    if change.kind == RosterChange.Kind.LEAVES:
        return _("%(name)s leaves") % {"name": name}
    return _("Territories of %(name)s move") % {"name": name} if name else _("Territories move")


def address_of(change: RosterChange) -> str:
    return reverse("team:change", args=[change.pk])


def _impartner(change: RosterChange, reached: Reach, by: Actor) -> None:
    if not reached.accounts:
        return
    body = _(
        "Change the channel account manager of these partners in Impartner, and tick each one here. Deal registrations"
        " follow it.\n\nAfterwards export account and CAM from Impartner and [compare the export](%(check)s): it shows"
        " which ones differ from the rules and from Salesforce."
    )
    work.ask_for(
        key=f"roster-change:{change.pk}:impartner",
        team=Team.CHANNEL_MARKETING,
        title=_("Impartner: %(what)s, %(count)s partners") % {"what": title_of(change), "count": len(reached.accounts)},
        body=body % {"check": f"{settings.PUBLIC_URL}{reverse('team:impartner', args=[change.pk])}"},
        items=[_item(one) for one in reached.accounts],
        region=change.region,
        due=change.effective + WITHIN,
        address=address_of(change),
        by=by,
    )


def _partners(change: RosterChange, reached: Reach, by: Actor) -> None:
    """A person writes to partners, never the desk by itself; each text stands on the partner's page."""
    if not reached.accounts or not change.partner_text.strip():
        return
    body = _("Write to these partners. The text for each one stands on its page, in the hand-over; copy it from there.")
    example = texts.for_partner(change.partner_text, partner="…", old="…", new="…")
    quoted = "\n".join(f"> {line}" for line in example.splitlines())
    work.ask_for(
        key=f"roster-change:{change.pk}:partners",
        team=Team.DESK,
        title=_("Introduce the new channel manager: %(count)s partners") % {"count": len(reached.accounts)},
        body=f"{body}\n\n{quoted}",
        items=[_item(one) for one in reached.accounts],
        region=change.region,
        due=change.effective + WITHIN,
        address=address_of(change),
        by=by,
    )


def _handbook(change: RosterChange, by: Actor) -> None:
    """The merge request, a task of the region's specialist, with the list as it is from that day on."""
    text = published.markdown(change.effective)
    download = f"{settings.PUBLIC_URL}{reverse('team:roster')}?on={change.effective.isoformat()}"
    body = _(
        "Create a merge request that replaces the lists under “Channel Managers by GEO” by these. [The list as a"
        " file](%(download)s)."
    )
    work.ask_for(
        key=f"roster-change:{change.pk}:handbook",
        team=Team.DESK,
        title=_("Merge request for the handbook: %(what)s") % {"what": title_of(change)},
        body=f"{body % {'download': download}}\n\n```\n{text}```\n",
        items=[
            Item(words=_("The merge request is created"), link=f"{reverse('team:roster')}?on={change.effective}"),
            Item(words=_("The merge request is merged")),
        ],
        region=change.region,
        due=change.effective + WITHIN,
        address=address_of(change),
        by=by,
    )


def _item(one: Reached) -> Item:
    old = str(one.old or _("nobody"))
    return Item(words=f"{one.account.name}: {old} → {one.new}", link=f"/partners/{one.account.pk}/")


def _day(change: RosterChange) -> str:
    return date_format(change.effective, "j M Y")

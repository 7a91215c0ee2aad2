"""What the page of a new change knows: the partner, what the rules say, the form, and the ticket it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.access import account_for
from partners.models import Account
from people.models import ChannelManager, User
from routing import owners
from routing.found import Found
from routing.models import OwnershipChange
from routing.ownership import checks, deciding, preparing, territories
from routing.ownership.forms import ChangeForm
from tickets.access import ticket_for
from tickets.models import Ticket

BESIDE: Final = ("asked_by", "approved_by", "ticket", "undo_of", "file", "roster_change")


@dataclass(frozen=True, kw_only=True)
class Asked:
    account: Account
    ticket: Ticket | None
    form: ChangeForm
    manager: ChannelManager | None
    rules: Found
    against: list[str]  # what stands in the way whoever becomes the owner
    open_change: OwnershipChange | None  # somebody is at it already

    @property
    def kept(self) -> list[str]:
        """What is ticked of the territories that are there; all before anything was sent."""
        return list(self.form["keep"].value() or [])

    @property
    def adding(self) -> list[str]:
        return list(self.form["add"].value() or [])

    @property
    def more_chosen(self) -> bool:
        """Something among the others is ticked or written."""
        others = {one.name for one in self.form.offer.others}
        return bool(others & set(self.adding) or self.form["more"].value())


def read(user: User, asked: QueryDict, *, posted: QueryDict | None) -> Asked:
    """`?account=` is ours; `?manager=` the one to begin with, else whom the rules name; `?ticket=` remembers one.

    With `?chosen` only the territories of `?keep=` stay ticked: another manager takes back nobody's choice.
    """
    account = account_for(user, _number(asked.get("account", "")))
    rules = owners.account_owner(owners.Where(account=account))
    given = posted.get("manager", "") if posted is not None else asked.get("manager")
    manager = _manager(given) if given is not None else _suggested(account, rules)
    offer = territories.offer(account, manager, on=timezone.localdate())
    start: dict[str, Any] = {"manager": manager.pk if manager else None}
    if "chosen" in asked:
        start["keep"] = asked.getlist("keep")
    form = ChangeForm(posted, account=account, offer=offer, initial=start)
    open_ = OwnershipChange.objects.filter(rows__account=account, kind=OwnershipChange.Kind.SINGLE)
    return Asked(
        account=account,
        ticket=ticket_for(user, str(asked["ticket"])) if asked.get("ticket") else None,
        form=form,
        manager=manager,
        rules=rules,
        against=checks.checks_of(checks.Wanted(account=account, number=1)),
        open_change=open_.filter(state__in=["preview", "ready", "running"]).order_by("-pk").first(),
    )


def prepare(asked: Asked, *, by: User) -> OwnershipChange:
    """The preview; a worker reads the account in Salesforce meanwhile."""
    with transaction.atomic():
        _drop_older(asked.account, by)
        return preparing.prepare(
            OwnershipChange.Kind.SINGLE,
            [asked.form.wanted()],
            title=_("Owner of %(partner)s") % {"partner": asked.account},
            why=asked.form.cleaned_data["why"],
            by=by,
            ticket=asked.ticket,
        )


def _drop_older(account: Account, by: User) -> None:
    """One's own preview of the same partner is replaced."""
    mine = OwnershipChange.objects.filter(kind=OwnershipChange.Kind.SINGLE, state=OwnershipChange.State.PREVIEW)
    for change in mine.filter(asked_by=by, rows__account=account):
        deciding.drop(change, by=by, why=_("Prepared anew."))


def _suggested(account: Account, rules: Found) -> ChannelManager | None:
    """Whom the rules name, where it is somebody who still works here and does not own it already."""
    manager = rules.manager
    if manager is None or not manager.active or manager == account.channel_manager:
        return None
    return manager


def _manager(given: str) -> ChannelManager | None:
    known = given.isascii() and given.isdigit() and len(given) < 10
    return ChannelManager.objects.filter(pk=int(given), active=True).first() if known else None


def _number(given: str) -> int:
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise Http404(_("Choose the partner first: its page has a button for this."))
    return int(given)

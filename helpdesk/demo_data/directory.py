"""The demo's partners with a manager of their own, and who is away."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from partners.models import Account
from people.models import ChannelManager, User
from routing import history
from routing.directory import staff
from routing.directory.staff import Away
from routing.models import PartnerRule
from web import datafiles

DATA = Path(__file__).parent / "directory.toml"


def load(*, by: User) -> None:
    """Wants the demo's partners and managers."""
    data = datafiles.read(DATA)
    managers = {one.name: one for one in ChannelManager.objects.all()}
    accounts = {one.name: one for one in Account.objects.filter(name__in=[row["partner"] for row in data["rule"]])}
    for row in data["rule"]:
        manager = managers[row["manager"]]
        rule = PartnerRule(
            table=PartnerRule.Table.NAMED,
            partner_name=row["partner"],
            account=accounts[row["partner"]],
            result=manager.name,
            manager=manager,
            valid_from=data["valid_from"],
        )
        history.add(rule, by=by, why=data["why"])
    today = timezone.localdate()
    for row in data["away"]:
        first, last = (today + timedelta(days=row[name]) for name in ("from", "to"))
        away = Away(first_day=first, last_day=last, stand_in=managers[row["stand_in"]], note=row["note"])
        staff.set_away(managers[row["manager"]], away, by=by)

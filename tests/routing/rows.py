"""Rows of the mapping as a workbook's import leaves them."""

from __future__ import annotations

from datetime import date
from typing import Any

from people.models import ChannelManager
from routing.keys import folded
from routing.models import KeyRule, PartnerRule

FY23 = date(2022, 2, 1)
LOOK = "Look at Territory"


def manager(name: str, team: str = "", **values: Any) -> ChannelManager:
    found, _new = ChannelManager.objects.get_or_create(name=name, defaults={"team": team, **values})
    return found


def key_rule(table: str, key: str, result: str, **values: Any) -> KeyRule:
    """`result` is the name of somebody in the directory, or words."""
    person = ChannelManager.objects.filter(name=result).first()
    given = {"manager": person, "fiscal_year": "FY23", "valid_from": FY23, **values}
    return KeyRule.objects.create(table=table, key=key, folded=folded(key), result=result, **given)


def partner_rule(table: str, partner: str, result: str, **values: Any) -> PartnerRule:
    person = ChannelManager.objects.filter(name=result).first()
    given = {"manager": person, "fiscal_year": "FY23", "valid_from": FY23, **values}
    return PartnerRule.objects.create(table=table, partner_name=partner, folded=folded(partner), result=result, **given)

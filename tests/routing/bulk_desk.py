"""The partners and managers of the tests about the spreadsheet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from partners.models import Account
from people.models import ChannelManager
from tests.routing.ownership_desk import manager

SOFIA, JAGS, NOBODY_NOW = "0058dQx00000019ABA", "0058dQx00000004ABA", "0058dQx00000035ABA"
NOW: Final = timezone.now()


def managers() -> list[ChannelManager]:
    return [
        manager("Sofia Conti", SOFIA, salesforce_email="sofia.conti@example.com"),
        manager("Jags Bewas", JAGS),
        manager("Omar Gone", NOBODY_NOW, active=False),
        manager("Newly Hired"),
    ]


def partner(number: int, **more: Any) -> Account:
    """Owned by Jags Bewas, changed in Salesforce a week ago."""
    values = {
        "name": f"Partner {number}",
        "salesforce_id": f"0018dQx0000{number:04}ABA",
        "partner_type": "Channel",
        "public_sector": False,
        "owner_id": JAGS,
        "owner_name": "Jags Bewas",
        "contracted_territories": ["Germany"],
        "modified": NOW - timedelta(days=7),
    }
    return Account.objects.create(**{**values, **more})


def line(account: Account, **more: str) -> dict[str, str]:
    return {"AccountId18": account.salesforce_id, "NewOwner": "Sofia Conti", **more}

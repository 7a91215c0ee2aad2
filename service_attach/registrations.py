"""A registration and its opportunity as Salesforce had them when they were looked at; kept beside the proof as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Self

from django.utils.dateparse import parse_date

from integrations.salesforce import ids
from integrations.salesforce.shapes import DealRef, OpportunityRef

SERVICE_ATTACH: Final = "Service Attach"
MSP: Final = "MSP"
APPROVED: Final = "Approved"
WON: Final = "Closed-Won"


@dataclass(frozen=True)
class Kept:
    """A flat row of texts, as JSON and back; what a later version writes beside it is left out."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})


@dataclass(frozen=True, kw_only=True)
class Registration(Kept):
    id: str = ""
    deal_id: str = ""
    status: str = ""
    kind: str = ""
    partner_id: str = ""
    partner_name: str = ""
    customer: str = ""
    manager_id: str = ""
    manager_name: str = ""
    manager_email: str = ""
    manager_active: bool | None = None
    approved: str = ""
    modified: str = ""
    opportunity_id: str = ""
    link: str = ""

    @property
    def approved_on(self) -> date | None:
        return parse_date(self.approved) if self.approved else None

    @classmethod
    def of(cls, ref: DealRef) -> Registration:
        return cls(
            id=ref.id,
            deal_id=ref.deal_id.strip(),
            status=ref.status,
            kind=ref.kind,
            partner_id=ref.partner,
            partner_name=ref.partner_name,
            customer=ref.customer,
            manager_id=ref.channel_manager,
            manager_name=ref.channel_manager_name,
            manager_email=ref.channel_manager_email,
            manager_active=ref.channel_manager_active if ref.channel_manager else None,
            approved=ref.approved_date.isoformat() if ref.approved_date else "",
            modified=ref.modified.isoformat() if ref.modified else "",
            opportunity_id=ref.linked_opportunity,
            link=ref.link,
        )


@dataclass(frozen=True, kw_only=True)
class Licence(Kept):
    """The linked opportunity: the licences the services belong to."""

    id: str = ""
    name: str = ""
    number: str = ""
    stage: str = ""
    won: bool = False
    closes: str = ""
    amount: str = ""
    arr: str = ""
    link: str = ""

    @property
    def close_date(self) -> date | None:
        return parse_date(self.closes) if self.closes else None

    @property
    def net_arr(self) -> Decimal | None:
        """Of a deal for which Salesforce shows none its amount, which is more where it is of several years."""
        try:
            return Decimal(self.arr or self.amount) if self.arr or self.amount else None
        except InvalidOperation:
            return None

    @classmethod
    def of(cls, ref: OpportunityRef) -> Licence:
        return cls(
            id=ref.id,
            name=ref.name,
            number=ref.number,
            stage=ref.stage,
            won=ref.won,
            closes=ref.close_date.isoformat() if ref.close_date else "",
            amount=str(ref.amount) if ref.amount is not None else "",
            arr=str(ref.net_arr) if ref.net_arr is not None else "",
            link=ref.link,
        )


def is_opportunity_id(text: str) -> bool:
    """15 or 18 characters from 006 on, as somebody copies it from the address of the page."""
    return ids.may_be_id(text.strip(), prefix="006")

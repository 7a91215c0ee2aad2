"""What the desk knows of records in Salesforce, by our own names; domain code sees these and no vendor's class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class UserRef:
    id: str
    name: str
    email: str
    active: bool


@dataclass(frozen=True, kw_only=True)
class AccountHit:
    id: str
    name: str
    type: str
    owner: str
    owner_name: str
    owner_email: str
    partner_status: str
    partner_type: str
    track: str
    public_sector: bool | None
    contracted_territories: tuple[str, ...]
    signed_contract_date: date | None
    website: str
    country: str
    subdivision: str
    modified: datetime | None
    modified_by: str  # the name of who changed it last


@dataclass(frozen=True, kw_only=True)
class OpportunityRef:
    id: str
    number: str
    name: str
    account: str
    owner: str
    stage: str
    close_date: date | None
    amount: Decimal | None
    partner: str
    owner_segment_geo_region_area: str
    stamped_account_sales_territory: str
    isr: str
    channel_manager: str
    public_sector: bool | None


@dataclass(frozen=True, kw_only=True)
class DealRef:
    id: str
    deal_id: str
    status: str
    kind: str
    linked_opportunity: str
    partner: str
    customer: str
    channel_manager: str
    approved_date: date | None
    modified: datetime | None


@dataclass(frozen=True, kw_only=True)
class InvoiceRef:
    id: str
    number: str
    account: str
    opportunity: str
    date: dt.date | None
    due: dt.date | None
    amount: Decimal | None
    status: str


def user(row: Row) -> UserRef:
    return UserRef(id=row["id"], name=_text(row, "name"), email=_text(row, "email"), active=row.get("active") is True)


def account(row: Row) -> AccountHit:
    return AccountHit(
        **_texts(row, "name", "type", "owner", "owner_name", "partner_status", "partner_type", "track"),
        **_texts(row, "website", "country", "subdivision", "owner_email", "modified_by"),
        id=row["id"],
        public_sector=yes_no(row.get("public_sector")),
        contracted_territories=several(row.get("contracted_territories")),
        signed_contract_date=day(row.get("signed_contract_date")),
        modified=row.get("modified"),
    )


def opportunity(row: Row) -> OpportunityRef:
    return OpportunityRef(
        **_texts(row, "number", "name", "account", "owner", "stage", "partner", "isr", "channel_manager"),
        **_texts(row, "owner_segment_geo_region_area", "stamped_account_sales_territory"),
        id=row["id"],
        close_date=day(row.get("close_date")),
        amount=amount(row.get("amount")),
        public_sector=yes_no(row.get("public_sector")),
    )


def deal(row: Row) -> DealRef:
    return DealRef(
        **_texts(row, "deal_id", "status", "kind", "linked_opportunity", "partner", "customer", "channel_manager"),
        id=row["id"],
        approved_date=day(row.get("approved_date")),
        modified=row.get("modified"),
    )


def invoice(row: Row) -> InvoiceRef:
    return InvoiceRef(
        **_texts(row, "number", "account", "opportunity", "status"),
        id=row["id"],
        date=day(row.get("date")),
        due=day(row.get("due")),
        amount=amount(row.get("amount")),
    )


def several(value: Any) -> tuple[str, ...]:
    """A multi-select as Salesforce writes it: `Austria;Germany`."""
    return tuple(part.strip() for part in str(value or "").split(";") if part.strip())


def yes_no(value: Any) -> bool | None:
    """A checkbox, or a picklist of Yes and No; nothing is unknown, not no."""
    return {"true": True, "yes": True, "false": False, "no": False}.get(str(value).strip().lower())


def day(value: Any) -> date | None:
    try:
        return parse_date(str(value)[:10]) if value else None
    except ValueError:
        return None


def moment(value: Any) -> datetime | None:
    """`2026-11-22T10:15:00.000+0000`."""
    try:
        return parse_datetime(str(value)) if value else None
    except ValueError:
        return None


def amount(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _texts(row: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {name: _text(row, name) for name in names}


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "")

"""What the desk knows of records in Salesforce, by our own names; domain code sees these and no vendor's class."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class UserRef:
    id: str
    name: str
    email: str
    active: bool


People = Mapping[str, UserRef]  # by what stands in the field: an id, or a name


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
    """Names and addresses of people are filled in where somebody asks for them (`opportunities`)."""

    id: str
    number: str
    name: str
    account: str  # the customer's
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
    won: bool = False
    closed: bool = False
    modified: datetime | None = None
    customer_name: str = ""
    partner_name: str = ""
    distributor: str = ""
    distributor_name: str = ""
    net_arr: Decimal | None = None  # None too where the organisation keeps none
    owner_name: str = ""
    owner_email: str = ""
    owner_active: bool = False
    isr_name: str = ""
    isr_email: str = ""
    isr_active: bool = False
    channel_manager_name: str = ""
    channel_manager_email: str = ""
    channel_manager_active: bool = False
    quote: str = ""  # the number of its quote, where it was found by that
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class DealRef:
    """The manager's name and address are filled in where somebody asks for them (`registrations`)."""

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
    modified_by: str = ""
    modified_by_id: str = ""
    partner_name: str = ""
    channel_manager_name: str = ""
    channel_manager_email: str = ""
    channel_manager_active: bool = False
    opportunity_name: str = ""
    opportunity_number: str = ""
    opportunity_close_date: date | None = None
    opportunity_stage: str = ""
    opportunity_won: bool = False
    opportunity_amount: Decimal | None = None
    link: str = ""
    opportunity_link: str = ""


@dataclass(frozen=True, kw_only=True)
class InvoiceRef:
    id: str
    number: str
    account: str  # who is invoiced
    opportunity: str
    date: dt.date | None
    due: dt.date | None
    amount: Decimal | None
    status: str
    account_name: str = ""
    opportunity_name: str = ""
    opportunity_close_date: dt.date | None = None
    opportunity_won: bool = False
    customer_name: str = ""
    partner: str = ""  # of the opportunity; in a deal of two tiers another one than the invoiced
    partner_name: str = ""
    currency: str = ""  # as “EUR”; empty where the organisation has only one
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class FileRef:
    """A file at a record: the newest version of a document."""

    document: str
    version: str
    title: str
    extension: str
    size: int
    modified: datetime | None
    link: str

"""From rows, as `soql` gives them, to the shapes that the desk knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any, Final

from django.utils.dateparse import parse_date, parse_datetime

from integrations.salesforce import ids, links
from integrations.salesforce.shapes import AccountHit, DealRef, InvoiceRef, OpportunityRef, People, Row, UserRef

NOBODY: Final[People] = MappingProxyType({})


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


def opportunity(row: Row, people: People = NOBODY) -> OpportunityRef:
    return OpportunityRef(
        **_texts(row, "number", "name", "account", "owner", "stage", "partner", "isr", "channel_manager"),
        **_texts(row, "owner_segment_geo_region_area", "stamped_account_sales_territory"),
        **_texts(row, "customer_name", "partner_name", "distributor", "distributor_name"),
        **{"owner_name": _text(row, "owner_name"), **_person(row, "owner", people)},
        **_person(row, "isr", people),
        **_person(row, "channel_manager", people),
        id=row["id"],
        close_date=day(row.get("close_date")),
        amount=amount(row.get("amount")),
        net_arr=amount(row.get("net_arr")),
        public_sector=yes_no(row.get("public_sector")),
        won=row.get("won") is True,
        closed=row.get("closed") is True,
        modified=row.get("modified"),
        link=links.record_url("Opportunity", row["id"]),
    )


def deal(row: Row, people: People = NOBODY) -> DealRef:
    linked = _text(row, "linked_opportunity")
    return DealRef(
        **_texts(row, "deal_id", "status", "kind", "linked_opportunity", "partner", "customer", "channel_manager"),
        **_texts(row, "partner_name", "opportunity_name", "opportunity_number", "opportunity_stage"),
        **_texts(row, "modified_by", "modified_by_id"),
        **_person(row, "channel_manager", people),
        id=row["id"],
        approved_date=day(row.get("approved_date")),
        modified=row.get("modified"),
        opportunity_close_date=day(row.get("opportunity_close_date")),
        opportunity_won=row.get("opportunity_won") is True,
        opportunity_amount=amount(row.get("opportunity_amount")),
        link=links.record_url("Registration", row["id"]),
        opportunity_link=links.record_url("Opportunity", linked),
    )


def invoice(row: Row) -> InvoiceRef:
    return InvoiceRef(
        **_texts(row, "number", "account", "opportunity", "status", "account_name", "opportunity_name"),
        **_texts(row, "customer_name", "partner", "partner_name", "currency"),
        id=row["id"],
        date=day(row.get("date")),
        due=day(row.get("due")),
        amount=amount(row.get("amount")),
        opportunity_close_date=day(row.get("opportunity_close_date")),
        opportunity_won=row.get("opportunity_won") is True,
        link=links.record_url("Invoice", row["id"]),
    )


def _person(row: Row, name: str, people: People) -> dict[str, Any]:
    """Name, address and whether it still works here; of somebody unknown, what stands in the field if it is a name."""
    given = _text(row, name)
    known = people.get(given)
    if known is None:
        return {} if not given or ids.is_id(given) else {f"{name}_name": given}
    return {f"{name}_name": known.name, f"{name}_email": known.email, f"{name}_active": known.active}


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


def _texts(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: _text(row, name) for name in names}


def _text(row: Mapping[str, Any], name: str) -> str:
    return str(row.get(name) or "")

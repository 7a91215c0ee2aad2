"""From the handbook's labels to the names of this organisation: the defaults of contract §7 and what overrides them.

`SALESFORCE_FIELD_MAP` names a TOML file: `[Account] partner_status = "Status__c"`, and `object = "…"` where an object
itself has another name. Nothing else in the code knows a name of Salesforce's.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from integrations.configuration import BadSetting

OBJECT: Final = "object"
NAME: Final = re.compile(r"[A-Za-z]\w{0,79}", re.ASCII)
# What pays taxes or takes money is not the desk's to read (issue C; handbook, “Partner invoices”).
NEVER: Final = re.compile(r"iban|tax|vat_|_vat|bank|swift", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Fields:
    """One object: its name there, and ours → theirs."""

    object_name: str
    names: Mapping[str, str]


DEFAULTS: Final[Mapping[str, Fields]] = {
    "Account": Fields(
        object_name="Account",
        names={
            "name": "Name",
            "type": "Type",
            "owner": "OwnerId",
            "partner_status": "Partners_Partner_Status__c",
            "partner_type": "Partners_Partner_Type__c",
            "track": "Partner_Track__c",
            "public_sector": "Public_Sector_Partner__c",
            "contracted_territories": "Contracted_Territories__c",
            "signed_contract_date": "Partners_Signed_Contract_Date__c",
            "website": "Website",
            "country": "BillingCountry",
            "subdivision": "BillingState",
            "postal_code": "BillingPostalCode",
            "merged_into": "MasterRecordId",
        },
    ),
    "Contact": Fields(
        object_name="Contact",
        names={
            "account": "AccountId",
            "name": "Name",
            "email": "Email",
            "active": "Active__c",
            "merged_into": "MasterRecordId",
        },
    ),
    "Opportunity": Fields(
        object_name="Opportunity",
        names={
            "name": "Name",
            "number": "Opportunity_Number__c",
            "account": "AccountId",
            "owner": "OwnerId",
            "stage": "StageName",
            "close_date": "CloseDate",
            "amount": "Amount",
            "partner": "ImpartnerPRM__PartnerAccount__c",
            "owner_segment_geo_region_area": "Owner_Segment_Geo_Region_Area__c",
            "stamped_account_sales_territory": "Stamped_Account_Sales_Territory__c",
            "isr": "ISR__c",
            "channel_manager": "Channel_Manager__c",
            "public_sector": "Public_Sector_Opp__c",
        },
    ),
    "Registration": Fields(
        object_name="VartopiaDRS__Registration__c",
        names={
            "deal_id": "VartopiaDRS__Vendor_Deal_ID__c",
            "status": "VartopiaDRS__Status__c",
            "kind": "VartopiaDRS__Picklist_1__c",
            "linked_opportunity": "VartopiaDRS__Opportunity__c",
            "partner": "VartopiaDRS__Partner_Account__c",
            "customer": "VartopiaDRS__Customer_Name__c",
            "channel_manager": "Channel_Manager__c",
            "approved_date": "VartopiaDRS__Approved_Date__c",
        },
    ),
    "Invoice": Fields(
        object_name="Invoice__c",
        names={
            "number": "Name",
            "account": "Account__c",
            "opportunity": "Opportunity__c",
            "date": "Invoice_Date__c",
            "due": "Due_Date__c",
            "amount": "Amount__c",
            "status": "Status__c",
        },
    ),
    "Case": Fields(
        object_name="Case",
        names={
            "type": "Type",
            "subject": "Subject",
            "description": "Description",
            "account": "AccountId",
            "request_id": "PHD_Request_Id__c",
            "number": "CaseNumber",
            "status": "Status",
            "closed": "IsClosed",
        },
    ),
    "Certification": Fields(
        object_name="",  # no default: read only where the map names one
        names={"title": "", "account": "", "contact": "", "passed": "", "expires": ""},
    ),
    "User": Fields(object_name="User", names={"name": "Name", "email": "Email", "active": "IsActive"}),
}
# Read only where the organisation has them.
OPTIONAL: Final = frozenset({("Account", "merged_into"), ("Contact", "merged_into")})
OPTIONAL_OF_CERTIFICATIONS: Final = frozenset({"contact", "passed", "expires"})


def api(object_key: str, name: str) -> str:
    """The API name of one of our fields."""
    return of(object_key).names[name]


def object_name(object_key: str) -> str:
    return of(object_key).object_name


def knows(object_key: str) -> bool:
    """Whether the organisation keeps such records; certifications only where the map says so."""
    return bool(of(object_key).object_name)


def of(object_key: str) -> Fields:
    return everything()[object_key]


def everything() -> Mapping[str, Fields]:
    """All objects as configured; BadSetting with a sentence when the file cannot be used."""
    path: Path | None = settings.SALESFORCE.field_map
    if path is None:
        return DEFAULTS
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as problem:
        words = _("SALESFORCE_FIELD_MAP: %(path)s cannot be read (%(why)s).")
        raise BadSetting(words % {"path": path, "why": problem.strerror or problem}) from None


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> Mapping[str, Fields]:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as problem:
        words = _("SALESFORCE_FIELD_MAP: %(path)s is not TOML: %(why)s.")
        raise BadSetting(words % {"path": path, "why": problem}) from None
    unknown = [key for key in given if key not in DEFAULTS]
    if unknown:
        raise BadSetting(_unknown(unknown[0], list(DEFAULTS), _("the objects")))
    return {key: _merged(key, given.get(key, {})) for key in DEFAULTS}


def _merged(key: str, given: Any) -> Fields:
    default = DEFAULTS[key]
    if not isinstance(given, Mapping):
        words = _("SALESFORCE_FIELD_MAP: write [%(key)s] as a table.")
        raise BadSetting(words % {"key": key})
    for name, value in given.items():
        if name != OBJECT and name not in default.names:
            raise BadSetting(_unknown(f"{key}.{name}", [f"{key}.{one}" for one in default.names], f"[{key}]"))
        if not isinstance(value, str) or not NAME.fullmatch(value):
            words = _("SALESFORCE_FIELD_MAP: %(key)s.%(name)s must be an API name such as Partner_Status__c.")
            raise BadSetting(words % {"key": key, "name": name})
        if NEVER.search(value):
            words = _("SALESFORCE_FIELD_MAP: %(key)s.%(name)s names %(value)s; bank and tax fields are never read.")
            raise BadSetting(words % {"key": key, "name": name, "value": value})
    names = {name: given.get(name, value) for name, value in default.names.items()}
    found = Fields(object_name=given.get(OBJECT, default.object_name), names={n: v for n, v in names.items() if v})
    if key == "Certification":
        _check_certification(found, given)
    return found


def _check_certification(found: Fields, given: Mapping[str, Any]) -> None:
    needed = DEFAULTS["Certification"].names.keys() - OPTIONAL_OF_CERTIFICATIONS
    missing = sorted(needed - found.names.keys()) if given else []
    if given and (missing or not found.object_name):
        words = _("SALESFORCE_FIELD_MAP: [Certification] needs %(names)s.")
        raise BadSetting(words % {"names": ", ".join([*missing, *([] if found.object_name else [OBJECT])])})


def _unknown(name: str, known: list[str], where: str) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    hint = (
        _("Did you mean %(near)s?") % {"near": near[0]}
        if near
        else _("Known are: %(all)s.") % {"all": ", ".join(one.rpartition(".")[2] for one in known)}
    )
    words = _("SALESFORCE_FIELD_MAP: %(name)s is not one of %(where)s. %(hint)s")
    return words % {"name": name, "where": where, "hint": hint}

"""The names of objects and fields as most organisations have them: the defaults of contract §7."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


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
            "won": "IsWon",
            "closed": "IsClosed",
            "distributor": "Distributor__c",
            "net_arr": "Net_ARR__c",
        },
    ),
    "Quote": Fields(
        object_name="Quote",
        names={"number": "QuoteNumber", "name": "Name", "opportunity": "OpportunityId"},
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
            "currency": "CurrencyIsoCode",
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
OPTIONAL: Final = frozenset({
    ("Account", "merged_into"), ("Contact", "merged_into"), ("Opportunity", "distributor"),
    ("Opportunity", "net_arr"),  # of new and renewed licences, for a year; the amount may be of several
    ("Invoice", "currency"),  # only where there are several
})  # fmt: skip
OPTIONAL_OBJECTS: Final = frozenset({"Quote"})
OPTIONAL_OF_CERTIFICATIONS: Final = frozenset({"contact", "passed", "expires"})

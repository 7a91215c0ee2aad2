"""`describe`: objects and fields as the vendor shows them to programs."""

from __future__ import annotations

from typing import Any

from sandbox.salesforce.objects import OBJECTS
from sandbox.salesforce.schema import Field, SObject

SOAP = {
    "boolean": "xsd:boolean",
    "currency": "xsd:double",
    "double": "xsd:double",
    "int": "xsd:int",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "id": "tns:ID",
    "reference": "tns:ID",
    "base64": "xsd:base64Binary",
}
UNSORTED = {"multipicklist", "base64"}
NOT_DELETED = {"User"}


def everything(base: str) -> dict[str, Any]:
    return {"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": [summary(one, base) for one in OBJECTS.values()]}


def basic(sobject: SObject, base: str) -> dict[str, Any]:
    return {"objectDescribe": summary(sobject, base), "recentItems": []}


def whole(sobject: SObject, base: str) -> dict[str, Any]:
    return {**summary(sobject, base), "fields": [described(one) for one in sobject.fields], "recordTypeInfos": []}


def summary(sobject: SObject, base: str) -> dict[str, Any]:
    address = f"{base}/sobjects/{sobject.name}"
    return {
        "name": sobject.name,
        "label": sobject.label,
        "labelPlural": sobject.plural,
        "keyPrefix": sobject.prefix,
        "custom": sobject.name.endswith("__c"),
        "queryable": True,
        "createable": True,
        "updateable": True,
        "deletable": sobject.name not in NOT_DELETED,
        "mergeable": sobject.name in {"Account", "Contact"},
        "urls": {"sobject": address, "describe": f"{address}/describe", "rowTemplate": f"{address}/{{ID}}"},
    }


def described(one: Field) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "type": one.type,
        "soapType": SOAP.get(one.type, "xsd:string"),
        "length": 0 if one.type in SOAP and one.type not in {"id", "reference"} else one.length,
        "custom": one.custom,
        "createable": one.create,
        "updateable": one.update,
        "nillable": not one.required and one.type not in {"id", "boolean"},
        "filterable": one.filter,
        "sortable": one.filter and one.type not in UNSORTED,
        "calculated": False,
        "externalId": one.external,
        "idLookup": one.external or one.type == "id",
        "unique": one.unique,
        "caseSensitive": False,
        "restrictedPicklist": one.restricted,
        "defaultValue": one.default,
        "defaultedOnCreate": one.default is not None or one.name == "OwnerId",
        "picklistValues": [picklist(value, one) for value in one.values],
        "referenceTo": [one.to] if one.to else [],
        "relationshipName": one.relationship or None,
    }


def picklist(value: str, one: Field) -> dict[str, Any]:
    return {"active": True, "defaultValue": value == one.default, "label": value, "validFor": None, "value": value}

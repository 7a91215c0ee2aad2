"""What the vendor refuses to write, in its words."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from sandbox.salesforce import ids, objects
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.store import Row, Store, written

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
WON = "Closed-Won"
Kind = TypeVar("Kind", bool, str)


def for_create(store: Store, sobject: SObject, given: Mapping[str, Any]) -> Row:
    values = checked(store, sobject, given, creating=True)
    missing = [one.name for one in sobject.fields if one.required and values.get(one.name) in {None, ""}]
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise Problem("REQUIRED_FIELD_MISSING", message, fields=missing)
    unique(store, sobject, values, identity="")
    return values


def for_update(store: Store, sobject: SObject, given: Mapping[str, Any], *, row: Row) -> Row:
    values = checked(store, sobject, given, creating=False)
    missing = [one.name for one in sobject.fields if one.required and values.get(one.name, "kept") in {None, ""}]
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise Problem("REQUIRED_FIELD_MISSING", message, fields=missing)
    unique(store, sobject, values, identity=row["Id"])
    won_from_approved(sobject, values, row=row)
    return values


def checked(store: Store, sobject: SObject, given: Mapping[str, Any], *, creating: bool) -> Row:
    """The values as columns keep them."""
    values: Row = {}
    for name, value in given.items():
        if name == "attributes":
            continue
        field = sobject.field(name)
        if field is None:
            raise Problem("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
        if not (field.create if creating else field.update):
            raise Problem(
                "INVALID_FIELD_FOR_INSERT_UPDATE",
                f"Unable to create/update fields: {field.name}. Please check the security settings of this field and "
                "verify that it is read/write for your profile or permission set.",
                fields=[field.name],
            )
        values[field.name] = None if value in (None, "") else fitting(store, sobject, field, value)
        if field.type == "boolean" and values[field.name] is None:
            values[field.name] = 0
    return values


def fitting(store: Store, sobject: SObject, field: Field, value: Any) -> Any:
    if field.type == "boolean":
        return int(of_type(field, value, bool))
    if field.type in {"currency", "double", "int"}:
        return number(field, value)
    text = of_type(field, value, str)
    if field.type in {"date", "datetime"}:
        return moment(field, text)
    if field.type == "base64":
        decoded(text)
        return text
    if field.type == "reference":
        return reference(store, sobject, field, text)
    return worded(field, text)


def of_type(field: Field, value: Any, kind: type[Kind]) -> Kind:
    if not isinstance(value, kind):
        raise unreadable(field, value)
    return value


def unreadable(field: Field, value: object) -> Problem:
    kind = {bool: "VALUE_TRUE", int: "VALUE_NUMBER_INT", float: "VALUE_NUMBER_FLOAT", str: "VALUE_STRING"}
    said = kind.get(type(value), "START_OBJECT")
    return Problem("JSON_PARSER_ERROR", f"Cannot deserialize instance of {field.type} from {said} value {value}")


def number(field: Field, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise unreadable(field, value)
    try:
        return float(value)
    except ValueError as problem:
        raise unreadable(field, value) from problem


def moment(field: Field, text: str) -> str:
    try:
        if field.type == "date":
            return date.fromisoformat(text[:10]).isoformat()
        return written(datetime.fromisoformat(text))
    except ValueError as problem:
        raise unreadable(field, text) from problem


def decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as problem:
        raise Problem("JSON_PARSER_ERROR", "Cannot deserialize instance of base64: not base64") from problem


def worded(field: Field, text: str) -> str:
    if len(text) > field.length:
        raise Problem(
            "STRING_TOO_LONG",
            f"{field.label}: data value too large: {text[:40]} (max length={field.length})",
            fields=[field.name],
        )
    if field.type == "email" and not EMAIL.fullmatch(text):
        raise Problem("INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {text}", fields=[field.name])
    if field.restricted:
        chosen = text.split(";") if field.type == "multipicklist" else [text]
        for one in chosen:
            if one not in field.values:
                raise Problem(
                    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                    f"{field.label}: bad value for restricted picklist field: {one}",
                    fields=[field.name],
                )
        return ";".join(sorted(set(chosen), key=field.values.index))
    return text


def reference(store: Store, sobject: SObject, field: Field, text: str) -> str:
    """The whole id of a row that is there, of the right kind and, as an owner, at work."""
    identity = ids.full(text)
    target = objects.BY_PREFIX.get(identity[:3])
    if target is None or (field.to and target.name != field.to):
        message = f"{field.label}: id value of incorrect type: {text}"
        raise Problem("MALFORMED_ID", message, fields=[field.name])
    row = store.one(target, identity)
    if row is None or row["IsDeleted"]:
        code = "INVALID_CROSS_REFERENCE_KEY" if row is None else "ENTITY_IS_DELETED"
        raise Problem(code, "invalid cross reference id" if row is None else "entity is deleted", fields=[field.name])
    if field.name == "OwnerId" and not row["IsActive"]:
        message = f"operation performed with inactive user [{identity}] as owner of {sobject.label.lower()}"
        raise Problem("INACTIVE_OWNER_OR_USER", message, fields=[])
    return identity


def unique(store: Store, sobject: SObject, values: Row, *, identity: str) -> None:
    for field in sobject.fields:
        value = values.get(field.name)
        if not field.unique or value is None:
            continue
        sql = f'SELECT Id FROM "{sobject.name}" WHERE fold("{field.name}") = ? AND Id != ? AND IsDeleted = 0'  # noqa: S608 - names of our schema
        found = store.rows(sql, [value.casefold(), identity])
        if found:
            message = f"duplicate value found: {field.name} duplicates value on record with id: {found[0][0]}"
            raise Problem("DUPLICATE_VALUE", message, fields=[])


def won_from_approved(sobject: SObject, values: Row, *, row: Row) -> None:
    """The organisation's validation rule: only an approved registration is won."""
    name = "VartopiaDRS__Status__c"
    if sobject is not objects.REGISTRATION or values.get(name) != WON:
        return
    if row[name] not in {"Approved", WON}:
        message = f"Only an approved registration can be Closed-Won; this one is {row[name]}."
        raise Problem("FIELD_CUSTOM_VALIDATION_EXCEPTION", message, fields=[name])

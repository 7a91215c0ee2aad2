"""Questions to Salesforce: our names in, values only through the library's formatting, our names out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from simple_salesforce.format import format_soql

from integrations.errors import VendorError
from integrations.salesforce import fields, ids, optional
from integrations.salesforce.client import client
from integrations.salesforce.making import moment
from integrations.salesforce.shapes import Row

CHUNK: Final = 200  # ids in one question: its address must stay under 16,384 bytes
REFERENCES: Final = frozenset(
    {"owner", "account", "contact", "opportunity", "linked_opportunity", "partner", "distributor", "merged_into"}
)
PEOPLE: Final = frozenset({"isr", "channel_manager"})  # a user here, a name in a text elsewhere
# Of related records, what a person reads: by our reference, then what stands there in names of `fields`.
RELATED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "Account": {"owner_name": ("owner", "User.name"), "owner_email": ("owner", "User.email")},
    "Opportunity": {
        "owner_name": ("owner", "User.name"),
        "customer_name": ("account", "Account.name"),
        "partner_name": ("partner", "Account.name"),
        "distributor_name": ("distributor", "Account.name"),
    },
    "Registration": {
        "partner_name": ("partner", "Account.name"),
        "opportunity_name": ("linked_opportunity", "Opportunity.name"),
        "opportunity_number": ("linked_opportunity", "Opportunity.number"),
        "opportunity_close_date": ("linked_opportunity", "Opportunity.close_date"),
        "opportunity_stage": ("linked_opportunity", "Opportunity.stage"),
        "opportunity_won": ("linked_opportunity", "Opportunity.won"),
        "opportunity_amount": ("linked_opportunity", "Opportunity.amount"),
    },
    "Invoice": {
        "account_name": ("account", "Account.name"),
        "opportunity_name": ("opportunity", "Opportunity.name"),
        "opportunity_close_date": ("opportunity", "Opportunity.close_date"),
        "opportunity_won": ("opportunity", "Opportunity.won"),
        "customer_name": ("opportunity", "Opportunity.account", "Account.name"),
        "partner": ("opportunity", "Opportunity.partner"),
        "partner_name": ("opportunity", "Opportunity.partner", "Account.name"),
    },
}
# Of these a person asks who changed them last.
WATCHED: Final = frozenset({"Account", "Registration"})
SYSTEM: Final = ("Id", "SystemModstamp", "IsDeleted")
LOCATOR_GONE: Final = "INVALID_QUERY_LOCATOR"


def select(object_key: str, condition: str = "", *values: Any, tail: str = "", deleted: bool = False) -> list[Row]:
    """All rows that meet `condition`, written in names of `fields.api`, in which `{}` stands for a value."""
    return [row for page in pages(object_key, condition, *values, tail=tail, deleted=deleted) for row in page]


def pages(
    object_key: str, condition: str = "", *values: Any, tail: str = "", deleted: bool = False
) -> Iterator[list[Row]]:
    """Page by page to the end."""
    known = names(object_key)
    columns = ", ".join(dict.fromkeys([*SYSTEM, *known.values()]))
    where = f" WHERE {condition}" if condition else ""
    template = f"SELECT {columns} FROM {fields.object_name(object_key)}{where}{tail}"  # noqa: S608 - checked names; values follow
    asking = client()
    page = asking.query(format_soql(template, *values), about=object_key, deleted=deleted)
    while True:
        yield [row(record, known) for record in page["records"]]
        if page["done"]:
            return
        page = asking.more(page["nextRecordsUrl"], about=object_key)


def among(object_key: str, name: str, wanted: Sequence[str], *, tail: str = "") -> Iterator[list[Row]]:
    """Rows whose reference `name` is one of these ids, chunk by chunk."""
    full = sorted({ids.full_id(one) for one in wanted if ids.is_id(one)})
    column = "Id" if name == "id" else fields.api(object_key, name)
    for start in range(0, len(full), CHUNK):
        yield from pages(object_key, f"{column} IN {{}}", full[start : start + CHUNK], tail=tail)


def count(object_key: str, condition: str = "", *values: Any) -> int:
    where = f" WHERE {condition}" if condition else ""
    template = f"SELECT COUNT() FROM {fields.object_name(object_key)}{where}"  # noqa: S608 - checked names; values follow
    return int(client().query(format_soql(template, *values), about=object_key).get("totalSize") or 0)


def literal(question: str, *values: Any, about: str) -> list[dict[str, Any]]:
    """Records of objects whose names are the same everywhere, as Salesforce sends them; to the end."""
    asking = client()
    page = asking.query(format_soql(question, *values), about=about)
    found = list(page["records"])
    while not page["done"]:
        page = asking.more(page["nextRecordsUrl"], about=about)
        found += page["records"]
    return found


def names(object_key: str) -> dict[str, str]:
    """Ours → theirs, as far as the organisation has them, with `RELATED` and who changed it last."""
    found = dict(fields.of(object_key).names)
    for name in list(found):
        if (object_key, name) in fields.OPTIONAL and not optional.has(object_key, name):
            del found[name]
    related = {name: _path(found, steps) for name, steps in RELATED.get(object_key, {}).items() if steps[0] in found}
    if object_key in WATCHED:
        related |= {"modified_by": "LastModifiedBy.Name", "modified_by_id": "LastModifiedById"}
    return found | related


def _path(known: Mapping[str, str], steps: Sequence[str]) -> str:
    """`("opportunity", "Opportunity.account", "Account.name")` → `Opportunity__r.Account.Name`."""
    first, *further = steps
    theirs = [known[first], *(fields.api(*step.split(".")) for step in further)]
    return ".".join([*(relationship(one) for one in theirs[:-1]), theirs[-1]])


def relationship(reference: str) -> str:
    """The way from a reference to its record: `OwnerId` → `Owner`, `Account__c` → `Account__r`."""
    return reference[:-1] + "r" if reference.endswith("__c") else reference.removesuffix("Id")


def row(record: dict[str, Any], known: dict[str, str]) -> Row:
    """A record by our names, with `id`, `modified` and `deleted`."""
    found: Row = {name: _at(record, path) for name, path in known.items()}
    for name in REFERENCES & found.keys():
        found[name] = full_or_nothing(found[name])
    for name in PEOPLE & found.keys():
        found[name] = full_or_nothing(found[name]) or str(found[name] or "")
    found["id"] = full_or_nothing(record.get("Id")) or str(record.get("Id") or "")
    found["modified"] = moment(record.get("SystemModstamp"))
    found["deleted"] = record.get("IsDeleted") is True
    return found


def full_or_nothing(value: Any) -> str:
    return ids.full_id(str(value)) if value and ids.is_id(str(value)) else ""


def is_gone(problem: VendorError) -> bool:
    """The pages of a query are kept for a while only; it must be asked anew."""
    return problem.code == LOCATOR_GONE


def _at(record: Any, path: str) -> Any:
    """Related records come nested, and are None where there is none."""
    for name in path.split("."):
        record = record.get(name) if isinstance(record, dict) else None
    return record

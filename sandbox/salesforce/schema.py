"""What objects and fields are: enough of the vendor's `describe` for checks, queries and pages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

COLUMNS = {"boolean": "INTEGER NOT NULL DEFAULT 0", "int": "INTEGER", "double": "REAL", "currency": "REAL"}


@dataclass(frozen=True, kw_only=True)
class Field:
    """`to` names the object a reference leads to, `relationship` how queries say it."""

    name: str
    label: str
    type: str = "string"
    length: int = 255
    required: bool = False
    create: bool = True
    update: bool = True
    filter: bool = True
    values: tuple[str, ...] = ()
    restricted: bool = False
    default: str | bool | None = None
    to: str = ""
    relationship: str = ""
    external: bool = False
    unique: bool = False

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def column(self) -> str:
        return f'"{self.name}" {COLUMNS.get(self.type, "TEXT")}'


@dataclass(frozen=True, kw_only=True, eq=False)
class SObject:
    name: str
    label: str
    plural: str
    prefix: str
    fields: tuple[Field, ...]
    by_name: dict[str, Field] = field(init=False, repr=False)
    by_relationship: dict[str, Field] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {one.name.lower(): one for one in self.fields})
        relations = {one.relationship.lower(): one for one in self.fields if one.relationship}
        object.__setattr__(self, "by_relationship", relations)

    def field(self, name: str) -> Field | None:
        return self.by_name.get(name.lower())

    def has(self, name: str) -> bool:
        return name.lower() in self.by_name


def text(name: str, label: str, length: int = 255, *, required: bool = False) -> Field:
    return Field(name=name, label=label, length=length, required=required)


def long_text(name: str, label: str) -> Field:
    """Cannot be filtered by."""
    return Field(name=name, label=label, type="textarea", length=32000, filter=False)


def typed(name: str, label: str, kind: str, *, required: bool = False) -> Field:
    return Field(name=name, label=label, type=kind, required=required)


def flag(name: str, label: str, *, default: bool = False) -> Field:
    return Field(name=name, label=label, type="boolean", default=default)


def choice(name: str, label: str, *values: str, default: str | None = None, restricted: bool = True) -> Field:
    return Field(name=name, label=label, type="picklist", values=values, restricted=restricted, default=default)


def ref(name: str, label: str, to: str, *, required: bool = False) -> Field:
    """`OwnerId` is asked for as `Owner.Name`, `Account__c` as `Account__r.Name`."""
    relationship = f"{name[:-3]}__r" if name.endswith("__c") else name.removesuffix("Id")
    return Field(
        name=name, label=label, type="reference", length=18, to=to, relationship=relationship, required=required
    )


def external(name: str, label: str, *, unique: bool) -> Field:
    return Field(name=name, label=label, external=True, unique=unique)


def fixed(one: Field) -> Field:
    """The vendor fills it; nobody writes it."""
    return replace(one, create=False, update=False)


def once(one: Field) -> Field:
    """Written when the row is made, never after."""
    return replace(one, update=False)

"""What becomes of a query: the columns to read, the tables that its paths lead through, and values for the marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce import objects
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.store import Clock


@dataclass(frozen=True)
class Column:
    """`path` is how the answer nests it: names of relationships, then the field's."""

    path: tuple[str, ...]
    alias: str
    field: Field
    sobject: SObject


@dataclass
class Plan:
    """`joins` by the path that leads there; alias `t` is the object itself."""

    sobject: SObject
    clock: Clock
    joins: dict[tuple[str, ...], tuple[str, SObject]] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    where: str = ""
    tail: str = ""

    @property
    def source(self) -> str:
        return " ".join([f'"{self.sobject.name}" t', *self.tables])

    def column(self, path: str) -> Column:
        """Leads from relationship to relationship, joining what is not joined yet."""
        alias, sobject, taken = "t", self.sobject, tuple[str, ...]()
        *relations, name = path.split(".")
        if relations and relations[0].lower() == sobject.name.lower():
            relations = relations[1:]
        for relation in relations:
            alias, sobject, taken = self.joined(alias, sobject, taken, relation)
        found = sobject.field(name)
        if found is None:
            raise no_such_column(name, sobject)
        return Column((*taken, found.name), alias, found, sobject)

    def joined(
        self, alias: str, sobject: SObject, taken: tuple[str, ...], relation: str
    ) -> tuple[str, SObject, tuple[str, ...]]:
        via = sobject.by_relationship.get(relation.lower())
        if via is None or not via.to:
            raise Problem(
                "INVALID_FIELD",
                f"Didn't understand relationship '{relation}' in field path. If you are attempting to use a custom "
                "relationship, be sure to append the '__r' after the custom relationship name.",
            )
        path = (*taken, via.relationship)
        if path not in self.joins:
            target, name = objects.OBJECTS[via.to], f"j{len(self.joins)}"
            self.joins[path] = name, target
            self.tables.append(f'LEFT JOIN "{target.name}" {name} ON {name}.Id = {alias}."{via.name}"')
        return *self.joins[path], path


def invalid(sentence: str) -> Problem:
    return Problem("INVALID_FIELD", sentence)


def no_such_column(name: str, sobject: SObject) -> Problem:
    return invalid(
        f"No such column '{name}' on entity '{sobject.name}'. If you are attempting to use a custom field, be sure to "
        "append the '__c' after the custom field name. Reference your WSDL or the describe call for the names."
    )

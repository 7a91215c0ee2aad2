"""The account, its people, templates, PowerForms and first envelopes: `sandbox/data/docusign.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SEED = Path(__file__).parent.parent / "data" / "docusign.toml"
PAST = SEED.with_name("docusign-past.toml")  # a year of letters: only where somebody asks for it


@dataclass(frozen=True, kw_only=True)
class Person:
    """A user of the account."""

    id: str
    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Role:
    """A place in a template. `kind`: partner (fills the fields), approver, signer, copy."""

    name: str
    kind: str
    order: int
    person: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class Template:
    """`pause_before` is the routing order its workflow stops at; 0: it never stops."""

    id: str
    name: str
    subject: str
    blurb: str
    pause_before: int
    roles: tuple[Role, ...]


@dataclass(frozen=True, kw_only=True)
class PowerForm:
    """An address where anybody starts an envelope from a template."""

    id: str
    name: str
    words: str
    template: Template
    sender: Person


@dataclass(frozen=True, kw_only=True)
class Seed:
    account_id: str
    account_name: str
    integration_keys: tuple[str, ...]
    users: tuple[Person, ...]
    templates: tuple[Template, ...]
    powerforms: tuple[PowerForm, ...]
    envelopes: tuple[dict[str, Any], ...]

    def user(self, identifier: str) -> Person | None:
        return next((one for one in self.users if one.id == identifier.lower()), None)

    def template(self, identifier: str) -> Template | None:
        return next((one for one in self.templates if one.id == identifier.lower()), None)

    def powerform(self, identifier: str) -> PowerForm | None:
        return next((one for one in self.powerforms if one.id == identifier.lower()), None)


def load(*, past: bool = False) -> Seed:
    raw = tomllib.loads(SEED.read_text(encoding="utf-8"))
    more = tomllib.loads(PAST.read_text(encoding="utf-8"))["envelope"] if past else []
    users = tuple(Person(**one) for one in raw["user"])
    templates = tuple(template(one) for one in raw["template"])
    by_id, by_user = {one.id: one for one in templates}, {one.id: one for one in users}
    forms = tuple(
        PowerForm(**{**one, "template": by_id[one["template"]], "sender": by_user[one["sender"]]})
        for one in raw["powerform"]
    )
    return Seed(
        account_id=raw["account"]["id"],
        account_name=raw["account"]["name"],
        integration_keys=tuple(raw["account"]["integration_keys"]),
        users=users,
        templates=templates,
        powerforms=forms,
        envelopes=(*raw["envelope"], *more),
    )


def template(raw: dict[str, Any]) -> Template:
    return Template(**{**raw, "roles": tuple(Role(**one) for one in raw["roles"])})

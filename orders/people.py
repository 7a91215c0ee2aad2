"""Who at our side is told of a request: the seller, the ISR and the channel manager of the *opportunity* (decision 35).

The manager is who the rules name for the opportunity, not who owns the account (handbook, “Channel Manager Opportunity
Ownership”). Nobody is guessed: where the rules are not sure, the person is left out and the problem said.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from integrations.salesforce.shapes import OpportunityRef
from people.models import ChannelManager
from routing import owners
from routing.owners import Deal, Found

Role = Literal["seller", "isr", "manager", "stand_in", "order_ops"]


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody for Cc; without an address, or `out`, nobody is written to, and `problem` says why."""

    role: Role
    name: str
    address: str = ""
    problem: str = ""
    why: str = ""  # by which rule, or from which field
    out: bool = False

    @property
    def reachable(self) -> bool:
        return bool(self.address) and not self.out

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, row: dict[str, Any]) -> Person:
        known = {name: row[name] for name in cls.__dataclass_fields__ if name in row}
        return cls(**known)


def of_opportunity(one: OpportunityRef) -> tuple[Person, ...]:
    """Seller, ISR, manager and who stands in for the manager; reads our rules, asks nobody."""
    found = (_seller(one), *_isr(one), *_manager(one))
    return tuple(_each_once(found))


def kept(rows: Sequence[dict[str, Any]]) -> tuple[Person, ...]:
    """As `OrderRequest.people` holds them."""
    return tuple(Person.of_json(row) for row in rows)


def of_role(people: Iterable[Person], role: Role) -> Person | None:
    return next((one for one in people if one.role == role), None)


def role_in_words(role: str) -> str:
    return _ROLES[role]() if role in _ROLES else role


def address_of(manager: ChannelManager) -> str:
    """Where they sign in, else the address Salesforce has."""
    user = manager.user
    return user.email if user is not None and user.is_active else manager.salesforce_email


def _seller(one: OpportunityRef) -> Person:
    source, who = _("Owner of the opportunity in Salesforce"), one.owner_name or _("the owner")
    if not one.owner_active:
        problem = _("%(name)s cannot sign in to Salesforce any more. Ask their manager who has the opportunity now.")
        words = problem % {"name": who}
        return Person(role="seller", name=one.owner_name, address=one.owner_email, problem=words, why=source, out=True)
    if one.owner_email:
        return Person(role="seller", name=one.owner_name, address=one.owner_email, why=source)
    problem = _("Salesforce has no e-mail address of %(name)s.") % {"name": who}
    return Person(role="seller", name=one.owner_name, problem=problem, why=source)


def _isr(one: OpportunityRef) -> Iterable[Person]:
    """Not every opportunity has one."""
    if not one.isr_name and not one.isr_email:
        return
    source, who = _("ISR of the opportunity in Salesforce"), one.isr_name or one.isr_email
    if not one.isr_active:
        problem = _("%(name)s cannot sign in to Salesforce any more, and is left out.") % {"name": who}
        yield Person(role="isr", name=who, address=one.isr_email, problem=problem, why=source, out=True)
    elif not one.isr_email:
        problem = _("Salesforce has no e-mail address of %(name)s.") % {"name": who}
        yield Person(role="isr", name=who, problem=problem, why=source)
    else:
        yield Person(role="isr", name=who, address=one.isr_email, why=source)


def _manager(one: OpportunityRef) -> Iterable[Person]:
    found = owners.opportunity_owner(
        Deal(
            partner=one.partner,
            segment=one.owner_segment_geo_region_area,
            territory=one.stamped_account_sales_territory,
            public_sector=one.public_sector,
        )
    )
    if found.manager is None:
        yield _of_salesforce(one, found)
        return
    yield _of_rules(found.manager, one, found)
    if found.stand_in is not None and found.stand_in != found.manager:
        words = _("%(name)s is away and %(other)s stands in.") % {"name": found.manager, "other": found.stand_in}
        yield Person(role="stand_in", name=found.stand_in.name, address=address_of(found.stand_in), why=words)


def _of_rules(manager: ChannelManager, one: OpportunityRef, found: Found) -> Person:
    """Who has left is named by no rule any more."""
    address, problem = address_of(manager), ""
    if not address:
        problem = _("We have no e-mail address of %(name)s.")
    elif one.channel_manager_name and one.channel_manager_name.casefold() != manager.name.casefold():
        problem = _("Salesforce has %(other)s on the opportunity; the rules name %(name)s.")
    words = problem % {"name": manager.name, "other": one.channel_manager_name} if problem else ""
    return Person(role="manager", name=manager.name, address=address, problem=words, why=found.sentence())


def _of_salesforce(one: OpportunityRef, found: Found) -> Person:
    """The rules are not sure: whom the opportunity itself names is an answer, a list of candidates is none."""
    if found.outcome == owners.UNASSIGNED and one.channel_manager_name and one.channel_manager_email:
        problem = _("No rule names a channel manager; %(name)s stands on the opportunity in Salesforce.")
        words = problem % {"name": one.channel_manager_name}
        return Person(
            role="manager", name=one.channel_manager_name, address=one.channel_manager_email, problem=words,
            why=found.sentence(),
        )  # fmt: skip
    return Person(role="manager", name="", problem=found.sentence())


def _each_once(found: Iterable[Person]) -> Iterable[Person]:
    """One person in two roles is written to once, in the first."""
    taken = set[str]()
    for one in found:
        address = one.address.strip().lower()
        if address and address in taken:
            continue
        taken.add(address)
        yield one


_ROLES: Final = {
    "seller": lambda: _("seller"),
    "isr": lambda: _("ISR"),
    "manager": lambda: _("channel manager"),
    "stand_in": lambda: _("stands in for the channel manager"),
    "order_ops": lambda: _("Order Operations"),
}

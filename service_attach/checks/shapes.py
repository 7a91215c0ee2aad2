"""What a check is, what is known when they are made, and what all of them together propose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final, Literal

from django.utils.translation import gettext_lazy as _

from integrations.salesforce import ids
from service_attach.finding import Found
from service_attach.registrations import Licence, Registration

Verdict = Literal["met", "missing", "unknown", "note"]
Proposal = Literal["go", "look", "stop"]
SALESFORCE: Final = "Salesforce"
OF_THEIR_OWN: Final = frozenset({"sender", "signed", "document"})  # nothing of the registration is in these
TITLES: Final = {
    "deal_id": _("Deal ID"),
    "kind": _("Type"),
    "status": _("Status"),
    "free": _("One proof for it"),
    "partner": _("Partner"),
    "customer": _("Customer"),
    "sender": _("Sender"),
    "opportunity": _("Linked opportunity"),
    "beside": _("Other registrations there"),
    "signed": _("Signature"),
    "window": _("Six months around the deal"),
    "approval": _("Age of the deal at approval"),
    "document": _("Document"),
    "reused": _("Used once"),
    "excluded": _("Kind of service"),
    "manager": _("Channel manager"),
}


@dataclass(frozen=True, kw_only=True)
class Check:
    """One line: what was looked at and what it said.

    `missing` speaks against it; where it `blocks`, nothing is written whatever anybody says, else a person may decide
    otherwise with a reason. `unknown` wants a look, `note` is only said. `problem` is the sentence for the partner.
    """

    slug: str
    verdict: Verdict
    words: str
    value: str = ""
    how: str = ""
    source: str = SALESFORCE
    link: str = ""
    blocks: bool = False
    problem: str = ""
    way_on: str = ""
    meant: str = ""  # the Deal ID that it may be instead

    @property
    def title(self) -> str:
        return str(TITLES.get(self.slug, self.slug))

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "title": self.title}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Check:
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Another proof with the same content in a document, or for the same registration."""

    ticket: str
    deal_id: str
    document: str = ""
    settled: bool = False  # written or being written
    same_registration: bool = False
    same_partner: bool = False  # as this proof's


@dataclass(frozen=True, kw_only=True)
class Known:
    """All that the checks look at; nothing is asked while they are made."""

    found: Found
    partner_name: str = ""
    customer_name: str = ""
    signed: bool | None = None
    signed_on: date | None = None
    services_start: date | None = None
    services_end: date | None = None
    sender_id: str = ""  # the account of the ticket's partner, at Salesforce
    sender_name: str = ""
    other_names: Sequence[str] = ()  # by which people call the registration's partner
    documents: int = 0
    excluded: Sequence[tuple[str, str]] = ()  # a kind of service that does not count, and the words that say so
    elsewhere: Sequence[Elsewhere] = ()
    ours: bool = False  # this proof has closed the registration itself

    @property
    def registration(self) -> Registration | None:
        return self.found.registration

    @property
    def licence(self) -> Licence | None:
        return self.found.licence

    @property
    def is_theirs(self) -> bool:
        """Whether the registration is surely the asker's: only they may hear what stands in it."""
        return self.registration is not None and ids.same_id(self.sender_id, self.registration.partner_id)


def proposal(checks: Sequence[Check]) -> Proposal:
    """Go on where all is met; stop where anything speaks against it; else a person looks."""
    verdicts = {one.verdict for one in checks}
    return "stop" if "missing" in verdicts else "look" if "unknown" in verdicts else "go"


def against(checks: Sequence[Check]) -> list[Check]:
    return [one for one in checks if one.verdict == "missing"]


def for_partner(checks: Sequence[Check]) -> list[Check]:
    """What speaks against it, as whoever sent it may hear it: of another partner's registration only that it is one."""
    found = against(checks)
    foreign = any(one.slug == "sender" for one in found)
    return [one for one in found if one.slug in OF_THEIR_OWN] if foreign else found


def blocking(checks: Sequence[Check]) -> list[Check]:
    return [one for one in against(checks) if one.blocks]

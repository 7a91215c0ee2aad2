"""How a ticket and its partner hang together: why this one, who else it might be, what a choice can be kept for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from journal.models import Event
from partners import clues, domains, matching
from partners.clues import Clue, Kind
from partners.matching import Candidate, Evidence
from partners.models import Account, Contact
from tickets import companies
from tickets.models import Ticket


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """For whom a choice may be remembered; where a domain may not, the reason."""

    person: str = ""
    domain: str = ""
    not_domain: str = ""
    company: str = ""

    @property
    def shown_domain(self) -> str:
        return domains.as_read(self.domain)


@dataclass(frozen=True, kw_only=True)
class Link:
    """The partner card's first lines; without an account `candidates` says who it might be."""

    account: Account | None
    survivor: Account | None = None
    score: int = 0
    evidence: Sequence[Evidence] = ()
    candidates: Sequence[Candidate] = ()
    chosen: Event | None = None
    keeping: Keeping

    @property
    def is_gone(self) -> bool:
        """Salesforce has deleted the account, or merged it into another one."""
        return self.account is not None and (
            self.account.deleted is not None or self.account.merged_into_id is not None
        )


def read(ticket: Ticket, events: Sequence[Event]) -> Link:
    """One statement where the partner is known, at most four where not."""
    contact, company = ticket.requester, companies.typed(ticket.fields)
    said = clues.of_address(contact.email)
    keeping = _keeping(contact, said.clues, company)
    chosen = _chosen(events)
    account = ticket.partner
    if account is None:
        found = matching.match_of(said, email=contact.email, company=company)
        return Link(account=None, candidates=found.candidates, chosen=chosen, keeping=keeping)
    speaking = [one for one in (*said.clues, *clues.of_one_name(account, company)) if one.account == account.pk]
    candidate = matching.candidate(account, speaking) if speaking else None
    return Link(
        account=account,
        survivor=matching.survivor_of(account),
        score=candidate.score if candidate else 0,
        evidence=candidate.evidence if candidate else (),
        chosen=chosen,
        keeping=keeping,
    )


def candidates_of(ticket: Ticket) -> Sequence[Candidate]:
    """Everybody the sender or the typed company may belong to, the ticket's own partner left out."""
    found = matching.match(email=ticket.requester.email, company=companies.typed(ticket.fields))
    return [one for one in found.candidates if one.account.pk != ticket.partner_id]


def _keeping(contact: Contact, speaking: Sequence[Clue], company: str) -> Keeping:
    if domains.is_nobodys(contact.email):
        return Keeping(company=company)
    domain = domains.domain_of(contact.email)
    refused = domains.why_not(domain) or (matching.shared_words(domain) if _is_shared(speaking, domain) else "")
    return Keeping(
        person=contact.email, domain="" if refused else domain, not_domain=refused if domain else "", company=company
    )


def _is_shared(speaking: Sequence[Clue], domain: str) -> bool:
    """What `matching.why_not_domain` would say, from what has been read already."""
    sites = {one.account for one in speaking if one.kind == Kind.WEBSITE and one.what == domain}
    people = {one.account for one in speaking if one.kind == Kind.PEOPLE and one.what == domain and one.count > 1}
    return len(sites) > 1 or len(people) > 1


def _chosen(events: Sequence[Event]) -> Event | None:
    """The event by which somebody set the partner; None when the desk found it by itself."""
    said = next((one for one in reversed(events) if "partner" in one.after), None)
    return said if said is not None and said.actor_id is not None and said.verb != "opened" else None

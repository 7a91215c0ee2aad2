"""Who in an export may be another company's: accounts of one name leak people into each other, with home addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from django.utils.translation import gettext as _

from certification.export.converting import Summary
from certification.export.people import Person
from certification.export.whose import Known, known_of
from partners import domains
from partners.models import Account

FEWEST: Final = 2  # people at a domain, before it may be the company's because most are there


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """A row of the table (`Person.row`) that looks like somebody else's, and why, in a sentence."""

    line: int
    name: str
    email: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Looked:
    """`strangers` must be decided before anything is sent; `remarks` are sentences beside them."""

    own: frozenset[str]
    strangers: tuple[Stranger, ...] = ()
    remarks: tuple[str, ...] = ()


def look(summary: Summary, account: Account | None) -> Looked:
    """By what the desk knows of the account; at most six statements, whatever the number of rows."""
    return judge(summary.members, known_of(summary, account), summary.domains)


def judge(people: Iterable[Person], known: Known, counted: Mapping[str, int]) -> Looked:
    """Free mail and people without an address are told apart: they may be anybody's."""
    of_companies = {domain: count for domain, count in counted.items() if domains.is_usable(domains.as_ascii(domain))}
    own = known.own or _by_majority(of_companies)
    of_domain, is_free = cache(partial(_why_domain, known=known, own=own)), cache(domains.is_free_mail)
    strangers, private, nowhere = [], Counter[str](), 0
    for person in people:
        domain = domains.domain_of(person.email)
        why = _why(person, known) or (of_domain(domain) if domain and person.email not in known.people else "")
        if why:
            strangers.append(Stranger(line=person.row, name=person.name, email=person.email, why=why))
        elif not domain:
            nowhere += 1
        elif is_free(domain) and person.email not in known.people:
            private[domain] += 1
    return Looked(
        own=own,
        strangers=tuple(strangers),
        remarks=tuple(_remarks(known, own, of_companies, private=private, nowhere=nowhere)),
    )


def _why(person: Person, known: Known) -> str:
    """What speaks against them themselves; "" when nothing does."""
    if there := known.elsewhere.get(person.row):
        return _("The export says that the account is “%(name)s”.") % {"name": there}
    if person.email in known.people:
        return ""
    return _known_as(person.email, known.others.get(person.email, ""))


def _why_domain(domain: str, *, known: Known, own: frozenset[str]) -> str:
    """What speaks against everybody who writes from there."""
    above = domains.with_parents(domain)
    if other := next((known.others[one] for one in above if one in known.others), ""):
        return _known_as(domains.as_read(domain), other)
    if domains.is_free_mail(domain) or not own.isdisjoint(above):
        return ""
    return _why_not(domain, own)


def _known_as(who: str, other: str) -> str:
    return _("%(email)s is known as %(name)s's.") % {"email": who, "name": other} if other else ""


def _why_not(domain: str, own: frozenset[str]) -> str:
    words = {"domain": domains.as_read(domain), "own": ", ".join(sorted(map(domains.as_read, own))[:3])}
    if domains.is_ours(domain):
        return _("%(domain)s is ours.") % words
    if not own:
        return _("Nobody knows whose %(domain)s is, and there is no domain that most people write from.") % words
    return _("%(domain)s is not a domain of the company (%(own)s).") % words


def _by_majority(counted: Mapping[str, int]) -> frozenset[str]:
    """The domain that more than half write from, where nobody said which are the company's."""
    together: Counter[str] = Counter()
    for domain, count in counted.items():
        together[domains.registered(domains.as_ascii(domain))] += count
    best, count = max(together.items(), key=lambda item: item[1], default=("", 0))
    return frozenset({best}) if best and count >= FEWEST and 2 * count > together.total() else frozenset()


def _remarks(
    known: Known, own: frozenset[str], counted: Mapping[str, int], *, private: Mapping[str, int], nowhere: int
) -> Iterable[str]:
    there = any(not own.isdisjoint(domains.with_parents(domains.as_ascii(domain))) for domain in counted)
    if known.own and counted and not there:
        words = _("Nobody here writes from a domain of %(company)s (%(own)s). Was it the account's export?")
        yield words % {"company": known.company, "own": ", ".join(sorted(own)[:3])}
    if own and not known.own:
        words = _("The desk knows no domain of the company. Most people here write from %(domain)s, so it was taken.")
        yield words % {"domain": ", ".join(own)}
    if private:
        words = _("People with an address that anybody can have: %(count)d (%(domains)s).")
        yield words % {"count": sum(private.values()), "domains": ", ".join(sorted(private)[:3])}
    if nowhere:
        yield _("People without an e-mail address, so nobody can tell whose they are: %(count)d.") % {"count": nowhere}

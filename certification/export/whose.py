"""What the desk knows of the people of an export: the company's domains and contacts, and those of other partners."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q
from django.db.models.functions import Lower

from certification.export.converting import Summary
from partners import domains, names
from partners.models import Account, AccountDomain, AccountName, Contact

MOST_ASKED: Final = 1000


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the desk knows of whose people these are.

    `own` are the company's domains, `people` the addresses of its contacts; `others` say of a domain or an address
    whose it is; `elsewhere` are rows that the export itself gives another account, by its name.
    """

    company: str = ""
    own: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    others: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[int, str] = field(default_factory=dict)


def known_of(summary: Summary, account: Account | None) -> Known:
    asked = [domains.as_ascii(domain) for domain, _count in summary.domains.most_common(MOST_ASKED)]
    own, people = (_own(account), _people(account)) if account else (frozenset[str](), frozenset[str]())
    strange = [domain for domain in asked if own.isdisjoint(domains.with_parents(domain))]
    return Known(
        company=account.name if account else "",
        own=own,
        people=people,
        others={**_domains_of_others(strange, account), **_contacts_of_others(summary, set(strange), account)},
        elsewhere=_elsewhere(summary.companies, account),
    )


def _own(account: Account) -> frozenset[str]:
    """What a person said, and the website's."""
    said = AccountDomain.objects.filter(account=account).values_list("domain", flat=True)
    found = {domains.as_ascii(domain) for domain in (*said, account.website_domain)}
    return frozenset(domain for domain in found if domain)


def _people(account: Account) -> frozenset[str]:
    found = Contact.objects.filter(account=account, deleted=None).exclude(email="")
    return frozenset(found.annotate(address=Lower("email")).values_list("address", flat=True))


def _domains_of_others(strange: Sequence[str], account: Account | None) -> dict[str, str]:
    """Of domains that are not the company's, and of those above them."""
    asked = {one for domain in strange for one in domains.with_parents(domain)}
    if not asked:
        return {}
    pk = account.pk if account else 0
    said = AccountDomain.objects.annotate(low=Lower("domain")).filter(low__in=asked).exclude(account_id=pk)
    sites = Account.objects.filter(website_domain__in=asked, deleted=None, merged_into=None).exclude(pk=pk)
    return dict([*sites.values_list("website_domain", "name"), *said.values_list("low", "account__name")])


def _contacts_of_others(summary: Summary, strange: Collection[str], account: Account | None) -> dict[str, str]:
    """People of other partners, as Salesforce knows them; those with private addresses too."""
    if account is None or not strange:
        return {}
    asked = [one.email for one in summary.members if domains.domain_of(one.email) in strange][:MOST_ASKED]
    found = Contact.objects.annotate(address=Lower("email")).filter(
        address__in=asked, deleted=None, double_of=None, account__deleted=None
    )
    return dict(found.exclude(Q(account=None) | Q(account=account)).values_list("address", "account__name"))


def _elsewhere(companies: Mapping[str, Sequence[int]], account: Account | None) -> dict[int, str]:
    """Rows whose account, in a column of the export, is not this one; without an account, not the commonest."""
    if not companies:
        return {}
    own = [account.name, *_other_names(account)] if account else [max(companies, key=lambda one: len(companies[one]))]
    other = [name for name in companies if not any(_same(name, one) for one in own)]
    return {row: name for name in other for row in companies[name]}


def _other_names(account: Account) -> Iterable[str]:
    return AccountName.objects.filter(account=account).values_list("name", flat=True)


def _same(one: str, other: str) -> bool:
    """“Acme GmbH” is “ACME G.m.b.H.” and “Acme”, and not “Acme Inc.”."""
    first, second = names.taken_apart(one), names.taken_apart(other)
    return first.core == second.core and (first.form == second.form or not (first.form and second.form))

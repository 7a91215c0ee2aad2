"""Finding partners by what people type: words of a name, a mail domain, an address, a website, a Salesforce id."""

from __future__ import annotations

import re
from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet

from integrations.salesforce import ids
from partners.models import Account, AccountDomain, AccountName

LONGEST = 200
MOST_WORDS = 8
_HOST = re.compile(r"(?:[a-z]+://)?(?:[^@\s]*@)?(?:www\.)?([^\s/@:]+\.[^\s/@:]+)(?:[/:].*)?", re.IGNORECASE)


def clean(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:LONGEST]


def matching(accounts: QuerySet[Account], asked: str) -> QuerySet[Account]:
    """The partners of `accounts` that `asked` names; all when nothing is asked."""
    text = clean(asked)
    if not text:
        return accounts
    return accounts.filter(_named("name", text) | _taught(text) | _by_host(text) | _by_id(text))


def _named(field: str, text: str) -> Q:
    """Every word stands somewhere in the name."""
    return reduce(and_, (Q(**{f"{field}__icontains": word}) for word in text.split()[:MOST_WORDS]))


def _taught(text: str) -> Q:
    return Q(pk__in=AccountName.objects.filter(_named("name", text)).values("account"))


def _by_host(text: str) -> Q:
    """Whose domain it is, or lies above or below: `mail.acme.example` finds `acme.example`, `acme` too."""
    host = _HOST.fullmatch(text)
    if host is None:
        begins = text.lower()
        known = AccountDomain.objects.filter(domain__istartswith=begins).values("account")
        return Q(pk__in=known) | Q(website_domain__startswith=begins)
    domain = host[1].lower().rstrip(".")
    labels = domain.split(".")
    above = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    known = AccountDomain.objects.filter(Q(domain__in=above) | Q(domain__iendswith=f".{domain}")).values("account")
    return Q(pk__in=known) | Q(website_domain__in=above) | Q(website__icontains=domain)


def _by_id(text: str) -> Q:
    """Of 15 or 18 characters: the three more only say again which of the 15 are upper case."""
    return Q(salesforce_id__in=[text, ids.full_id(text)]) if ids.is_id(text) else Q(pk__in=[])

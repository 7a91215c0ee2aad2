"""Finding partners by what people type: words of a name, a mail domain, an address, a website, a Salesforce id."""

from __future__ import annotations

import re
import unicodedata
from functools import reduce
from operator import and_

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, Q, QuerySet, TextField

from integrations.salesforce import ids
from partners import names
from partners.models import Account, AccountDomain, AccountName

LONGEST = 200
MOST_WORDS = 8
KEY = 3  # signs of the beginning of a word that the index holds
_HOST = re.compile(r"(?:[a-z]+://)?(?:[^@\s]*@)?(?:www\.)?([^\s/@:]+\.[^\s/@:]+)(?:[/:].*)?", re.IGNORECASE)


class _Keys(Func):
    """What the index over names holds (partners/migrations/0004_match.py)."""

    function = "partner_name_keys"
    output_field = ArrayField(TextField())


class _Bare(Func):
    """In lower case without accents."""

    template = "regexp_replace(normalize(lower(%(expressions)s), NFKD), '[\\u0300-\\u036f]', '', 'g')"
    output_field = TextField()


def clean(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:LONGEST]


def matching(accounts: QuerySet[Account], asked: str) -> QuerySet[Account]:
    """The partners of `accounts` that `asked` names; all when nothing is asked."""
    text = clean(asked)
    if not text:
        return accounts
    return accounts.filter(_named("name", text) | _spelt(text) | _taught(text) | _by_host(text) | _by_id(text))


def _named(field: str, text: str) -> Q:
    """Every word stands somewhere in the name."""
    return reduce(and_, (Q(**{f"{field}__icontains": word}) for word in text.split()[:MOST_WORDS]))


def _spelt(text: str) -> Q:
    """The same with accents aside: `sohne` finds “Söhne”. An index over how words begin leaves few to look at."""
    words = [_bare(word) for word in text.split()[:MOST_WORDS]]
    begin = [f"<{word[:3]}" for word in words if word.isalnum() and word.isascii() and len(word) >= KEY]
    if not begin:
        return Q(pk__in=[])
    found = Account.objects.alias(keys=_Keys("name"), bare=_Bare("name"))
    found = found.filter(keys__contains=begin)  # type: ignore[misc]  # the stubs do not know the type of a Func
    return Q(pk__in=found.filter(reduce(and_, (Q(bare__contains=word) for word in words))).values("pk"))


def _taught(text: str) -> Q:
    core = names.normalised(text)
    return Q(pk__in=AccountName.objects.filter(_named("name", core)).values("account")) if core else Q(pk__in=[])


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


def _bare(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.lower())
    return "".join(sign for sign in plain if not unicodedata.combining(sign))

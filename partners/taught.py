"""What people have taught the desk about a partner: which mail domains and other names are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from partners.models import Account, AccountDomain, AccountName

DOMAIN, NAME = "domain", "name"


@dataclass(frozen=True, kw_only=True)
class Taught:
    """One of them; `who` said so, empty where nobody is known any more."""

    pk: int
    words: str
    who: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Known:
    domains: Sequence[Taught]
    names: Sequence[Taught]


def known_of(account: Account) -> Known:
    """All of them by the alphabet; one statement."""
    domains = _rows(AccountDomain.objects.filter(account=account), DOMAIN, "domain")
    names = _rows(AccountName.objects.filter(account=account), NAME, "name")
    rows = list(domains.union(names, all=True).order_by("words", "number"))

    def of(kind: str) -> list[Taught]:
        return [Taught(pk=row.number, words=row.words, who=row.who, at=row.at) for row in rows if row.kind == kind]

    return Known(domains=of(DOMAIN), names=of(NAME))


def _rows(rows: QuerySet[Any], kind: str, column: str) -> QuerySet[Any, Any]:
    who = Coalesce(NullIf(F("said_by__name"), Value("")), F("said_by__email"), Value(""), output_field=CharField())
    told: QuerySet[Any, Any] = rows.order_by().annotate(
        kind=Value(kind), number=F("pk"), words=F(column), who=who, at=F("created")
    )
    named: QuerySet[Any, Any] = told.values_list("kind", "number", "words", "who", "at", named=True)
    return named

"""What the address of the list of proofs asks for, and the rows it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners import narrowing
from partners.narrowing import UNKNOWN, number
from people.models import User
from people.quarters import FiscalQuarter
from service_attach import access, rebates, stages
from service_attach.models import Proof
from tickets.models.ticket import number_of
from web.keyset import Way

KEPT: Final = ("show", "quarter", "tier", "region", "manager", "partner", "q")
NONE: Final = "none"
LONGEST: Final = 200
Stage = Proof.Stage
SHOWN: Final[Mapping[str, tuple[str | Promise, frozenset[str]]]] = {
    "": (_("Under way"), stages.UNDER_WAY),
    "missing": (_("Something missing"), frozenset({Stage.MISSING})),
    "asked": (_("Waiting for the partner"), frozenset({Stage.ASKED})),
    "deciding": (_("To decide"), frozenset({Stage.DECIDING})),
    "work": (_("Being worked on"), frozenset({Stage.READING, Stage.CHECKING, Stage.WRITING})),
    "won": (_("Closed-Won"), frozenset({Stage.WON})),
    "taken_back": (_("Taken back"), frozenset({Stage.TAKEN_BACK})),
    "ended": (_("Not submitted"), frozenset({Stage.ENDED})),
    "all": (_("All"), frozenset(Stage.values)),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which stages, which quarter, which tier, whose; and where a page starts."""

    show: str
    quarter: str
    tier: str
    region: str
    manager: str
    partner: int | None
    text: str
    way: Way
    cursor: str
    query: QueryDict

    @property
    def narrowed(self) -> bool:
        return bool(self.quarter or self.tier or self.region or self.manager or self.partner or self.text)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The filters, for the search form."""
        return [(name, str(value)) for name, value in self.query.items() if name != "q"]

    def href(self, changes: Mapping[str, str | int] | None = None, *, to: str = "list") -> str:
        """The page with some parameters changed, from its first row; an empty value takes one away."""
        query = self.query.copy()
        for name, value in (changes or {}).items():
            if value:
                query[name] = str(value)
            else:
                query.pop(name, None)
        written = query.urlencode()
        return reverse(f"service_attach:{to}") + (f"?{written}" if written else "")


def asked_for(given: QueryDict) -> Asked:
    query = QueryDict(mutable=True)
    for name in KEPT:
        value = given.get(name, "").replace("\x00", "")[:LONGEST]
        if value:
            query[name] = value
    way: Way = "before" if given.get("before") else "after"
    show = query.get("show", "")
    return Asked(
        show=show if show in SHOWN else "",
        quarter=query.get("quarter", ""),
        tier=query.get("tier", ""),
        region=query.get("region", ""),
        manager=query.get("manager", ""),
        partner=number(query.get("partner", "")),
        text=" ".join(query.get("q", "").split()),
        way=way,
        cursor=given.get(way, ""),
        query=query,
    )


def proofs(asked: Asked, user: User) -> QuerySet[Proof]:
    """The proofs the filters leave, whatever their stage; `services` is how many the partner has in that quarter."""
    rows = with_services(access.proofs_for(user))
    if asked.quarter:
        rows = rows.filter(_quarter(asked.quarter))
    if asked.tier:
        rows = rows.filter(_tier(asked.tier))
    if asked.region:
        rows = rows.filter(narrowing.of_region(asked.region))
    if asked.manager:
        rows = rows.filter(narrowing.of_manager(asked.manager, user))
    if asked.partner:
        rows = rows.filter(account=asked.partner)
    return rows.filter(_words(asked.text)) if asked.text else rows


def with_services(rows: QuerySet[Proof]) -> QuerySet[Proof]:
    """`services`: the partner's proofs that are Closed-Won in the quarter of this one."""
    won = Proof.objects.filter(
        account=OuterRef("account"),
        fiscal_year=OuterRef("fiscal_year"),
        fiscal_quarter=OuterRef("fiscal_quarter"),
        stage=Stage.WON,
    )
    counted = won.order_by().values("account").annotate(number=Count("pk")).values("number")
    return rows.annotate(services=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def read_quarter(text: str) -> FiscalQuarter | None:
    """“2023-4” is FY23 Q4; None for anything else."""
    year, _dash, number = text.partition("-")
    if len(year) == 4 and year.isascii() and year.isdigit() and number in {"1", "2", "3", "4"}:
        return FiscalQuarter(int(year), int(number))
    return None


def _quarter(text: str) -> Q:
    if text == UNKNOWN:
        return Q(fiscal_year=None)
    quarter = read_quarter(text)
    return Q(fiscal_year=quarter.year, fiscal_quarter=quarter.number) if quarter else Q(pk__in=[])


def _tier(slug: str) -> Q:
    if slug == NONE:
        return Q(services__lt=rebates.TIERS[0].fewest)
    tier = next((one for one in rebates.TIERS if one.slug == slug), None)
    if tier is None:
        return Q(pk__in=[])
    return Q(services__gte=tier.fewest) & (Q(services__lte=tier.most) if tier.most else Q())


def _words(text: str) -> Q:
    """Each word stands in a name or a Deal ID; or it is the number of the ticket."""
    wanted = Q()
    for word in text.split()[:8]:
        found = Q(account__name__icontains=word)
        for column in ("partner_name", "customer_name", "deal_id", "manager_name"):
            found |= Q(**{f"{column}__icontains": word})
        wanted &= found
    return wanted | Q(ticket=number_of(text) or 0)

"""The list of proofs: by stage, with their quarter and what it pays; newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.db.models import Count, F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import narrowing
from partners.models import Account
from partners.narrowing import Menu, Option, Tab, Words
from people.models import User
from people.quarters import FiscalQuarter
from service_attach import access, rebates, wanted
from service_attach.board import asked as asking
from service_attach.board.asked import SHOWN, Asked
from service_attach.models import Proof
from web.keyset import Key, Order, Page, Way, page_of

SIZE: Final = 50
MOST_QUARTERS: Final = 12
_created: Key[Any] = Key(expression=F("created"), of=lambda row: row.created, type="time")
_number: Key[Any] = Key(expression=F("id"), of=lambda row: row.pk, type="number")
NEWEST: Final[Order[Any]] = Order(keys=(_created, _number), descending=True)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of the list; `services` of its partner are Closed-Won in its quarter."""

    proof: Proof
    services: int

    @property
    def partner(self) -> str:
        account: Account | None = self.proof.account
        return account.name if account else self.proof.partner_name

    @property
    def quarter(self) -> str:
        return quarter_of(self.proof)

    @property
    def tier(self) -> str:
        """“3 services · 2.5 %”; nothing while none of the quarter is Closed-Won."""
        return tier_words(self.services) if self.services and self.proof.fiscal_year else ""

    @property
    def waits(self) -> str:
        """What is missing, where something is; or that a person has to compare what was recognised."""
        if self.proof.stage not in {Proof.Stage.MISSING, Proof.Stage.ASKED}:
            return ""
        return wanted.named(self.proof.missing) if self.proof.missing else _("Recognised on a scan")

    @property
    def tone(self) -> str:
        return TONES.get(str(self.proof.stage), "")


TONES: Final[dict[str, str]] = {
    Proof.Stage.WON: "green", Proof.Stage.MISSING: "amber", Proof.Stage.DECIDING: "accent",
    Proof.Stage.TAKEN_BACK: "red",
}  # fmt: skip


@dataclass(frozen=True)
class Listing:
    """Nothing is read before the template asks."""

    asked: Asked
    user: User

    @cached_property
    def tabs(self) -> list[Tab]:
        """Every stage with how many the filters leave in it; one grouped statement."""
        rows = asking.proofs(self.asked, self.user).order_by().values_list("stage")
        counts: dict[str, int] = dict(rows.annotate(number=Count("pk")))
        return [
            Tab(
                words=words,
                href=self.asked.href({"show": slug}),
                count=sum(counts.get(stage, 0) for stage in among),
                chosen=slug == self.asked.show,
            )
            for slug, (words, among) in SHOWN.items()
        ]

    @cached_property
    def menus(self) -> list[Menu]:
        return [
            Menu(slug="quarter", label=_("Quarter"), options=self._options("quarter", self._quarters())),
            Menu(slug="tier", label=_("Rebate tier"), options=self._options("tier", _tiers())),
            Menu(slug="region", label=_("Region"), options=self._options("region", narrowing.regions())),
            Menu(
                slug="manager",
                label=_("Channel manager"),
                options=self._options("manager", narrowing.managers(self.user)),
            ),
        ]

    @cached_property
    def rows(self) -> list[Row]:
        return [Row(proof=one, services=one.services) for one in self._page.rows]

    @property
    def next(self) -> str:
        return self.asked.href({"after": self._page.next}) if self._page.next else ""

    @property
    def previous(self) -> str:
        return self.asked.href({"before": self._page.previous}) if self._page.previous else ""

    @cached_property
    def partner(self) -> str:
        """The partner the list is narrowed to; empty where it is not."""
        if not self.asked.partner:
            return ""
        theirs = access.proofs_for(self.user).filter(account=self.asked.partner)
        return theirs.values_list("account__name", flat=True).first() or _("another partner")

    @property
    def without_partner(self) -> str:
        return self.asked.href({"partner": ""})

    @property
    def everything(self) -> str:
        return self.asked.href(dict.fromkeys(("quarter", "tier", "region", "manager", "partner", "q"), ""))

    @property
    def exports(self) -> list[tuple[str, str]]:
        return [(self.asked.href({"format": one}, to="export"), one) for one in ("csv", "xlsx")]

    def found(self) -> QuerySet[Proof]:
        """All rows of the tab, for a file."""
        _words, among = SHOWN[self.asked.show]
        rows = asking.proofs(self.asked, self.user).filter(stage__in=among)
        return rows.select_related("account__channel_manager", "ticket")

    @cached_property
    def _page(self) -> Page[Any]:
        start = NEWEST.read(self.asked.cursor)
        way: Way = self.asked.way if start is not None else "after"
        rows = self.found().order_by(*NEWEST.by(backwards=way == "before"))
        if start is not None:
            rows = rows.filter(NEWEST.beyond(start, way=way))
        return page_of(NEWEST, list(rows[: SIZE + 1]), size=SIZE, way=way, started=start is not None)

    def _quarters(self) -> list[tuple[str, Words]]:
        pairs = access.proofs_for(self.user).exclude(fiscal_year=None).order_by("-fiscal_year", "-fiscal_quarter")
        known: Any = pairs.values_list("fiscal_year", "fiscal_quarter").distinct()[:MOST_QUARTERS]
        named = [(f"{year}-{number}", FiscalQuarter(year, number).label) for year, number in known]
        return [("", _("All quarters")), *named, (narrowing.UNKNOWN, _("Quarter not known"))]

    def _options(self, name: str, choices: Sequence[tuple[str, Words]]) -> list[Option]:
        now = self.asked.query.get(name, "")
        return [
            Option(words=words, href=self.asked.href({name: value}), chosen=value == now) for value, words in choices
        ]


def quarter_of(proof: Proof) -> str:
    if proof.fiscal_year is None or proof.fiscal_quarter is None:
        return ""
    return FiscalQuarter(proof.fiscal_year, proof.fiscal_quarter).label


def tier_words(services: int) -> str:
    tier = rebates.tier_of(services)
    count = ngettext("%(n)d service", "%(n)d services", services) % {"n": services}
    return f"{count} · {tier.rate if tier else _('no rebate')}"


def _tiers() -> list[tuple[str, Words]]:
    return [("", _("All tiers")), *((one.slug, one.label) for one in rebates.TIERS), (asking.NONE, _("No rebate yet"))]

"""The register as a list: by tab, narrowed and sorted, page by page; and the requests under way by stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db.models import Count, DateField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from nfr.models import Licence, LicenceRequest, Type
from nfr.register import access, states
from nfr.register import asked as asking
from nfr.register.asked import REQUESTS, SHOWN, UNDER_WAY, Asked
from nfr.register.states import State
from partners import narrowing
from partners.filters import TRACKS
from partners.narrowing import UNKNOWN, Menu, Option, Tab, Words
from people.models import User
from web.keyset import Key, Order, Page, Way, page_of

SIZE: Final = 50
LAST: Final = date(9999, 12, 31)
QUIET: Final = frozenset({"coming", "nobody"})  # tabs that are shown only where there is something in them
_ends: Key[Any] = Key(
    expression=Coalesce(F("ends"), Value(LAST), output_field=DateField()), of=lambda row: row.ends or LAST, type="day"
)
_partner: Key[Any] = Key(
    expression=Lower(Coalesce(F("account__name"), F("partner_name"))), of=lambda row: row.sorted_by, type="text"
)
_used: Key[Any] = Key(
    expression=Coalesce(F("seats_used"), Value(-1), output_field=IntegerField()),
    of=lambda row: -1 if row.seats_used is None else row.seats_used,
    type="number",
)
_number: Key[Any] = Key(expression=F("id"), of=lambda row: row.pk, type="number")
_since: Key[Any] = Key(expression=F("stage_since"), of=lambda row: row.stage_since, type="time")
ORDERS: Final[dict[str, Order[Any]]] = {
    f"{sign}{name}": Order(keys=(key, _number), descending=bool(sign))
    for name, key in (("ends", _ends), ("partner", _partner), ("used", _used))
    for sign in ("", "-")
}
LONGEST_WAITING: Final[Order[Any]] = Order(keys=(_since, _number))
STAGE_TONES: Final[dict[str, str]] = {
    LicenceRequest.Stage.DECIDING: "accent", LicenceRequest.Stage.AT_SUPPORT: "violet",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Row:
    """A licence as a line of a list shows it."""

    licence: Licence
    state: State

    @property
    def partner(self) -> str:
        account = self.licence.account
        return account.name if account else self.licence.partner_name

    @property
    def allowed(self) -> int | None:
        return states.allowed_of(self.licence)

    @property
    def over(self) -> bool:
        return states.is_over_seat(self.licence)

    @property
    def by(self) -> int:
        """How many seats too many."""
        return (self.licence.seats_used or 0) - (self.allowed or 0) if self.over else 0


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A request under way as a line of the list shows it."""

    request: LicenceRequest

    @property
    def partner(self) -> str:
        account = self.request.account
        return account.name if account else ""

    @property
    def topic(self) -> str:
        return str(self.request.get_topic_display()) if self.request.topic else ""

    @property
    def types(self) -> str:
        known = dict(Type.choices)
        return ", ".join(str(known[one]) for one in self.request.types if one in known)

    @property
    def tone(self) -> str:
        return STAGE_TONES.get(str(self.request.stage), "")


@dataclass(frozen=True)
class Listing:
    """Nothing is read before the template asks."""

    asked: Asked
    user: User
    on: date = field(default_factory=timezone.localdate)

    @property
    def of_requests(self) -> bool:
        return self.asked.show == REQUESTS

    @property
    def may_write(self) -> bool:
        return access.may_write(self.user)

    @cached_property
    def tabs(self) -> list[Tab]:
        """Every tab with how many the filters leave in it; two statements."""
        counted = {
            f"tab_{slug or 'force'}": Count("pk", filter=asking.of_tab(slug, self.on))
            for slug in SHOWN
            if slug not in {REQUESTS, "all"}
        }
        counts = asking.licences(self.asked, self.user).order_by().aggregate(tab_all=Count("pk"), **counted)
        counts[f"tab_{REQUESTS}"] = sum(self._by_stage.values())
        found = [
            Tab(
                words=words,
                href=self.asked.href({"show": slug, "stage": ""}),
                count=counts[f"tab_{slug or 'force'}"],
                chosen=slug == self.asked.show,
            )
            for slug, words in SHOWN.items()
        ]
        quiet = {str(SHOWN[slug]) for slug in QUIET}
        return [tab for tab in found if tab.count or tab.chosen or str(tab.words) not in quiet]

    @cached_property
    def stages(self) -> list[Tab]:
        """Of the requests under way, by stage."""
        names = dict(LicenceRequest.Stage.choices)
        every = Tab(
            words=_("Every stage"),
            href=self.asked.href({"stage": ""}),
            count=sum(self._by_stage.values()),
            chosen=self.asked.stage not in UNDER_WAY,
        )
        return [
            every,
            *(
                Tab(
                    words=names[stage],
                    href=self.asked.href({"stage": stage}),
                    count=self._by_stage.get(stage, 0),
                    chosen=self.asked.stage == stage,
                )
                for stage in UNDER_WAY
            ),
        ]

    @cached_property
    def menus(self) -> list[Menu]:
        types: list[tuple[str, Words]] = [("", _("Both types")), *Type.choices]
        tracks: list[tuple[str, Words]] = [("", _("All tracks")), *((one, one) for one in TRACKS)]
        return [
            Menu(slug="track", label=_("Track"), options=self._options("track", [*tracks, (UNKNOWN, _("No track"))])),
            Menu(slug="region", label=_("Region"), options=self._options("region", narrowing.regions())),
            Menu(slug="type", label=_("Type"), options=self._options("type", types)),
            Menu(slug="manager", label=_("Channel manager"), options=self._options("manager", self._managers)),
        ]

    @cached_property
    def heads(self) -> dict[str, tuple[str, str]]:
        """Of the columns that sort: where a click leads, and how it is sorted now (for `aria-sort`)."""
        return {name: self._head(name) for name in ("partner", "used", "ends")}

    @cached_property
    def rows(self) -> list[Row]:
        return [Row(licence=one, state=states.of(one, on=self.on)) for one in self._page.rows]

    @cached_property
    def waiting(self) -> list[Waiting]:
        return [Waiting(request=one) for one in self._page.rows]

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
        theirs = access.licences_for(self.user).filter(account=self.asked.partner)
        return theirs.values_list("account__name", flat=True).first() or _("another partner")

    @property
    def without_partner(self) -> str:
        return self.asked.href({"partner": ""})

    @property
    def everything(self) -> str:
        names = ("stage", "track", "region", "type", "manager", "partner", "q")
        return self.asked.href(dict.fromkeys(names, ""))

    @property
    def exports(self) -> list[tuple[str, str]]:
        return [(self.asked.href({"format": one}, to="export"), one) for one in ("csv", "xlsx")]

    def found(self) -> QuerySet[Licence]:
        """All licences of the tab, for a file."""
        rows = asking.licences(self.asked, self.user).filter(asking.of_tab(self.asked.show, self.on))
        rows = rows.annotate(sorted_by=Lower(Coalesce(F("account__name"), F("partner_name"))))
        return rows.select_related("account__channel_manager", "renewal")

    def asked_requests(self) -> QuerySet[LicenceRequest]:
        """All requests of the stage, for a file."""
        rows = asking.requests(self.asked, self.user)
        if self.asked.stage in UNDER_WAY:
            rows = rows.filter(stage=self.asked.stage)
        return rows.select_related("account__channel_manager", "ticket__assignee")

    @property
    def order(self) -> Order[Any]:
        """Soonest end first; of what has ended, the latest."""
        if self.of_requests:
            return LONGEST_WAITING
        return ORDERS[self.asked.sort or ("-ends" if self.asked.show == "ended" else "ends")]

    @cached_property
    def _page(self) -> Page[Any]:
        order = self.order
        start = order.read(self.asked.cursor)
        way: Way = self.asked.way if start is not None else "after"
        rows: QuerySet[Any] = self.asked_requests() if self.of_requests else self.found()
        rows = rows.order_by(*order.by(backwards=way == "before"))
        if start is not None:
            rows = rows.filter(order.beyond(start, way=way))
        return page_of(order, list(rows[: SIZE + 1]), size=SIZE, way=way, started=start is not None)

    @cached_property
    def _by_stage(self) -> dict[str, int]:
        rows = asking.requests(self.asked, self.user).order_by().values_list("stage")
        return dict(rows.annotate(number=Count("pk")))

    @cached_property
    def _managers(self) -> list[tuple[str, Words]]:
        return narrowing.managers(self.user)

    def _head(self, name: str) -> tuple[str, str]:
        now = self.asked.sort or ("-ends" if self.asked.show == "ended" else "ends")
        if now.removeprefix("-") != name:
            return self.asked.href({"sort": f"-{name}" if name == "used" else name}), ""
        other = name if now.startswith("-") else f"-{name}"
        return self.asked.href({"sort": other}), "descending" if now.startswith("-") else "ascending"

    def _options(self, name: str, choices: Sequence[tuple[str, Words]]) -> list[Option]:
        now = self.asked.query.get(name, "")
        return [
            Option(words=words, href=self.asked.href({name: value}), chosen=value == now) for value, words in choices
        ]

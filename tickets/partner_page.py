"""What the desk shows on a partner's page: tickets, a card for each kind of request, when tickets came and went."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import BooleanField, Case, CharField, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, NullIf, RowNumber
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import listing, panels, timeline
from partners.panels import Page, Panel
from partners.timeline import Entry, Place, older_than
from people.models import User
from tickets import access, kinds, topics
from tickets.models import Ticket
from tickets.models.ticket import ACTIVE, REFERENCE_PREFIX
from web import glyphs

TICKETS_SHOWN = 8
OF_KIND_SHOWN = 3
OTHERS = "others"
OPENED, ENDED = "ticket opened", "ticket ended"


@dataclass(frozen=True, kw_only=True)
class Family:
    """Kinds of tickets that belong together, and the card they have until their own app brings one."""

    slug: str
    title: str | Promise
    kinds: tuple[str, ...]
    order: int


FAMILIES = (
    Family(slug="letters", title=gettext_lazy("Letters"), kinds=("loa",), order=30),
    Family(slug="licences", title=gettext_lazy("NFR licences"), kinds=("nfr",), order=32),
    Family(slug="proofs", title=gettext_lazy("Proofs"), kinds=("service_attach",), order=34),
    Family(
        slug="orders",
        title=gettext_lazy("Orders and quotes"),
        kinds=("purchase_order", "quote_request", "order_status"),
        order=36,
    ),
    Family(slug="invoice_requests", title=gettext_lazy("Asked for invoices"), kinds=("invoice",), order=38),
    Family(
        slug="certification_reports",
        title=gettext_lazy("Certification reports"),
        kinds=("certification_report",),
        order=42,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A ticket as the page shows it."""

    ticket: Ticket
    icon: str
    kind: str

    @property
    def url(self) -> str:
        return reverse("tickets:ticket", args=[self.ticket.reference])


@dataclass(frozen=True, kw_only=True)
class Held:
    """Some tickets of a partner, open ones first, and how many there are."""

    lines: Sequence[Line] = ()
    count: int = 0
    open: int = 0
    all_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Tab:
    label: str | Promise
    slug: str
    count: int
    chosen: bool


def register() -> None:
    """Called once when the process starts."""
    listing.register_open_work(open_work)
    timeline.register(OPENED, _opened)
    timeline.register(ENDED, _ended)
    panels.register(
        Panel(
            slug="tickets", title=gettext_lazy("Tickets"), template="tickets/partner_tickets.html", read=_all, order=20
        )
    )
    for one in FAMILIES:
        panels.register(
            Panel(
                slug=one.slug,
                title=one.title,
                template="tickets/partner_family.html",
                read=_of(one),
                order=one.order,
                half=True,
            ),
            own=True,  # gives way to the card of the app whose letters, licences … they are
        )


def family(page: Page, slug: str) -> Held | None:
    """What the page has read of these tickets, for an app that brings its own card; no statement more."""
    return _held(page).get(slug)


def open_work(user: User, ids: Sequence[int]) -> dict[int, int]:
    """How many tickets of each partner are open, of those `user` may read."""
    found = access.tickets_for(user).filter(partner__in=ids, status__in=sorted(ACTIVE)).order_by()
    return dict(found.values_list("partner").annotate(count=Count("pk")))


def _all(page: Page) -> Mapping[str, Any]:
    """All tickets, or those of the family the address names."""
    held = _held(page)
    chosen = _chosen(page)
    counted = [(one, held[one.slug].count) for one in FAMILIES if one.slug in held]
    tabs = [Tab(label=_("All"), slug="", count=held[""].count, chosen=not chosen)] if counted else []
    tabs += [Tab(label=one.title, slug=one.slug, count=n, chosen=one.slug == chosen) for one, n in counted]
    return {"held": held.get(f"chosen {chosen}") or held[""], "tabs": tabs, "chosen": chosen}


def _of(family: Family) -> Callable[[Page], Mapping[str, Any] | None]:
    def read(page: Page) -> Mapping[str, Any] | None:
        held = _held(page).get(family.slug)
        return {"held": held} if held else None

    return read


def _chosen(page: Page) -> str:
    asked = page.asked.get("tickets", "")
    return asked if any(one.slug == asked for one in FAMILIES) else ""


def _held(page: Page) -> dict[str, Held]:
    """By family, "" for all, and "chosen …" for the one the reader looks at: one statement for all cards."""
    return page.once("tickets", lambda: _read(page))


def _read(page: Page) -> dict[str, Held]:
    chosen = _chosen(page)
    rows = list(_ranked(page, chosen))
    found = {
        "": _made(rows, page, (), shown=lambda row: row.place <= TICKETS_SHOWN, count="in_all", open_ones="open_all")
    }
    for one in FAMILIES:
        mine = [row for row in rows if row.family == one.slug]
        if mine:
            found[one.slug] = _made(mine, page, one.kinds, shown=lambda row: row.place_in_family <= OF_KIND_SHOWN)
    if chosen in found and chosen:
        mine = [row for row in rows if row.family == chosen]
        kinds_of = next(one.kinds for one in FAMILIES if one.slug == chosen)
        found[f"chosen {chosen}"] = _made(mine, page, kinds_of, shown=lambda _row: True)
    return found


def _ranked(page: Page, chosen: str) -> QuerySet[Any]:
    """The first few of all and of each family, each with the counts."""
    whens = [When(kind__in=one.kinds, then=Value(one.slug)) for one in FAMILIES]
    ended = Case(When(status__in=sorted(ACTIVE), then=Value(False)), default=Value(True), output_field=BooleanField())
    order = [F("ended").asc(), F("pk").desc()]
    few = Q(place__lte=TICKETS_SHOWN) | (Q(place_in_family__lte=OF_KIND_SHOWN) & ~Q(family=OTHERS))
    return (
        access.tickets_for(page.user)
        .filter(partner=page.account)
        .annotate(family=Case(*whens, default=Value(OTHERS), output_field=CharField()), ended=ended)
        .annotate(
            place=Window(RowNumber(), order_by=order),
            place_in_family=Window(RowNumber(), partition_by=["family"], order_by=order),
            in_all=Window(Count("pk")),
            open_all=Window(Count("pk", filter=Q(ended=False))),
            in_family=Window(Count("pk"), partition_by=["family"]),
            open_in_family=Window(Count("pk", filter=Q(ended=False)), partition_by=["family"]),
        )
        .filter(few | Q(family=chosen, place_in_family__lte=TICKETS_SHOWN) if chosen else few)
        .select_related("assignee", "requester")
        .only("kind", "topic", "status", "solved_reason", "subject", "updated", "created", "assignee__name",
              "assignee__email", "requester__name", "requester__email")
        .order_by("place")
    )  # fmt: skip


def _made(
    rows: Sequence[Any],
    page: Page,
    of: Sequence[str],
    *,
    shown: Callable[[Any], bool],
    count: str = "in_family",
    open_ones: str = "open_in_family",
) -> Held:
    query = urlencode([("partner", page.account.pk), ("status", "any"), *(("kind", kind) for kind in of)])
    return Held(
        lines=[_line(row) for row in rows if shown(row)],
        count=getattr(rows[0], count) if rows else 0,
        open=getattr(rows[0], open_ones) if rows else 0,
        all_url=f"{reverse('tickets:queue_view', args=['all'])}?{query}",
    )


def _line(row: Any) -> Line:
    about = (topics.topic_of(row.topic) if row.topic else None) or kinds.kind_of(row.kind)
    return Line(ticket=row, icon=about.icon, kind=str(about.short))


def _opened(page: Page, before: Place | None, most: int) -> Sequence[Entry]:
    return [_entry(row) for row in _moves(page, before, most) if row.source == OPENED]


def _ended(page: Page, before: Place | None, most: int) -> Sequence[Entry]:
    return [_entry(row) for row in _moves(page, before, most) if row.source == ENDED]


def _moves(page: Page, before: Place | None, most: int) -> Sequence[Any]:
    """When tickets came and when they were resolved, the newest of each; one statement for both."""
    rows = access.tickets_for(page.user).filter(partner=page.account).order_by()

    def read() -> Sequence[Any]:
        came = _told(older_than(rows, before, column="created", source=OPENED), OPENED, "created", "requester")
        ended = older_than(rows.filter(solved__isnull=False), before, column="solved", source=ENDED)
        return list(
            came[:most].union(_told(ended, ENDED, "solved", "assignee")[:most], all=True).order_by("-at", "-pk")
        )

    return page.once("tickets that came and went", read)


def _told(rows: QuerySet[Ticket], source: str, column: str, person: str) -> QuerySet[Any, Any]:
    who = Coalesce(NullIf(F(f"{person}__name"), Value("")), F(f"{person}__email"), Value(""), output_field=CharField())
    told = rows.annotate(source=Value(source), at=F(column), who=who)
    return told.values_list("pk", "source", "at", "who", "subject", named=True)


def _entry(row: Any) -> Entry:
    opened = row.source == OPENED
    return Entry(
        place=Place(row.at, row.source, row.pk),
        icon="inbox" if opened else "circle-check",
        words=_("Opened") if opened else str(glyphs.STATUS_WORDS["solved"]),
        about=row.subject,
        who=row.who,
        url=reverse("tickets:ticket", args=[f"{REFERENCE_PREFIX}{row.pk}"]),
    )

"""The page of one licence: what it is, its seats over time, what it renewed, its tickets, who changed what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.models import Event
from journal.record import events_of
from nfr import namespaces, policy
from nfr.models import Licence, LicenceRequest, SeatCount, Terms, Tier, Type
from nfr.namespaces import Namespace
from nfr.register import access, chart, forms, states, writing
from nfr.register.chart import Chart
from nfr.register.states import State
from partners.models import Account
from people.models import User
from tickets.access import tickets_for
from tickets.models import Ticket

MOST_COUNTS = 60
MOST_EVENTS = 50
FAR = 12  # renewals looked at, in each direction
VERBS: Final[Mapping[str, Promise]] = {
    "NFR licence granted": gettext_lazy("granted it"),
    "NFR licence renewed": gettext_lazy("renewed it"),
    "NFR licence corrected": gettext_lazy("corrected it"),
    "NFR licence ended": gettext_lazy("ended it early"),
    "NFR licence goes on": gettext_lazy("let it go on"),
    "seats counted": gettext_lazy("counted the seats"),
    "its end is near": gettext_lazy("saw that its end is near"),
}


CHOICES: Final[Mapping[str, Mapping[Any, Any]]] = {
    "source": dict(SeatCount.Source.choices), "type": dict(Type.choices), "tier": dict(Tier.choices),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Told:
    """An event in words: what was done, and each value with the one before."""

    event: Event
    words: str
    changes: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Opened:
    """Nothing is read before the template asks; forms are those that came back with something wrong."""

    licence: Licence
    user: User
    count_back: forms.CountForm | None = None
    on: date = field(default_factory=timezone.localdate)

    @property
    def title(self) -> str:
        account = self.licence.account
        return account.name if account else self.licence.partner_name

    @cached_property
    def state(self) -> State:
        return states.of(self.licence, on=self.on)

    @property
    def allowed(self) -> int | None:
        return states.allowed_of(self.licence)

    @property
    def over(self) -> bool:
        return states.is_over_seat(self.licence)

    @property
    def too_many(self) -> int:
        return (self.licence.seats_used or 0) - (self.allowed or 0) if self.over else 0

    @property
    def percent(self) -> int:
        """How full it is, for the meter."""
        return min(100, round(100 * (self.licence.seats_used or 0) / self.allowed)) if self.allowed else 0

    @property
    def may_write(self) -> bool:
        return access.may_write(self.user)

    @property
    def may_renew(self) -> bool:
        return self.may_write and states.renewal_of(self.licence) is None and self.licence.account_id is not None

    @property
    def ended_early(self) -> bool:
        return self.licence.ended is not None

    @cached_property
    def count_form(self) -> forms.CountForm:
        return self.count_back or forms.CountForm(initial={"counted": self.on})

    @cached_property
    def counts(self) -> list[SeatCount]:
        """Newest first."""
        return list(self.licence.counts.select_related("by", "request__ticket")[:MOST_COUNTS])

    @cached_property
    def chart(self) -> Chart | None:
        return chart.of(self.counts[::-1], limit=self.allowed)

    @cached_property
    def terms(self) -> Terms | None:
        return policy.terms_for(self.licence.account, on=self.on)

    @cached_property
    def namespace(self) -> Namespace | None:
        found = namespaces.read(self.licence.namespace) if self.licence.namespace else None
        return found if found and found.good else None

    @cached_property
    def before(self) -> list[Licence]:
        """What it renewed, the newest first."""
        return list(_chain(self.licence.replaces, "replaces"))

    @cached_property
    def after(self) -> list[Licence]:
        return list(_chain(states.renewal_of(self.licence), "renewal"))

    @cached_property
    def requests(self) -> list[LicenceRequest]:
        """Requests about it, or about its group, that the reader may see, the newest first."""
        wanted = Q(licence=self.licence)
        if self.licence.namespace and self.licence.account_id:
            wanted |= Q(licence=None, account=self.licence.account_id, namespace__iexact=self.licence.namespace)
        rows = access.requests_for(self.user).filter(wanted).select_related("ticket")
        return list(rows.order_by("-created", "-pk")[:MOST_COUNTS])

    @cached_property
    def origin(self) -> Ticket | None:
        """The ticket it came from, where none of the requests is that one and the reader may see it."""
        ticket = self.licence.ticket
        if ticket is None or ticket.pk in {one.ticket_id for one in self.requests}:
            return None
        return ticket if self.user.on_desk or tickets_for(self.user).filter(pk=ticket.pk).exists() else None

    @cached_property
    def told(self) -> list[Told]:
        """Two statements, the second only where it was another partner's once."""
        events = list(events_of(self.licence).order_by("-pk")[:MOST_EVENTS])
        ids = {said["account"] for one in events for said in (one.before, one.after) if said.get("account")}
        own = {self.licence.account_id: self.title}
        others = Account.objects.filter(pk__in=ids - set(own)).values_list("pk", "name") if ids - set(own) else ()
        return [_told(event, {**own, **dict(others)}) for event in events]

    @property
    def version(self) -> int:
        return writing.version_of(self.licence)


def _chain(start: Licence | None, way: str) -> Iterator[Licence]:
    """Not for ever, whatever the rows say."""
    seen: set[int] = set()
    while start is not None and start.pk not in seen and len(seen) < FAR:
        seen.add(start.pk)
        yield start
        start = getattr(start, way, None)


def _told(event: Event, partners: Mapping[int | None, str]) -> Told:
    words = VERBS.get(event.verb, event.verb)
    first = event.verb in {"NFR licence granted", "NFR licence renewed"}
    names = () if first else [name for name in event.after if name != "replaces"]
    changes = [
        (_label(name), _value(event.before, name, partners), _value(event.after, name, partners)) for name in names
    ]
    return Told(event=event, words=str(words), changes=changes)


def _label(name: str) -> str:
    own = {"used": _("seats in use"), "source": _("said by"), "account": _("partner"), "ended": _("ended early on")}
    return str(own.get(name) or Licence._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001 - the column's name for people


def _value(said: Mapping[str, Any], name: str, partners: Mapping[int | None, str]) -> str:
    value = said.get(name)
    if value in {None, ""}:
        return "\u2013" if name in said else ""
    if name in {"starts", "ends", "ended"}:
        return date_format(date.fromisoformat(str(value)), "j M Y")
    if name == "account":
        return partners.get(value, str(value))
    return str(CHOICES.get(name, {}).get(value, value))

"""What the address of the register asks for, and the rows it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nfr import policy
from nfr.models import Licence, LicenceRequest, Type
from nfr.register import access, states
from partners.narrowing import UNKNOWN, number, of_manager, of_region
from people.models import User
from tickets.models.ticket import number_of
from web.keyset import Way

KEPT: Final = ("show", "stage", "track", "region", "type", "manager", "partner", "sort", "q")
LONGEST: Final = 200
REQUESTS: Final = "requests"
SORTS: Final = ("ends", "-ends", "partner", "-partner", "used", "-used")
SHOWN: Final[Mapping[str, str | Promise]] = {
    "": _("In force"),
    "expiring": _("Ending within 60 days"),
    "over": _("Over their seats"),
    REQUESTS: _("Requests under way"),
    "coming": _("To begin"),
    "exceptions": _("Exceptions"),
    "nobody": _("Partner not known"),
    "ended": _("Ended"),
    "all": _("All"),
}
Stage = LicenceRequest.Stage
UNDER_WAY: Final = (Stage.READING, Stage.ASKED, Stage.DECIDING, Stage.AT_SUPPORT, Stage.PASSED_ON)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which tab, whose, how sorted; and where a page starts."""

    show: str
    stage: str
    track: str
    region: str
    type: str
    manager: str
    partner: int | None
    text: str
    sort: str
    way: Way
    cursor: str
    query: QueryDict

    @property
    def narrowed(self) -> bool:
        return bool(self.track or self.region or self.type or self.manager or self.partner or self.text or self.stage)

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
        return reverse(f"nfr_register:{to}") + (f"?{written}" if written else "")


def asked_for(given: QueryDict) -> Asked:
    query = QueryDict(mutable=True)
    for name in KEPT:
        value = given.get(name, "").replace("\x00", "")[:LONGEST]
        if value:
            query[name] = value
    way: Way = "before" if given.get("before") else "after"
    show = query.get("show", "")
    sort = query.get("sort", "")
    return Asked(
        show=show if show in SHOWN else "",
        stage=query.get("stage", ""),
        track=query.get("track", ""),
        region=query.get("region", ""),
        type=query.get("type", ""),
        manager=query.get("manager", ""),
        partner=number(query.get("partner", "")),
        text=" ".join(query.get("q", "").split()),
        sort=sort if sort in SORTS else "",
        way=way,
        cursor=given.get(way, ""),
        query=query,
    )


def of_tab(show: str, on: date) -> Q:
    """The licences of a tab, on a day."""
    wanted = {
        "": policy.in_force(on),
        "expiring": states.expiring(on),
        "over": policy.in_force(on) & states.over_seat(),
        "coming": states.coming(on),
        "exceptions": policy.not_over(on) & ~Q(exception=""),
        "nobody": Q(account=None),
        "ended": ~policy.not_over(on),
        "all": Q(),
    }
    return wanted.get(show, Q(pk__in=[]))


def licences(asked: Asked, user: User) -> QuerySet[Licence]:
    """The licences the filters leave, whatever their tab."""
    rows = access.licences_for(user)
    for wanted in _narrowed(asked, user):
        rows = rows.filter(wanted)
    if asked.type:
        rows = rows.filter(Q(type=asked.type) if asked.type in Type.values else Q(pk__in=[]))
    columns = ("partner_name", "namespace", "licence_ref", "contact_name", "contact_email", "support_ticket")
    return rows.filter(_words(asked.text, columns)) if asked.text else rows


def requests(asked: Asked, user: User) -> QuerySet[LicenceRequest]:
    """The requests under way that the filters leave, whatever their stage."""
    rows = access.requests_for(user).filter(stage__in=UNDER_WAY)
    for wanted in _narrowed(asked, user):
        rows = rows.filter(wanted)
    if asked.type:
        rows = rows.filter(Q(types__contains=[asked.type]) if asked.type in Type.values else Q(pk__in=[]))
    columns = ("namespace", "contact_name", "contact_email", "support_ticket", "ticket__subject")
    return rows.filter(_words(asked.text, columns)) if asked.text else rows


def _narrowed(asked: Asked, user: User) -> list[Q]:
    found = []
    if asked.track:
        found.append(
            Q(account=None) | Q(account__track="") if asked.track == UNKNOWN else Q(account__track=asked.track)
        )
    if asked.region:
        found.append(of_region(asked.region))
    if asked.manager:
        found.append(of_manager(asked.manager, user))
    if asked.partner:
        found.append(Q(account=asked.partner))
    return found


def _words(text: str, columns: tuple[str, ...]) -> Q:
    """Each word stands in a name, a namespace, a number; or it is the number of the ticket."""
    wanted = Q()
    for word in text.split()[:8]:
        found = Q(account__name__icontains=word)
        for column in columns:
            found |= Q(**{f"{column}__icontains": word})
        wanted &= found
    return wanted | Q(ticket=number_of(text) or 0)

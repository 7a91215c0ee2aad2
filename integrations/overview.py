"""What the page of the vendors shows, and the words of their lamps (R-05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from integrations import state
from integrations.models import Call, ConnectNotice, ExternalAction, Vendor
from integrations.state import VendorState
from web.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.shell import Tone

CALLS_SHOWN: Final = 25
ACTIONS_SHOWN: Final = 50
LATELY: Final = timedelta(days=7)
TONES: Final[dict[str, Tone]] = {"ok": "green", "warn": "amber", "bad": "red", "quiet": "grey"}
OPEN: Final = (ExternalAction.State.WAITING, ExternalAction.State.RUNNING)
OPERATIONS: Final = {
    "salesforce.close_deal": _lazy("Close a registration as won"),
    "salesforce.reopen_deal": _lazy("Set a registration back to approved"),
    "salesforce.attach_file": _lazy("Attach a file"),
    "salesforce.detach_file": _lazy("Take a file away again"),
    "salesforce.post_chatter": _lazy("Post in Chatter"),
    "salesforce.delete_post": _lazy("Take a post in Chatter away again"),
    "salesforce.set_account": _lazy("Change owner or territories"),
    "salesforce.set_accounts": _lazy("Change owners or territories of several partners"),
    "salesforce.open_case": _lazy("Open a case"),
    "docusign.release_gate": _lazy("Approve and send to Legal"),
    "docusign.void": _lazy("Void an envelope"),
}
memory = Memory(seconds=15)


@dataclass(frozen=True, kw_only=True)
class Notices:
    """What DocuSign told us: not yet applied, not ours, unreadable, and when it last came."""

    waiting: int
    ignored: int
    unreadable: int
    last: datetime | None


@dataclass(frozen=True, kw_only=True)
class Card:
    vendor: Vendor
    state: VendorState
    notices: Notices | None


@dataclass(frozen=True, kw_only=True)
class Write:
    """A write at a vendor, in words."""

    action: ExternalAction
    words: str


@dataclass(frozen=True, kw_only=True)
class Overview:
    cards: Sequence[Card]
    writes: Sequence[Write]
    calls: Sequence[Call]


def read() -> Overview:
    return Overview(
        cards=[
            Card(
                vendor=vendor,
                state=state.state_of(vendor),
                notices=notices() if vendor == Vendor.DOCUSIGN else None,
            )
            for vendor in Vendor
        ],
        writes=[Write(action=one, words=words_of(one)) for one in unfinished()[:ACTIONS_SHOWN]],
        calls=list(Call.objects.all()[:CALLS_SHOWN]),
    )


def words_of(action: ExternalAction) -> str:
    """What it does at whom, for people; one that is not listed here is named as in the code."""
    return f"{Vendor(action.vendor).label}: {OPERATIONS.get(action.operation, action.operation)}"


def unfinished() -> QuerySet[ExternalAction]:
    """Writes somebody may want to know of, those that need a person first."""
    refused = Q(state=ExternalAction.State.REFUSED, finished__gte=timezone.now() - LATELY)
    rows = ExternalAction.objects.filter(refused | Q(state__in=OPEN))
    return rows.select_related("requested_by").order_by("state", "next_try", "id")


def notices() -> Notices:
    since = timezone.now() - LATELY
    states = ConnectNotice.State
    found = ConnectNotice.objects.filter(Q(state=states.RECEIVED) | Q(created__gte=since)).aggregate(
        waiting=Count("pk", filter=Q(state=states.RECEIVED)),
        ignored=Count("pk", filter=Q(state=states.IGNORED)),
        unreadable=Count("pk", filter=Q(state=states.UNREADABLE)),
    )
    newest = ConnectNotice.objects.order_by("-pk").values_list("created", flat=True).first()
    return Notices(**found, last=newest)


def lamp_of(vendor: Vendor) -> Callable[[], tuple[Tone, str]]:
    return partial(_lamp, vendor)


def _lamp(vendor: Vendor) -> tuple[Tone, str]:
    now = state.state_of(vendor)
    short = {
        "ok": _("%(vendor)s: all normal"),
        "quiet": _("%(vendor)s: not asked yet"),
        "bad": _("%(vendor)s: not available"),
    }
    return TONES[now.tone], short[now.tone] % {"vendor": vendor.label} if now.tone in short else now.words


def dot(user: Any) -> str:  # noqa: ARG001 - asked for a reader, the same for all
    """What is wrong, in words for the rail."""
    return _said()["bad"]


def warns(user: Any) -> str:  # noqa: ARG001 - asked for a reader, the same for all
    """What is worth a look, in words for the rail."""
    return _said()["warn"]


def _said() -> dict[str, str]:
    """Sentences by tone; every page asks, so they are remembered a moment."""
    return memory.get("said", _say)


def _say() -> dict[str, str]:
    states = [state.state_of(vendor) for vendor in Vendor]
    return {tone: " ".join(one.words.strip() for one in states if one.tone == tone) for tone in ("bad", "warn")}

"""How a vendor stands, in words: for its page and the lamp. Reads rows and Redis; never asks the vendor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations import breaker
from integrations.breaker import BreakerState
from integrations.models import Call, ExternalAction, Vendor
from web import nudging

PROBE: Final = "integrations.tasks.probe"
RECENT: Final = timedelta(hours=1)
FULL: Final = 0.8


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Calls of today as the vendor counts them."""

    used: int
    total: int

    @property
    def share(self) -> float:
        return self.used / self.total if self.total else 0.0

    @property
    def is_high(self) -> bool:
        return self.share >= FULL


@dataclass(frozen=True, kw_only=True)
class Backlog:
    waiting: int
    refused: int
    oldest: datetime | None


@dataclass(frozen=True, kw_only=True)
class VendorState:
    """`tone` is one of ok, warn, bad, quiet (nobody has asked it yet)."""

    vendor: Vendor
    tone: str
    words: str
    breaker: BreakerState
    last_ok: Call | None
    last_problem: Call | None
    backlog: Backlog
    usage: Usage | None


def state_of(vendor: str) -> VendorState:
    """Four small queries, whatever there is."""
    which = Vendor(vendor)
    calls = Call.objects.filter(vendor=which).order_by("-created")
    held = breaker.state(which)
    part = breaker.state(breaker.CHATTER) if which is Vendor.SALESFORCE else breaker.CLOSED
    last_ok = calls.filter(error_class="").first()
    last_problem = calls.exclude(error_class="").first()
    counted = calls.filter(limit_total__gte=0).first()
    usage = Usage(used=counted.limit_used or 0, total=counted.limit_total or 0) if counted else None
    backlog = _backlog(which)
    tone, words = _said(which, held, part, last_ok, last_problem, usage, backlog)
    return VendorState(
        vendor=which,
        tone=tone,
        words=words,
        breaker=held,
        last_ok=last_ok,
        last_problem=last_problem,
        backlog=backlog,
        usage=usage,
    )


def probe(vendor: str) -> None:
    """*Try now*: a worker asks the vendor, whatever the breaker says; the answer shows in the state."""
    nudging.send(PROBE, Vendor(vendor).value)


def _backlog(vendor: Vendor) -> Backlog:
    open_states = [ExternalAction.State.WAITING, ExternalAction.State.RUNNING]
    rows = ExternalAction.objects.filter(vendor=vendor)
    found = rows.filter(state__in=open_states).aggregate(count=Count("pk"), oldest=Min("created"))
    lately = timezone.now() - timedelta(days=7)
    refused = rows.filter(state=ExternalAction.State.REFUSED, finished__gt=lately).count()
    return Backlog(waiting=found["count"], refused=refused, oldest=found["oldest"])


def _said(
    vendor: Vendor,
    held: BreakerState,
    part: BreakerState,
    last_ok: Call | None,
    last_problem: Call | None,
    usage: Usage | None,
    backlog: Backlog,
) -> tuple[str, str]:
    name = vendor.label
    if held.open:
        away = _("%(vendor)s is not available. %(why)s") % {"vendor": name, "why": held.why}
        return "bad", f"{held.why if held.why.startswith(str(name)) else away} {_waiting(backlog)}"
    if part.open:
        return "warn", _("Chatter is not available. %(why)s") % {"why": part.why}
    if usage and usage.is_high:
        sentence = _("%(share)d %% of today's calls to %(vendor)s are used.")
        return "warn", sentence % {"share": usage.share * 100, "vendor": name}
    if last_problem and (last_ok is None or last_problem.created > last_ok.created):
        sentence = _("The last call to %(vendor)s failed: %(why)s.")
        return "warn", sentence % {"vendor": name, "why": last_problem.get_error_class_display()}
    if last_ok is None:
        return "quiet", _("%(vendor)s was not asked yet.") % {"vendor": name}
    return "ok", _("%(vendor)s answers.") % {"vendor": name}


def _waiting(backlog: Backlog) -> str:
    if not backlog.waiting:
        return _("Nothing waits for it.")
    return ngettext(
        "%(count)d change waits and goes on by itself.",
        "%(count)d changes wait and go on by themselves.",
        backlog.waiting,
    ) % {"count": backlog.waiting}

"""Proofs where people work: the card on the partner's page, and what is under way when a manager changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import panels
from partners.panels import Page, Panel
from people.quarters import quarter_of
from routing.team import hooks
from routing.team.hooks import Flight
from service_attach import access, stages
from service_attach.board.listing import Row, tier_words
from service_attach.models import Proof

SHOWN: Final = 4


def register() -> None:
    """Called once when the process starts."""
    panels.register(
        Panel(
            slug="proofs",
            title=gettext_lazy("Proofs"),
            template="service_attach/partner_card.html",
            read=read,
            order=45,
            half=True,
        )
    )
    hooks.on_under_way(under_way)


def read(page: Page) -> Mapping[str, Any] | None:
    """Two statements: the newest, those under way first; and what this quarter's services come to."""
    rows = access.proofs_for(page.user).filter(account=page.account).select_related("ticket", "account")
    ended = Q(stage__in=[Proof.Stage.ENDED, Proof.Stage.TAKEN_BACK, Proof.Stage.WON])
    newest = list(rows.annotate(over=ended).order_by("over", "-created", "-pk")[: SHOWN + 1])
    if not newest:
        return None
    now = quarter_of(timezone.localdate())
    counted = rows.aggregate(
        open=Count("pk", filter=Q(stage__in=stages.UNDER_WAY)),
        won=Count("pk", filter=Q(stage=Proof.Stage.WON, fiscal_year=now.year, fiscal_quarter=now.number)),
    )
    quarter = f"{now.label}: {tier_words(counted['won'])}" if counted["won"] else ""
    lines = [Row(proof=one, services=0) for one in newest[:SHOWN]]
    return {"lines": lines, "more": len(newest) > SHOWN, "open": counted["open"], "quarter": quarter}


def under_way(accounts: Collection[int]) -> Iterator[Flight]:
    """Proofs nobody has settled yet, for those who take the partners over."""
    rows = Proof.objects.filter(access.is_one(), account__in=accounts, stage__in=stages.UNDER_WAY).select_related(
        "ticket"
    )
    for one in rows.order_by("account", "pk"):
        named = {"customer": one.customer_name or one.ticket.subject, "stage": one.get_stage_display()}
        words = _("Proof for %(customer)s: %(stage)s") % named
        yield Flight(account=one.account_id or 0, words=words, url=f"/tickets/{one.ticket.reference}/")

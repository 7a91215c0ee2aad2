"""Letters where people work: a card on the partner's page, and what is under way when a manager changes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loa.models import Letter, LetterRequest
from partners import panels
from partners.models import Account
from partners.panels import Page, Panel
from people.models import User
from routing.team import hooks
from routing.team.hooks import Flight

SHOWN: Final = 4
SOON: Final = timedelta(days=30)
Stage = LetterRequest.Stage
UNDER_WAY: Final = (Stage.REQUESTED, Stage.PHD_REVIEW, Stage.LEGAL_REVIEW)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A letter as the card shows it. `tone`: green counts, amber soon not, empty not any more."""

    letter: Letter
    tone: str
    words: str


def register() -> None:
    """Called once when the process starts; the card takes the place of the desk's plain list of tickets."""
    panels.register(
        Panel(
            slug="letters",
            title=gettext_lazy("Letters"),
            template="loa/partner_card.html",
            read=read,
            order=30,
            half=True,
        )
    )
    hooks.on_under_way(under_way)


def read(page: Page) -> Mapping[str, Any] | None:
    """Two statements. A channel manager sees those of their own partners."""
    if not _may_read(page.user, page.account):
        return None
    today = timezone.localdate()
    live = Q(state=Letter.State.IN_FORCE, valid_until__gte=today)
    rows = Letter.objects.filter(account=page.account).select_related("request__ticket", "stored")
    newest = list(rows.annotate(dead=~live).order_by("dead", "-dated", "-pk")[: SHOWN + 1])
    asked = list(
        LetterRequest.objects.filter(account=page.account, stage__in=UNDER_WAY)
        .select_related("ticket")
        .order_by("-requested", "-pk")[:SHOWN]
    )
    if not newest and not asked:
        return None
    return {"lines": [_line(one, today) for one in newest[:SHOWN]], "more": len(newest) > SHOWN, "asked": asked}


def under_way(accounts: Collection[int]) -> Iterator[Flight]:
    """Requests nobody has ended yet, for those who take the partners over."""
    rows = LetterRequest.objects.filter(account__in=accounts, stage__in=UNDER_WAY).select_related("ticket")
    for one in rows.order_by("account", "pk"):
        words = _("Letter for %(company)s: %(stage)s")
        url = f"/tickets/{one.ticket.reference}/" if one.ticket else f"/loa/{one.pk}/"
        named = {"company": one.company or one.requester_name, "stage": one.get_stage_display()}
        yield Flight(account=one.account_id or 0, words=words % named, url=url)


def _may_read(user: User, account: Account) -> bool:
    manager = account.channel_manager
    return user.on_desk or bool(manager and manager.user_id == user.pk)


def _line(letter: Letter, today: date) -> Line:
    if letter.state != Letter.State.IN_FORCE:
        return Line(letter=letter, tone="", words=str(letter.get_state_display()))
    if letter.valid_until < today:
        return Line(letter=letter, tone="", words=_("Ended"))
    soon = letter.valid_until - today <= SOON
    return Line(letter=letter, tone="amber" if soon else "green", words=_("Ends soon") if soon else _("In force"))

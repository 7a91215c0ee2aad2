"""The hand-over note on a partner's page: the newest one, for as long as it is news."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mail import markdown
from partners import panels
from partners.panels import Page, Panel
from routing.models import HandOver
from routing.team import texts

NEWS: Final = timedelta(days=120)


def register() -> None:
    """Called once when the process starts."""
    panels.register(
        Panel(
            slug="hand_over",
            title=_("Hand-over"),
            template="routing/team/hand_over.html",
            read=_read,
            order=12,
            column="side",
        )
    )


def _read(page: Page) -> Mapping[str, Any] | None:
    """One statement."""
    recent = HandOver.objects.filter(account=page.account, created__gte=timezone.now() - NEWS)
    note = recent.select_related("old", "new", "roster_change").first()
    if note is None:
        return None
    told = note.roster_change.partner_text if note.roster_change else ""
    old, new = str(note.old or ""), str(note.new or "")
    text = texts.for_partner(told, partner=page.account.name, old=old, new=new) if page.user.on_desk else ""
    return {"note": note, "html": markdown.render(note.text), "text": text}

"""What partners are told: the response about a new channel manager, with what the change says filled in."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from routing.models import RosterChange
from routing.team import moves
from tickets import responses
from tickets.models import Response

SLUG: Final = "new-channel-manager"


def introduction(change: RosterChange) -> str:
    """Prepared from the response; each partner's name, its people and the managers are filled in later."""
    row = Response.objects.filter(slug=SLUG, active=True).first()
    if row is None:
        return ""
    known = {"date": date_format(change.effective, "j M Y")}
    text = responses.render(row, known).body
    joiner = moves.joiner_of(change)
    return text.replace("{{ new_cam }}", str(joiner)) if joiner else text


def on_another_day(text: str, *, was: date, now: date) -> str:
    """The day that was filled in follows the day of the change."""
    return text.replace(date_format(was, "j M Y"), date_format(now, "j M Y")) if was != now else text


def for_partner(text: str, *, partner: str, old: str, new: str) -> str:
    """One partner's text; what a person still has to say stays between its braces."""
    values = {"partner_name": partner, "old_cam": old or _("nobody"), "new_cam": new}
    for name, value in values.items():
        text = text.replace(f"{{{{ {name} }}}}", value)
    return text

"""Words of the pages about mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django import template
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from journal.models import Event

register = template.Library()

VERBS: Final = {
    "mail released": _("released it"),
    "mail made a ticket": _("made a ticket of it"),
    "mail discarded": _("discarded it"),
    "mail put back": _("put it back"),
}


@register.filter
def event_words(event: Event) -> str:
    """What somebody did, after their name."""
    return str(VERBS.get(event.verb, event.verb))

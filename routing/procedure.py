"""Who looks after a partner: what the question is called, how it is recognised, what the form asks, what we promise."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from people.calendar import Target
from tickets.kinds import Field, Kind
from tickets.recognising import by_signs, sign

_MANAGER = r"(channel (account )?|partner (account |territory )?|account )(manager|owner)|\bcam"


def _subject(given: Mapping[str, str]) -> str:
    return _now("Channel manager of %(partner)s") % {"partner": given.get("company", "").strip()}


ACCOUNT_OWNER = Kind(
    slug="account_owner",
    title=_("Channel manager"),
    short=_("Owner"),
    icon="route",
    handbook="#channel-manager-ownership-in-sfdc---accounts-and-opportunities",
    first_reply=Target(days=1),
    resolution=Target(days=3),
    recognise=by_signs(
        sign(
            rf"""
            \b(who|whom|which|find|name of|looking for|do not know|don't know)\b.{{0,50}}\b({_MANAGER})\b
            \b(introduc\w+|contact (details|info\w*) (of|for))\b.{{0,50}}\b({_MANAGER})\b
            \b(new|change|changed|wrong|different|assign(ed)?|update|reassign|transfer)\b.{{0,30}}\b({_MANAGER})\b
            \b({_MANAGER}) (change|assignment|contact)\b
            \b(change|transfer) of (account )?ownership\b
            \baccount owner(ship)?\b
            \b(neuer|unser|unseren|welcher) (channel manager|ansprechpartner)
            \bansprechpartner\b
            \b(notre|votre|quel est le) (nouveau )?(responsable|charge) (de )?(compte|canal|partenaire)
            \b(gerente|responsable) de (cuenta|canal)
            担当(者|マネージャー|営業)(は|を|の|変更|が)
        """,
            subject=85,
            text=60,
        ),
        sign(r"\bchannel (account )?manager\b", subject=62),
    ),
    fields=(
        Field(
            name="company",
            label=_("Partner"),
            hint=_("As it stands in your partner agreement"),
            autocomplete="organization",
        ),
        Field(name="country", label=_("Country"), max_length=80, autocomplete="country-name"),
        Field(
            name="subdivision",
            label=_("State or province"),
            hint=_("In the United States: the state decides"),
            max_length=80,
            required=False,
            autocomplete="address-level1",
        ),
        Field(
            name="postal_code",
            label=_("Postal code"),
            hint=_("In Pennsylvania it tells east from west"),
            max_length=20,
            required=False,
            autocomplete="postal-code",
        ),
    ),
    subject=_subject,
)

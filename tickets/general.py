"""The kind for everything that has no procedure of its own, and its tiles on the request form."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from people.calendar import Target
from tickets.kinds import Card, Field, Kind
from tickets.topics import recognise_topic

_PORTAL_FIELDS = (
    Field(
        name="wish",
        label=_("What you need"),
        kind="select",
        choices=(
            ("register", _("Register in the portal")),
            ("sign_in", _("Sign in again: password, locked account")),
            ("people", _("Add or remove people")),
        ),
    ),
    Field(
        name="company",
        label=_("Company"),
        hint=_("As it stands in your partner agreement"),
        autocomplete="organization",
    ),
    Field(
        name="people",
        label=_("Who it is about"),
        hint=_("Name and business e-mail address, one person a line"),
        kind="textarea",
        max_length=2000,
        required=False,
    ),
)
_DEAL_FIELDS = (
    Field(
        name="wish",
        label=_("What it is about"),
        kind="select",
        choices=(
            ("how", _("How to register a deal")),
            ("access", _("Access to deal registration")),
            ("status", _("The status of a registration")),
            ("extension", _("More time for a registration")),
        ),
    ),
    Field(
        name="deal_id",
        label=_("Deal ID"),
        hint=_("On the registration in the portal; leave it empty if you have none yet"),
        max_length=40,
        required=False,
        mono=True,
    ),
    Field(name="customer", label=_("Customer"), hint=_("As written on the registration"), required=False),
)


def _subject(given: Mapping[str, str]) -> str:
    return " · ".join(value for name in ("customer", "deal_id", "company") if (value := given.get(name, "").strip()))


GENERAL = Kind(
    slug="general",
    title=_("General question"),
    short=_("Question"),
    icon="message-circle-question-mark",
    handbook="",
    first_reply=Target(days=1),
    resolution=Target(days=3),
    recognise=recognise_topic,
    subject=_subject,
    cards=(
        Card(
            slug="portal-access",
            title=_("Portal access"),
            summary=_("Register, reset, add people"),
            icon="log-in",
            order=40,
            topic="portal_access",
            fields=_PORTAL_FIELDS,
        ),
        Card(
            slug="deal-registration",
            title=_("Deal registration"),
            summary=_("How to, status"),
            icon="handshake",
            order=60,
            topic="deal_registration",
            fields=_DEAL_FIELDS,
        ),
        Card(
            slug="something-else",
            title=_("Something else"),
            summary=_("We find the right team"),
            icon="message-circle-question-mark",
            order=80,
            fields=(),
        ),
    ),
)

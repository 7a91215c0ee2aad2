"""The five roles, and the questions others ask about them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    SPECIALIST = "specialist", _("Specialist")
    LEAD = "lead", _("Lead")
    CHANNEL_MANAGER = "channel_manager", _("Channel manager")
    PARTNER = "partner", _("Partner")
    ADMIN = "admin", _("Administrator")


DESK_ROLES = frozenset({Role.SPECIALIST, Role.LEAD, Role.ADMIN})
LEADING_ROLES = frozenset({Role.LEAD, Role.ADMIN})
STAFF_ROLES = DESK_ROLES | {Role.CHANNEL_MANAGER}

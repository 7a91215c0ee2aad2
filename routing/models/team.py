"""A change of the team: somebody joins, somebody leaves, territories move."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RosterChange(models.Model):
    """Proposed with a preview, approved by a second person, in force from a day on, then done in one transaction."""

    class Kind(models.TextChoices):
        JOINS = "joins", _("Somebody joins")
        LEAVES = "leaves", _("Somebody leaves")
        MOVES = "moves", _("Territories move")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Waiting for approval")
        APPROVED = "approved", _("Approved")  # waits for its day
        APPLIED = "applied", _("In force")
        DROPPED = "dropped", _("Dropped")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    manager = models.ForeignKey(
        "people.ChannelManager", models.PROTECT, null=True, blank=True, related_name="roster_changes"
    )  # who joins or leaves; whose territories move
    person = models.JSONField(default=dict)  # of a joiner nobody knows yet: name, team, region, Salesforce user
    moves = models.JSONField(
        default=list
    )  # [{"rule": "coverage:12" | "keyrule:3" | "partnerrule:4", "to": manager id}]
    effective = models.DateField(_("in force from"))
    why = models.TextField(_("why"), blank=True)
    partner_text = models.TextField(_("what partners are told"), blank=True)
    preview = models.JSONField(default=dict)  # counts as they were when it was proposed
    region = models.CharField(_("region"), max_length=40, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    approved = models.DateTimeField(null=True)
    applied = models.DateTimeField(null=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of the team")
        verbose_name_plural = _("changes of the team")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.effective}"

"""What was asked and answered, and what somebody says is wrong with it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Decision(models.Model):
    """One question with the answer as it was given (contract §4). The same again only counts."""

    class About(models.TextChoices):
        ACCOUNT = "account", _("Account owner")
        OPPORTUNITY = "opportunity", _("Opportunity")

    about = models.CharField(max_length=12, choices=About.choices)
    question = models.JSONField(default=dict)  # the parameters by their names of the API
    answer = models.JSONField(default=dict)  # contract §4
    outcome = models.CharField(max_length=12)  # assigned, ambiguous, unassigned
    manager = models.ForeignKey("people.ChannelManager", models.SET_NULL, null=True, related_name="decisions")
    account = models.ForeignKey("partners.Account", models.SET_NULL, null=True, related_name="routing_decisions")
    ticket = models.ForeignKey("tickets.Ticket", models.SET_NULL, null=True, related_name="routing_decisions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_by_name = models.CharField(max_length=160, blank=True)
    digest = models.CharField(max_length=64, unique=True)  # of question, answer, who and where
    times = models.PositiveIntegerField(default=1)
    created = models.DateTimeField(default=timezone.now)
    last_asked = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-last_asked", "-id"]
        indexes = [models.Index(fields=["-last_asked"], name="decision_by_time")]

    def __str__(self) -> str:
        return f"{self.about} {self.outcome}"


class Correction(models.Model):
    """Somebody says that an answer is wrong, and what it should be; a lead decides."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="corrections")
    manager = models.ForeignKey(
        "people.ChannelManager", models.SET_NULL, null=True, blank=True, related_name="+"
    )  # who it should be, where known
    why = models.TextField(_("what is wrong"), max_length=2000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided = models.DateTimeField(null=True)
    answer = models.TextField(_("what was decided, and why"), blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-id"]
        indexes = [models.Index(fields=["id"], name="correction_open", condition=models.Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.decision} {self.state}"

"""A step of a ticket's procedure, as it was promised when the procedure began, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Step(models.Model):
    """One line of the checklist. The declaration stays in `procedures`; `title` and order are those of that day.

    `run` counts the procedures a ticket has had: another kind begins another one, the old steps stay. `key` is the same
    however often the step is tried; vendors are given it.
    """

    class Type(models.TextChoices):
        AUTOMATIC = "automatic", _("Automatic")
        CONFIRMED = "confirmed", _("Decided by a person")
        AWAITED = "awaited", _("Awaited")

    class State(models.TextChoices):
        LATER = "later", _("Later")
        READY = "ready", _("Ready")
        RUNNING = "running", _("Running")
        WAITING = "waiting", _("Waiting")
        STUCK = "stuck", _("Stuck")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped")

    class WaitsFor(models.TextChoices):
        DESK = "desk", _("the desk")
        PARTNER = "partner", _("the partner")
        LEGAL = "legal", _("Legal")
        CHANNEL_MANAGER = "channel_manager", _("the channel manager")
        SUPPORT = "support", _("Support")
        SALESFORCE = "salesforce", _("Salesforce")
        DOCUSIGN = "docusign", _("DocuSign")
        TEAM = "team", _("another team")
        DATE = "date", _("a date")

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="steps", db_index=False)
    run = models.PositiveIntegerField(default=1)
    procedure = models.CharField(max_length=30)  # its slug: a kind, or a kind and a variant of it
    position = models.PositiveIntegerField()
    slug = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    type = models.CharField(max_length=10, choices=Type.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.LATER)
    key = models.CharField(max_length=80, unique=True)  # PHD-1042.1.find_account

    note = models.CharField(max_length=500, blank=True)  # one line: what came out
    data = models.JSONField(default=dict)  # evidence to show, see tickets.procedures.Done
    problem = models.TextField(blank=True)  # a sentence: why it is stuck, or what it is tried again for
    waits_for = models.CharField(max_length=20, choices=WaitsFor.choices, blank=True)
    due = models.DateTimeField(null=True, blank=True)  # by when what is awaited should be there
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveIntegerField(default=0)

    attempts = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)

    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    by_hand = models.BooleanField(default=False)
    why = models.TextField(blank=True)  # the reason of a skip, or how it was done by hand
    shadow = models.BooleanField(default=False)  # it wrote nothing: `data` says what it would have written
    agreed = models.BooleanField(null=True, blank=True)  # whether a person would have done the same
    undo_asked = models.DateTimeField(null=True, blank=True)  # a worker takes the write back: `data["undo"]` says more
    undone = models.DateTimeField(null=True, blank=True)

    ready = models.DateTimeField(null=True, blank=True)  # its turn came
    started = models.DateTimeField(null=True, blank=True)  # a worker began, or it began to wait
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["ticket", "run", "position"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "run", "position"], name="one_step_per_place"),
            models.CheckConstraint(
                name="step_state_known",
                condition=models.Q(state__in=["later", "ready", "running", "waiting", "stuck", "done", "skipped"]),
            ),
            models.CheckConstraint(
                name="step_type_known", condition=models.Q(type__in=["automatic", "confirmed", "awaited"])
            ),
            models.CheckConstraint(
                name="step_over_since",
                condition=models.Q(state__in=["done", "skipped"], finished__isnull=False)
                | models.Q(~models.Q(state__in=["done", "skipped"]), finished__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["next_try"], name="step_to_do", condition=models.Q(state__in=["ready", "running"])),
            models.Index(fields=["next_try"], name="step_to_look", condition=models.Q(state="waiting")),
            models.Index(
                fields=["undo_asked"],
                name="step_to_undo",
                condition=models.Q(undo_asked__isnull=False, undone__isnull=True),
            ),
            models.Index(
                fields=["remind_at"],
                name="step_to_remind",
                condition=models.Q(state="waiting", remind_at__isnull=False),
            ),
            models.Index(fields=["procedure", "slug", "state"], name="step_by_procedure"),
            models.Index(
                fields=["state", "waits_for"],
                name="step_at_work",
                condition=models.Q(state__in=["ready", "running", "waiting", "stuck"]),
            ),
            models.Index(fields=["-finished"], name="step_lately_over", condition=models.Q(finished__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key


class StepSetting(models.Model):
    """What a lead has set for a step of a procedure. In shadow it does everything but the write."""

    procedure = models.CharField(max_length=30)
    slug = models.CharField(max_length=40)
    shadow = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("setting of a step")
        verbose_name_plural = _("settings of steps")
        constraints = [models.UniqueConstraint(fields=["procedure", "slug"], name="one_setting_per_step")]

    def __str__(self) -> str:
        return f"{self.procedure}.{self.slug}"

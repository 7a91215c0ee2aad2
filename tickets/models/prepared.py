"""A reply that a procedure has prepared: whoever opens the composer finds it there, with its people and files."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PreparedReply(models.Model):
    """Nobody's draft yet. One is offered at a time; `tickets.prepared` is the only writer.

    `body` may still hold `{{ sender_name }}`, which is whoever sends. `warnings` are sentences beside To and Cc.
    """

    class State(models.TextChoices):
        OFFERED = "offered", _("offered")
        SENT = "sent", _("sent")
        WITHDRAWN = "withdrawn", _("withdrawn")  # another one took its place, or it is not wanted any more

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="prepared_replies")
    step = models.CharField(max_length=80)  # the key of the step that prepared it
    state = models.CharField(max_length=9, choices=State.choices, default=State.OFFERED)
    response = models.CharField(max_length=80, blank=True)
    version = models.PositiveIntegerField(default=0)
    body = models.TextField()
    values = models.JSONField(default=dict)  # what was filled in, by variable
    to = models.JSONField(default=list)  # rows of Recipient
    cc = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    then = models.CharField(max_length=20, blank=True)  # the status to set with it
    message = models.OneToOneField("tickets.Message", models.SET_NULL, null=True, blank=True, related_name="prepared")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    settled = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("prepared reply")
        verbose_name_plural = _("prepared replies")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=models.Q(state="offered"), name="one_prepared_reply_per_ticket"
            )
        ]

    def __str__(self) -> str:
        return self.step


class PreparedFile(models.Model):
    """A file that goes with it; the same stored file may hang at other messages too."""

    reply = models.ForeignKey(PreparedReply, models.CASCADE, related_name="files")
    stored = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.filename

"""What somebody is writing: a row of its own that no change of the ticket touches."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """One per person, ticket and kind (reply or note); a save with a lower `sequence` is older and ignored."""

    class Kind(models.TextChoices):
        REPLY = "reply", _("Reply")
        NOTE = "note", _("Internal note")

    class History(models.TextChoices):
        """Who gets the message that is answered below the answer."""

        KNOWN = "known", _("For those who had that message")
        ALL = "all", _("For everybody")
        NONE = "none", _("Leave it out")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    body = models.TextField(blank=True)
    to = models.TextField(blank=True)
    cc = models.TextField(blank=True)
    attachments = models.ManyToManyField("tickets.Attachment", blank=True, related_name="drafts")
    history = models.CharField(max_length=5, choices=History.choices, default=History.KNOWN)
    response = models.CharField(max_length=80, blank=True)
    prepared = models.ForeignKey(
        "tickets.PreparedReply", models.SET_NULL, null=True, blank=True, related_name="drafts"
    )  # what it was begun with
    left_out = models.JSONField(default=list)  # ids of the prepared files that do not go along
    seen_event = models.BigIntegerField(default=0)
    sequence = models.BigIntegerField(default=0)
    updated = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["user", "ticket", "kind"], name="one_draft_per_person_and_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.ticket_id}"

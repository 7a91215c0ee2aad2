"""What each person has seen of a ticket."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Seen(models.Model):
    """The newest event a person had before their eyes; newer messages are marked as new."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+")
    event_id = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "ticket"], name="one_seen_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id} saw {self.event_id} of {self.ticket_id}"

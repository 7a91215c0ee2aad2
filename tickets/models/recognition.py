"""What kind of request a ticket was taken for, by which words, and what else it may be."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Recognition(models.Model):
    """Surest first, `ranked` is `[{"kind", "topic", "score", "because", "signs": [{"where", "words", …}, …]}, …]`.

    Read again when the documents of the ticket have been; once a person chose the kind, nothing changes it by itself.
    """

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="recognition")
    ranked = models.JSONField(default=list)
    papers = models.BooleanField(default=False)  # the documents were read for it
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    corrected = models.DateTimeField(null=True, blank=True)
    read = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")

    def __str__(self) -> str:
        return str(self.ticket_id)

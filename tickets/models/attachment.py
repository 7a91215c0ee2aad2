"""A file on a ticket; it belongs to a message once that is sent."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """Who may read the ticket may read the file; one on a note only who may read notes."""

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="attachments")
    message = models.ForeignKey("tickets.Message", models.CASCADE, null=True, blank=True, related_name="attachments")
    stored = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)
    size = models.BigIntegerField()
    content_id = models.CharField(max_length=255, blank=True)
    inline = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.filename

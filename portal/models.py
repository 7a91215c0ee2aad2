"""What a partner is still writing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RequestDraft(models.Model):
    """One form one visitor is filling in.

    `visitor` is the digest of the secret in their cookie, `key` the hidden field that makes a submission one. A sent
    draft stays for a while, so that the same submission twice finds the same files.
    """

    visitor = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    card = models.CharField(max_length=60)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    fields = models.JSONField(default=dict)
    files = models.ManyToManyField("documents.StoredFile", through="portal.DraftFile", related_name="+")
    sent = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)
    updated = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("request draft")
        verbose_name_plural = _("request drafts")
        constraints = [models.UniqueConstraint(fields=["visitor", "key"], name="one_draft_per_form")]
        indexes = [
            models.Index(fields=["visitor", "-updated"], name="draft_by_visitor"),
            models.Index(fields=["updated"], name="draft_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.card}, {self.updated:%Y-%m-%d %H:%M}"


class DraftFile(models.Model):
    """A file of a draft and the field it was given for."""

    draft = models.ForeignKey(RequestDraft, models.CASCADE, related_name="parts")
    field = models.CharField(max_length=60)
    stored = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file of a draft")
        verbose_name_plural = _("files of drafts")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.stored)

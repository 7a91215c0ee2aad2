"""A stored file: bytes under a generated key, with what we know of them. Never changed after it is made."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class StoredFile(models.Model):
    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    key = models.FileField(_("key"), max_length=120, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=255)
    size = models.BigIntegerField(_("size"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    declared_type = models.CharField(_("declared type"), max_length=120, blank=True)
    content_type = models.CharField(_("content type"), max_length=120)
    created = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="storedfile_size_not_negative", condition=models.Q(size__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name

    def read(self) -> bytes:
        with self.key.open("rb") as handle:
            content: bytes = handle.read()
        return content

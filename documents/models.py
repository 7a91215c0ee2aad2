"""Stored files: bytes under a generated key, never changed; and what was read in them, once for each."""

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
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sha256"], name="storedfile_by_content"),  # the same bytes are read once
        ]

    def __str__(self) -> str:
        return self.name

    def read(self) -> bytes:
        with self.key.open("rb") as handle:
            content: bytes = handle.read()
        return content


class Paper(models.Model):
    """What a stored file says, read once in the cage: the text of its pages, or in `refused` a sentence why not.

    `pages` is `[{"text": "…", "scan": false, "ocr": false}, …]`: a scan is a picture of text; `ocr` where that was read
    by a program and may be wrong. Of a workbook each sheet is a page, of anything else there is one.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", _("PDF")
        WORD = "word", _("Word document")
        SHEET = "sheet", _("spreadsheet")
        TEXT = "text", _("text")
        PICTURE = "picture", _("picture")
        OTHER = "other", _("another file")

    stored = models.OneToOneField(StoredFile, models.CASCADE, related_name="paper")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    refused = models.TextField(blank=True)
    warnings = models.JSONField(default=list)  # sentences: a script inside, another type than its name says
    page_count = models.PositiveIntegerField(default=0)
    pages = models.JSONField(default=list)  # of the first ones
    scanned = models.BooleanField(default=False)  # at least one page is a picture of text
    read = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("document read")
        verbose_name_plural = _("documents read")

    def __str__(self) -> str:
        return str(self.stored_id)


class PagePicture(models.Model):
    """How a page looks, drawn in the cage when it is first wanted."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="pictures")
    number = models.PositiveIntegerField()  # from 1
    picture = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("picture of a page")
        verbose_name_plural = _("pictures of pages")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["paper", "number"], name="one_picture_per_page"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}.{self.number}"

"""Our own addresses, the systems that write to us, and which automatic answers have left."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Mailbox(models.Model):
    """An address of ours that takes mail."""

    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=254)
    is_default = models.BooleanField(_("default"), default=False)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering: ClassVar[list[str]] = ["-is_default", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("address"), name="mailbox_address_once"),
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="mailbox_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class SystemSender(models.Model):
    """A program that writes to us (DocuSign, the portal): never answered, never counted as a loop.

    `pattern` is an address, or `@domain` for the domain and everything below it.
    """

    pattern = models.CharField(_("pattern"), max_length=254)
    label = models.CharField(_("label"), max_length=120)

    class Meta:
        verbose_name = _("system sender")
        verbose_name_plural = _("system senders")
        ordering: ClassVar[list[str]] = ["label", "pattern"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("pattern"), name="systemsender_pattern_once"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.pattern})"


class AutoReply(models.Model):
    """One automatic answer that left, kept to count (M-18)."""

    address = models.CharField(_("address"), max_length=254)
    domain = models.CharField(_("domain"), max_length=254)
    key = models.CharField(_("key"), max_length=60, blank=True)
    created = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("automatic answer")
        verbose_name_plural = _("automatic answers")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["address", "created"], name="autoreply_address_idx"),
            models.Index(fields=["domain", "created"], name="autoreply_domain_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.created:%Y-%m-%d %H:%M}"

"""The box is out of office: when, and what people inside and outside the organisation read meanwhile."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mail.models.mailbox import Mailbox


class AwayWindow(models.Model):
    """One absence of the whole desk (handbook, “Setting an Out of Office response”); it ends by itself.

    `time_zone` is the zone in which `starts` and `ends` were chosen and are shown.
    """

    class Occasion(models.TextChoices):
        FAMILY_AND_FRIENDS = "family", _("Family and Friends Day")
        OFFSITE = "offsite", _("Offsite or SKO")
        OTHER = "other", _("Something else")

    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.CASCADE, null=True, blank=True, related_name="away", verbose_name=_("mailbox")
    )  # null: every mailbox
    occasion = models.CharField(_("occasion"), max_length=10, choices=Occasion.choices)
    starts = models.DateTimeField(_("starts"))
    ends = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    text_outside = models.TextField(_("text for people outside"))
    text_inside = models.TextField(_("text for people inside"))
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    remind = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("remind")
    )  # null: whoever set it
    group_switched_on = models.BooleanField(_("switched on in the Google Group too"), default=False)
    group_switched_off = models.BooleanField(_("switched off in the Google Group again"), default=False)
    cancelled = models.DateTimeField(_("ended early"), null=True, blank=True)
    told_start = models.BooleanField(default=False)
    told_end = models.BooleanField(default=False)
    created = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("out of office")
        verbose_name_plural = _("out of office")
        ordering: ClassVar[list[str]] = ["-starts"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="awaywindow_ends_after_start", condition=models.Q(ends__gt=models.F("starts"))),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["ends"], name="away_ends_idx")]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()} {self.starts:%Y-%m-%d}"

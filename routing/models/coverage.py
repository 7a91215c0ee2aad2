"""Who looks after which place: the published roster and what was changed since, row by row with its dates."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from routing.models.dated import Dated, ends_after_start

GROUP: Final = "group:"


class Track(models.TextChoices):
    """The tracks that have managers of their own (handbook, “Channel Manager Account Ownership”)."""

    SELECT = "select", _("Select")
    OPEN = "open", _("Open")


class CountryGroup(models.Model):
    """An area the page names without spelling it out; `settled` when everybody means the same by it."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    codes = models.JSONField(_("countries (ISO 3166-1)"), default=list)
    geo = models.CharField(_("geo"), max_length=20, blank=True)
    catch_all = models.BooleanField(_("what no other area of the geo names"), default=False)
    settled = models.BooleanField(_("beyond doubt"), default=False)

    class Meta:
        verbose_name = _("country group")
        verbose_name_plural = _("country groups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SubdivisionPart(models.Model):
    """A part of a state, by its postal codes: “US-PA”, western, 150 to 168. Where the border runs may be our guess."""

    place = models.CharField(_("state (ISO 3166-2)"), max_length=10)
    slug = models.SlugField(_("key"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    postal = models.JSONField(_("first digits of its postal codes, from and to"), default=list)  # [["150", "168"]]
    assumption = models.BooleanField(_("our assumption"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("part of a state")
        verbose_name_plural = _("parts of states")
        ordering = ["place", "slug"]
        constraints = [models.UniqueConstraint(fields=["place", "slug"], name="one_part_per_name")]

    def __str__(self) -> str:
        return self.name


class Coverage(Dated):
    """One place, one manager: “US-NY”, “JP”, “group:dach”. `area` and `source` are the published words.

    `section` is the list it is published in. Without a track it does not say which. Without a manager it says in
    `remark` how one is found (US PubSec: by partner).
    """

    section = models.CharField(_("list"), max_length=40)
    section_title = models.CharField(_("title of the list"), max_length=80)
    area = models.CharField(_("area as published"), max_length=200)
    place = models.CharField(_("place"), max_length=50)
    part = models.CharField(_("part of it"), max_length=40, blank=True)
    track = models.CharField(_("track"), max_length=6, choices=Track.choices, blank=True)
    public_sector = models.BooleanField(_("US public sector"), default=False)
    manager = models.ForeignKey("people.ChannelManager", models.PROTECT, null=True, blank=True, related_name="coverage")
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    source = models.CharField(_("where it is written"), max_length=300, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    change = models.ForeignKey(
        "routing.RosterChange", models.SET_NULL, null=True, blank=True, related_name="made"
    )  # of the team that made this row
    ended_by = models.ForeignKey("routing.RosterChange", models.SET_NULL, null=True, blank=True, related_name="ended")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("coverage")
        verbose_name_plural = _("coverage")
        ordering = ["position", "id"]
        constraints = [ends_after_start("coverage_ends_after_start")]
        indexes = [models.Index(fields=["place", "valid_from"], name="coverage_by_place")]

    def __str__(self) -> str:
        return f"{self.section_title}, {self.place}{f' ({self.part})' if self.part else ''}"

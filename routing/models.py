"""The roster as the handbook publishes it, and what its areas mean."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

GROUP = "group:"


class CountryGroup(models.Model):
    """An area the page names without spelling it out; `settled` when everybody means the same by it."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    codes = models.JSONField(_("countries (ISO 3166-1)"), default=list)
    settled = models.BooleanField(_("beyond doubt"), default=False)

    class Meta:
        verbose_name = _("country group")
        verbose_name_plural = _("country groups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class RosterEntryQuerySet(models.QuerySet["RosterEntry"]):
    def valid_on(self, day: date) -> RosterEntryQuerySet:
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day)


class RosterEntry(models.Model):
    """One published row: this area, this manager. `codes` are countries, states, or groups of countries.

    “FR” is a country, “US-NY” a state, “US-PA:eastern” a part of one, “group:dach” a `CountryGroup`.
    """

    section = models.CharField(_("list"), max_length=40)
    section_title = models.CharField(_("title of the list"), max_length=80)
    area = models.CharField(_("area as published"), max_length=200)
    codes = models.JSONField(_("what the area means"), default=list)
    track = models.CharField(_("track"), max_length=20, blank=True)
    public_sector = models.BooleanField(_("US public sector"), default=False)
    manager = models.ForeignKey(
        "people.ChannelManager", models.PROTECT, null=True, blank=True, related_name="roster_entries"
    )
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    source = models.CharField(_("as published"), max_length=300)
    position = models.PositiveIntegerField(_("position"), default=0)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = RosterEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster entry")
        verbose_name_plural = _("roster entries")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="roster_entry_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["section", "area", "valid_from"], name="one_roster_entry_per_area_and_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section_title}, {self.area}"


class RosterFinding(models.Model):
    """What a published list leaves open, in a sentence."""

    section = models.CharField(_("list"), max_length=40)
    says = models.CharField(_("sentence"), max_length=300)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["section", "says"], name="one_finding_per_sentence")]

    def __str__(self) -> str:
        return self.says

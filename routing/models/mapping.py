"""The mapping workbook as rows: by segment, territory and partner, each with its fiscal year and its dates."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from routing.models.dated import Dated, ends_after_start


class MappingImport(models.Model):
    """A workbook: prepared, compared, confirmed from a day on; or undone."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")  # its rows are only here; no answer knows them
        APPLIED = "applied", _("In the mapping")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Dropped")

    file = models.ForeignKey("documents.StoredFile", models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("file"), max_length=255)
    fiscal_year = models.CharField(_("fiscal year"), max_length=6, blank=True)
    effective = models.DateField(_("in force from"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARED)
    rows = models.JSONField(default=list)  # as read: [{"table", "key", "result", "row", "cell"}, …]
    rejected = models.JSONField(default=list)  # [{"row", "cell", "value", "words"}, …]
    skip_bad = models.BooleanField(default=False)
    counts = models.JSONField(default=dict)  # {"added", "changed", "removed", "same", "rejected"}
    columns = models.JSONField(default=dict)  # where each block was found, or was said to be
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    confirmed = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone = models.DateTimeField(null=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("import of the mapping")
        verbose_name_plural = _("imports of the mapping")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.effective}"


class MappingRow(Dated):
    """What the mapping says of one key: a manager, or words that name none (“Look at Territory”, “TBH”).

    `result` is what is written, `folded` the key as keys are compared: trimmed, inner blanks single, lower case.
    """

    folded = models.CharField(max_length=255, editable=False)
    result = models.CharField(_("as written"), max_length=200)
    manager = models.ForeignKey(
        "people.ChannelManager", models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )
    row = models.PositiveIntegerField(_("row of the workbook"), null=True, blank=True)
    cell = models.CharField(_("cell"), max_length=12, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    source = models.ForeignKey(
        MappingImport, models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )  # null: entered here
    ended_by = models.ForeignKey(
        MappingImport, models.SET_NULL, null=True, blank=True, related_name="ended_%(class)ss"
    )  # so that an undo finds what it must bring back
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    change = models.ForeignKey(
        "routing.RosterChange", models.SET_NULL, null=True, blank=True, related_name="made_%(class)ss"
    )
    ended_by_change = models.ForeignKey(
        "routing.RosterChange", models.SET_NULL, null=True, blank=True, related_name="ended_%(class)ss"
    )
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True


class KeyRule(MappingRow):
    """By a whole value of an opportunity's field; never by a part of it (domain.md §2.5)."""

    class Table(models.TextChoices):
        SEGMENT = "segment", _("[Deprecated] Owner Segment-Geo-Region-Area")
        TERRITORY = "territory", _("Stamped Account Sales Territory")

    table = models.CharField(max_length=10, choices=Table.choices)
    key = models.CharField(_("value"), max_length=255)

    class Meta:
        verbose_name = _("rule by segment or territory")
        verbose_name_plural = _("rules by segment or territory")
        ordering = ["table", "row", "id"]
        constraints = [ends_after_start("keyrule_ends_after_start")]
        indexes = [models.Index(fields=["table", "folded", "valid_from"], name="keyrule_by_key")]

    def __str__(self) -> str:
        return f"{self.key} → {self.result}"


class PartnerRule(MappingRow):
    """By partner. `named` rules decide who owns the account; the others are the workbook's blocks."""

    class Table(models.TextChoices):
        GSI = "gsi", _("GSI")
        US_PUBSEC = "us_pubsec", _("US PubSec")
        ALLIANCE = "alliance", _("Alliance")
        NAMED = "named", _("Named partner")

    table = models.CharField(max_length=10, choices=Table.choices)
    partner_name = models.CharField(_("partner, as written"), max_length=255)
    account = models.ForeignKey(
        "partners.Account", models.SET_NULL, null=True, blank=True, related_name="routing_rules"
    )

    class Meta:
        verbose_name = _("rule by partner")
        verbose_name_plural = _("rules by partner")
        ordering = ["table", "row", "id"]
        constraints = [ends_after_start("partnerrule_ends_after_start")]
        indexes = [models.Index(fields=["table", "folded", "valid_from"], name="partnerrule_by_name")]

    def __str__(self) -> str:
        return f"{self.partner_name} → {self.result}"


class KeyAlias(models.Model):
    """Dirt that a lead has explained: this value means that key."""

    table = models.CharField(max_length=10, choices=KeyRule.Table.choices)
    key = models.CharField(_("as it stands in Salesforce"), max_length=255)
    folded = models.CharField(max_length=255, editable=False)
    means = models.CharField(_("the key it means"), max_length=255)
    why = models.CharField(_("why"), max_length=300, blank=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("alias of a key")
        verbose_name_plural = _("aliases of keys")
        ordering = ["table", "key"]
        constraints = [models.UniqueConstraint(fields=["table", "folded"], name="one_meaning_per_key")]

    def __str__(self) -> str:
        return f"{self.key} = {self.means}"


class PrecedenceStep(models.Model):
    """In which order an opportunity's partner is looked for; the handbook does not say it, so it is a list here."""

    table = models.CharField(max_length=10, choices=PartnerRule.Table.choices, unique=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("step of the precedence")
        verbose_name_plural = _("precedence")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.get_table_display()

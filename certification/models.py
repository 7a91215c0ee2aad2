"""Certification reports: who asked for one, the export it is made of, the table that goes out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """An Impartner user export and the table made of it (handbook, “Pulling a Certification Report”).

    `foreign` are rows that look like another company's: `[{"line", "name", "email", "why"}, …]`. The files are deleted
    one day (`reports.forgetting`), what was counted in them stays.
    """

    class Foreign(models.TextChoices):
        OPEN = "", _("nobody has looked")
        KEPT = "kept", _("they belong here")
        LEFT_OUT = "left_out", _("left out")

    account = models.ForeignKey(
        "partners.Account", models.SET_NULL, null=True, blank=True, related_name="certification_reports"
    )
    ticket = models.ForeignKey(
        "tickets.Ticket", models.SET_NULL, null=True, blank=True, related_name="certification_reports"
    )
    source = models.ForeignKey("documents.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    source_name = models.CharField(max_length=255)
    result = models.ForeignKey("documents.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    result_name = models.CharField(max_length=255, blank=True)
    as_of = models.DateField(_("exported on"))
    rows_count = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)  # {"Sales Core Training": 3, …}, in the order of the columns
    remarks = models.JSONField(default=list)  # sentences: unknown columns, lines that say something odd
    unsaid = models.JSONField(default=list)  # rows of the first table of which nobody knows whether they are active
    foreign = models.JSONField(default=list)
    foreign_is = models.CharField(max_length=10, choices=Foreign.choices, blank=True)
    foreign_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    team = models.ForeignKey("partners.TeamReport", models.SET_NULL, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    made_by_name = models.CharField(max_length=160, blank=True)
    withdrawn = models.DateTimeField(null=True, blank=True)
    forgotten = models.DateTimeField(null=True, blank=True)  # when its files were deleted
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("certification report")
        verbose_name_plural = _("certification reports")
        ordering = ["-created", "-id"]
        indexes = [
            models.Index(fields=["-created", "-id"], name="certreport_newest"),
            models.Index(fields=["account", "-created"], name="certreport_by_account"),
            models.Index(fields=["created"], name="certreport_with_files", condition=models.Q(forgotten=None)),
        ]

    def __str__(self) -> str:
        return self.result_name or self.source_name


class ReportRequest(models.Model):
    """Somebody asks for their team's table: one ticket. `facts` and `corrected` as in other requests."""

    class Belongs(models.TextChoices):
        UNKNOWN = "", _("not known")
        YES = "yes", _("the asker belongs to the partner")
        NO = "no", _("the asker does not belong to the partner")

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="report_request")
    account = models.ForeignKey(
        "partners.Account", models.SET_NULL, null=True, blank=True, related_name="report_requests"
    )
    company = models.CharField(_("company, as written"), max_length=255, blank=True)
    admin_email = models.CharField(_("portal administrator"), max_length=254, blank=True)
    belongs = models.CharField(max_length=3, choices=Belongs.choices, blank=True)
    belongs_says = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict)
    corrected = models.JSONField(default=list)
    read = models.DateTimeField(null=True, blank=True)
    report = models.ForeignKey(Report, models.SET_NULL, null=True, blank=True, related_name="requests")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("request for a certification report")
        verbose_name_plural = _("requests for certification reports")
        ordering = ["-created", "-id"]

    def __str__(self) -> str:
        return self.company or f"report request {self.pk}"

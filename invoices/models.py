"""Who asked for which invoice, what Salesforce has, and whether it is theirs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class InvoiceRequest(models.Model):
    """One question about invoices, vendor forms or payments: one ticket.

    `facts` is `{"number": [{"value", "source", "quote", "sure", "link"}, …], …}`, the surest of each first;
    `corrected` names those a person has typed.
    """

    class About(models.TextChoices):
        COPY = "copy", _("the copy of an invoice")
        VENDOR_FORM = "vendor_form", _("a vendor set-up form")
        TAX_FORM = "tax_form", _("a tax form")
        PAYMENT = "payment", _("a payment")

    class Party(models.TextChoices):
        UNKNOWN = "", _("not known")
        THEIRS = "theirs", _("the asker's company is invoiced")
        OTHERS = "others", _("another company is invoiced")

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="invoice_request")
    about = models.CharField(max_length=12, choices=About.choices, default=About.COPY)
    account = models.ForeignKey(
        "partners.Account", models.SET_NULL, null=True, blank=True, related_name="invoice_requests"
    )  # the asker's
    number = models.CharField(_("invoice number"), max_length=80, blank=True)
    po_no = models.CharField(_("purchase order number"), max_length=80, blank=True)
    transaction_date = models.DateField(_("date of the transaction"), null=True, blank=True)
    won_on = models.DateField(_("day the deal was won"), null=True, blank=True)
    opportunity_name = models.CharField(_("opportunity or customer"), max_length=255, blank=True)
    facts = models.JSONField(default=dict)
    corrected = models.JSONField(default=list)
    read = models.DateTimeField(null=True, blank=True)

    found = models.JSONField(default=list)  # as `invoices.finding.Found.as_json` writes them
    looked = models.DateTimeField(null=True, blank=True)
    party = models.CharField(max_length=6, choices=Party.choices, blank=True)
    party_says = models.CharField(max_length=300, blank=True)  # how that is known
    chosen = models.JSONField(default=list)  # ids of the invoices that are sent
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("request for an invoice")
        verbose_name_plural = _("requests for invoices")
        ordering = ["-created", "-id"]

    def __str__(self) -> str:
        return self.number or f"invoice {self.pk}"


class InvoiceFile(models.Model):
    """The PDF of an invoice as it was fetched from Salesforce for this request."""

    request = models.ForeignKey(InvoiceRequest, models.CASCADE, related_name="files")
    invoice_id = models.CharField(max_length=18)
    version_id = models.CharField(max_length=18)
    stored = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["request", "version_id"], name="one_row_per_file_of_an_invoice")]

    def __str__(self) -> str:
        return self.name

"""What was read in a purchase order, a quote request or a question about an order, and where it was sent on to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OrderRequest(models.Model):
    """One request that went astray: one ticket. Values are as read, or as a person corrected them.

    `facts` is `{"po_no": [{"value", "source", "quote", "sure", "link"}, …], …}`, the surest of each first;
    `corrected` names those a person has typed. `missing` are slugs of `orders.complete`.
    """

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="order_request")
    kind = models.CharField(max_length=30)
    account = models.ForeignKey(
        "partners.Account", models.SET_NULL, null=True, blank=True, related_name="order_requests"
    )

    po_no = models.CharField(_("purchase order number"), max_length=80, blank=True)
    quote_no = models.CharField(_("quote number"), max_length=80, blank=True)
    opportunity_name = models.CharField(_("opportunity, as named"), max_length=255, blank=True)
    customer = models.CharField(_("customer"), max_length=255, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    start_date = models.DateField(_("start date"), null=True, blank=True)
    end_date = models.DateField(_("end date"), null=True, blank=True)
    facts = models.JSONField(default=dict)
    corrected = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    read = models.DateTimeField(null=True, blank=True)

    with_order_ops = models.BooleanField(_("Partner Order Operations has it"), null=True)
    where_seen = models.CharField(max_length=300, blank=True)  # in which field of which mail

    candidates = models.JSONField(default=list)  # as `orders.finding.Candidate.as_json` writes them
    opportunity_id = models.CharField(max_length=18, blank=True)
    opportunity = models.JSONField(default=dict)  # as it was when it was chosen
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    chosen = models.DateTimeField(null=True, blank=True)
    people = models.JSONField(default=list)  # [{"role": seller | isr | manager, "name", "address", "problem"}, …]
    public_sector = models.BooleanField(null=True)

    document = models.ForeignKey("documents.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    document_name = models.CharField(max_length=255, blank=True)
    document_ref = models.CharField(max_length=18, blank=True)  # the document in Salesforce
    attached = models.DateTimeField(null=True, blank=True)

    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("order request")
        verbose_name_plural = _("order requests")
        ordering = ["-created", "-id"]
        indexes = [models.Index(fields=["account", "-created"], name="orderrequest_by_account")]

    def __str__(self) -> str:
        return self.po_no or self.quote_no or self.customer or f"order {self.pk}"

"""Proofs of execution: what was read in them, the registration they are for, and what was written for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Proof(models.Model):
    """One proof: one ticket, one registration. Values are as read, or as a person corrected them.

    `facts` is `{"deal_id": [{"value", "source", "quote", "sure", "link"}, …], …}`, the surest of each first;
    `corrected` names those a person has typed. `service_attach.stages` alone moves `stage`.
    """

    class Stage(models.TextChoices):
        READING = "reading", _("Being read")
        MISSING = "missing", _("Something missing")  # the desk has to ask
        ASKED = "asked", _("Waiting for the partner")
        CHECKING = "checking", _("Being checked")
        DECIDING = "deciding", _("To decide")
        WRITING = "writing", _("Being written")
        WON = "won", _("Closed-Won")
        TAKEN_BACK = "taken_back", _("Taken back")
        ENDED = "ended", _("Not submitted")

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="proof")
    account = models.ForeignKey("partners.Account", models.SET_NULL, null=True, blank=True, related_name="proofs")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.READING)
    stage_since = models.DateTimeField(default=timezone.now)

    partner_name = models.CharField(_("partner, as written"), max_length=255, blank=True)
    customer_name = models.CharField(_("customer, as written"), max_length=255, blank=True)
    deal_id = models.CharField(_("Service Attach Deal ID"), max_length=80, blank=True)
    signed = models.BooleanField(_("signed by the customer"), null=True, blank=True)  # None: could not be told
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    services_start = models.DateField(_("services begin on"), null=True, blank=True)
    services_end = models.DateField(_("services end on"), null=True, blank=True)
    facts = models.JSONField(default=dict)
    corrected = models.JSONField(default=list)
    missing = models.JSONField(default=list)  # names of fields
    read = models.DateTimeField(null=True, blank=True)
    asked = models.DateTimeField(null=True, blank=True)  # when the partner was last asked

    registration_id = models.CharField(max_length=18, blank=True)
    registration = models.JSONField(default=dict)  # as Salesforce had it when it was checked
    opportunity_id = models.CharField(max_length=18, blank=True)
    opportunity = models.JSONField(default=dict)
    manager_name = models.CharField(_("channel manager who approved"), max_length=200, blank=True)
    manager_email = models.CharField(max_length=254, blank=True)
    checks = models.JSONField(default=list)  # as `service_attach.checks.Check.as_json` writes them
    checked = models.DateTimeField(null=True, blank=True)

    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided = models.DateTimeField(null=True, blank=True)
    despite = models.TextField(_("why in spite of a check"), blank=True)
    won = models.DateTimeField(_("Closed-Won since"), null=True, blank=True)
    file_ref = models.CharField(max_length=18, blank=True)  # the document at the opportunity
    post_ref = models.CharField(max_length=18, blank=True)
    taken_back = models.DateTimeField(null=True, blank=True)

    deal_closed_on = models.DateField(_("licence deal closed on"), null=True, blank=True)
    fiscal_year = models.PositiveSmallIntegerField(null=True, blank=True)  # of that day: the quarter it counts in
    fiscal_quarter = models.PositiveSmallIntegerField(null=True, blank=True)
    net_arr = models.DecimalField(_("net ARR of the licences"), max_digits=16, decimal_places=2, null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("proof of execution")
        verbose_name_plural = _("proofs of execution")
        ordering = ["-created", "-id"]
        constraints = [
            models.CheckConstraint(
                name="proof_stage_known",
                condition=models.Q(
                    stage__in=[
                        "reading", "missing", "asked", "checking", "deciding", "writing", "won", "taken_back", "ended",
                    ]
                ),
            ),
            models.UniqueConstraint(
                fields=["registration_id"], condition=models.Q(stage__in=["writing", "won"]),
                name="one_proof_per_registration",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["stage", "stage_since"], name="proof_by_stage"),
            models.Index(fields=["fiscal_year", "fiscal_quarter", "account"], name="proof_by_quarter"),
            models.Index(fields=["account", "-created"], name="proof_by_account"),
            models.Index(fields=["-created", "-id"], name="proof_newest"),
        ]

    def __str__(self) -> str:
        return self.deal_id or self.customer_name or f"proof {self.pk}"


class ProofDocument(models.Model):
    """A document that came with a proof; its content may not prove another registration as well."""

    proof = models.ForeignKey(Proof, models.CASCADE, related_name="documents")
    stored = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    proves = models.BooleanField(default=True)  # what is uploaded; others only came along

    class Meta:
        verbose_name = _("document of a proof")
        verbose_name_plural = _("documents of proofs")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["proof", "stored"], name="one_row_per_document_of_a_proof")]
        indexes = [models.Index(fields=["sha256"], name="proofdocument_by_content")]

    def __str__(self) -> str:
        return self.name

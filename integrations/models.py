"""What we asked the vendors, what we want written there, and what DocuSign told us."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Vendor(models.TextChoices):
    SALESFORCE = "salesforce", _("Salesforce")
    DOCUSIGN = "docusign", _("DocuSign")


class ErrorClass(models.TextChoices):
    """Vendors.md §6: what a failure means for what happens next."""

    AUTH = "auth", _("sign-in refused")
    LOCK = "lock", _("record locked")
    BUSY = "busy", _("not available")
    LIMIT = "limit", _("limit reached")
    AMBIGUOUS = "ambiguous", _("unknown whether it was done")
    PERMANENT = "permanent", _("refused")


class Call(models.Model):
    """One request to a vendor: how it went. No address with a query, no body, nobody's data, no secret."""

    vendor = models.CharField(max_length=12, choices=Vendor.choices)
    operation = models.CharField(max_length=80)  # query Account, update Account, envelope, login …
    method = models.CharField(max_length=8)
    status = models.PositiveSmallIntegerField(null=True)  # of HTTP; none when no answer came
    error_class = models.CharField(max_length=12, blank=True, choices=ErrorClass.choices)
    error_code = models.CharField(max_length=80, blank=True)  # the vendor's: UNABLE_TO_LOCK_ROW, consent_required
    milliseconds = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)  # bytes of the answer
    correlation = models.CharField(max_length=32)  # the same for every call of one piece of work
    trace = models.CharField(max_length=64, blank=True)  # the vendor's own token, for its support
    limit_used = models.PositiveIntegerField(null=True)  # as the vendor counts, where it says so
    limit_total = models.PositiveIntegerField(null=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["vendor", "-created"], name="call_by_vendor"),
            models.Index(fields=["correlation"], name="call_by_correlation"),
            models.Index(fields=["vendor", "-created"], name="call_problem", condition=~models.Q(error_class="")),
            models.Index(fields=["vendor", "-created"], name="call_counted", condition=models.Q(limit_total__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.operation} {self.status or self.error_class}"


class ExternalAction(models.Model):
    """Something to write at a vendor: the row first, then the work. Its key makes twice harmless (vendors.md §6)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")  # the vendor's words are for a person; nothing is tried again by itself
        CANCELLED = "cancelled", _("cancelled")

    key = models.CharField(max_length=200, unique=True)
    vendor = models.CharField(max_length=12, choices=Vendor.choices)
    operation = models.CharField(max_length=60)  # a name in integrations.ledger
    payload = models.JSONField(default=dict)
    payload_hash = models.CharField(max_length=64)
    about = models.CharField(_("what it is for"), max_length=160, blank=True)  # PHD-1042
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    already = models.BooleanField(default=False)  # it was so before: nothing had to be written
    vendor_ref = models.CharField(max_length=120, blank=True)
    result = models.JSONField(default=dict)  # what else became of it: row by row for a change of many
    attempts = models.PositiveIntegerField(default=0)
    doubts = models.PositiveIntegerField(default=0)  # of them: after how many nobody could say whether it was done
    error_class = models.CharField(max_length=12, blank=True, choices=ErrorClass.choices)
    error_code = models.CharField(max_length=80, blank=True)
    last_error = models.TextField(blank=True)  # a sentence for people
    next_try = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("write at a vendor")
        verbose_name_plural = _("writes at vendors")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["vendor", "next_try"],
                name="externalaction_to_do",
                condition=models.Q(state__in=["waiting", "running"]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="externalaction_state_known",
                condition=models.Q(state__in=["waiting", "running", "done", "refused", "cancelled"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.operation} {self.key}"


class Envelope(models.Model):
    """An envelope as far as DocuSign has told us. Its state only moves forwards; the notices are its history."""

    account_id = models.CharField(max_length=64)
    envelope_id = models.CharField(max_length=64)
    status = models.CharField(max_length=20, blank=True)  # created sent delivered completed declined voided
    status_at = models.DateTimeField(null=True)  # the state's own time, by DocuSign's clock
    subject = models.CharField(max_length=300, blank=True)
    sender_id = models.CharField(max_length=64, blank=True)
    powerform_id = models.CharField(max_length=64, blank=True)
    custom_fields = models.JSONField(default=dict)
    recipients = models.JSONField(default=list)  # in routing order, see integrations.docusign.shapes
    workflow_status = models.CharField(max_length=20, blank=True)  # paused, in_progress
    reason = models.TextField(blank=True)  # of a decline or a void
    sent = models.DateTimeField(null=True)
    completed = models.DateTimeField(null=True)
    fetched = models.DateTimeField(null=True)  # last read from DocuSign itself
    changed = models.DateTimeField(default=timezone.now)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("envelope")
        verbose_name_plural = _("envelopes")
        ordering = ["-created"]
        constraints = [models.UniqueConstraint(fields=["account_id", "envelope_id"], name="one_row_per_envelope")]
        indexes = [models.Index(fields=["status", "-changed"], name="envelope_by_status")]

    def __str__(self) -> str:
        return f"{self.envelope_id} {self.status}"


class ConnectNotice(models.Model):
    """A callback of DocuSign Connect, kept as it came before anything is done with it."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        APPLIED = "applied", _("applied")
        STALE = "stale", _("late: only noted")
        IGNORED = "ignored", _("not ours")
        UNREADABLE = "unreadable", _("unreadable")

    key = models.CharField(max_length=64, unique=True)  # a digest of what makes it the same news (vendors.md §4)
    body = models.BinaryField()  # empty again a month after it was dealt with
    times = models.PositiveIntegerField(default=1)  # how often the same news came
    account_id = models.CharField(max_length=64, blank=True)
    envelope_id = models.CharField(max_length=64, blank=True)
    event = models.CharField(max_length=60, blank=True)
    recipient_id = models.CharField(max_length=64, blank=True)
    stamp = models.DateTimeField(null=True)  # the state's own time, else when the notice was generated
    applied_to = models.ForeignKey(Envelope, models.CASCADE, null=True, related_name="notices")
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    note = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("notice of DocuSign")
        verbose_name_plural = _("notices of DocuSign")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], name="connectnotice_to_do", condition=models.Q(state="received")),
            models.Index(fields=["applied_to", "stamp"], name="connectnotice_by_envelope"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.envelope_id}"


class ReadMark(models.Model):
    """Up to when a vendor's list of changes has been read, all of it."""

    name = models.CharField(max_length=40, unique=True)
    until = models.DateTimeField()

    class Meta:
        verbose_name = _("read mark")
        verbose_name_plural = _("read marks")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.until:%Y-%m-%d %H:%M}"

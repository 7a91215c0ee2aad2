"""Changes of account owners in Salesforce: one account or a spreadsheet of them, shown first, applied by a worker."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OwnershipChange(models.Model):
    """What is to be written in Salesforce: nothing before it is approved, row by row, and taken back as a whole."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("One account")
        BULK = "bulk", _("Spreadsheet")
        ROSTER = "roster", _("Change of the team")
        UNDO = "undo", _("Undo")

    class State(models.TextChoices):
        PREVIEW = "preview", _("Preview")
        READY = "ready", _("Waiting for approval")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")
        PARTLY = "partly", _("Done in part")  # some rows were refused; they can be tried again
        DROPPED = "dropped", _("Dropped")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREVIEW)
    title = models.CharField(_("title"), max_length=200)
    why = models.TextField(_("why"), blank=True)
    file = models.ForeignKey("documents.StoredFile", models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=255, blank=True)
    taken_at = models.DateTimeField(_("state of the file"), null=True)  # accounts changed after it are held back
    effective = models.DateField(_("not before"), null=True, blank=True)
    roster_change = models.ForeignKey(
        "routing.RosterChange", models.SET_NULL, null=True, related_name="ownership_changes"
    )
    undo_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by")
    ticket = models.ForeignKey("tickets.Ticket", models.SET_NULL, null=True, related_name="ownership_changes")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_by_name = models.CharField(max_length=160, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    approved = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    beat = models.DateTimeField(null=True)  # when a worker last moved it on
    counts = models.JSONField(default=dict)  # rows by state
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of owners")
        verbose_name_plural = _("changes of owners")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="ownershipchange_by_state")]

    def __str__(self) -> str:
        return self.title


class OwnershipRow(models.Model):
    """One account of a change: what stands there, what shall stand there, and what became of it."""

    class State(models.TextChoices):
        REJECTED = "rejected", _("Rejected")  # by our own check; never sent
        SAME = "same", _("Nothing to change")
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("With Salesforce")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")  # by Salesforce, or changed meanwhile
        SKIPPED = "skipped", _("Left out")

    change = models.ForeignKey(OwnershipChange, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()  # of the file's line
    account = models.ForeignKey("partners.Account", models.SET_NULL, null=True, related_name="ownership_rows")
    salesforce_id = models.CharField(max_length=18, blank=True)
    name = models.CharField(max_length=255, blank=True)
    old_owner_id = models.CharField(max_length=18, blank=True)
    old_owner_name = models.CharField(max_length=200, blank=True)
    new_owner_id = models.CharField(max_length=18, blank=True)  # empty: the owner stays
    new_owner_name = models.CharField(max_length=200, blank=True)
    old_territories = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    add_territories = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    remove_territories = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    words = models.TextField(blank=True)  # why it was rejected or refused
    attempt = models.PositiveSmallIntegerField(default=0)  # part of the key of its write
    action = models.ForeignKey("integrations.ExternalAction", models.SET_NULL, null=True, related_name="+")
    written = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("account of a change of owners")
        verbose_name_plural = _("accounts of a change of owners")
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["change", "number"], name="one_row_per_line_of_a_change"),
            models.UniqueConstraint(
                fields=["change", "salesforce_id"],
                condition=~Q(salesforce_id="") & ~Q(state="rejected"),
                name="one_row_per_account_of_a_change",
            ),
        ]
        indexes = [models.Index(fields=["change", "state", "number"], name="ownershiprow_by_state")]

    def __str__(self) -> str:
        return f"{self.name}: {self.old_owner_name} → {self.new_owner_name}"


class HandOver(models.Model):
    """What the new channel manager of a partner should know, written when the old one hands over."""

    account = models.ForeignKey("partners.Account", models.CASCADE, related_name="hand_overs")
    roster_change = models.ForeignKey("routing.RosterChange", models.CASCADE, null=True, related_name="hand_overs")
    ownership_change = models.ForeignKey(OwnershipChange, models.CASCADE, null=True, related_name="hand_overs")
    old = models.ForeignKey("people.ChannelManager", models.SET_NULL, null=True, related_name="+")
    new = models.ForeignKey("people.ChannelManager", models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("hand-over note")
        verbose_name_plural = _("hand-over notes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.account}: {self.old} → {self.new}"

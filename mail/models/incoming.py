"""A message that reached us: its bytes first, then what we read in it and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from mail.models.mailbox import Mailbox


class SenderDomain(models.Func):
    """What stands after the last @ of the sender's address, in lower case."""

    function = "split_part"
    template = "%(function)s(LOWER(%(expressions)s), '@', -1)"
    output_field = models.TextField()

    def __init__(self, field: str = "from_address") -> None:
        super().__init__(field)


class IncomingMail(models.Model):
    class Via(models.TextChoices):
        SMTP = "smtp", _("SMTP")
        IMAP = "imap", _("IMAP")
        COMMAND = "command", _("Command")

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        DONE = "done", _("Done")

    class Outcome(models.TextChoices):
        CREATED = "created", _("New ticket")
        APPENDED = "appended", _("Added to a ticket")
        DUPLICATE = "duplicate", _("Duplicate")
        IGNORED = "ignored", _("Ignored")
        QUARANTINED = "quarantined", _("Quarantined")

    class Verdict(models.TextChoices):
        """What our own mail server says of the From address (DMARC); empty when it says nothing."""

        PASS = "pass", _("Verified")
        FAIL = "fail", _("Not from this domain")
        NONE = "none", _("The domain does not say")

    class Decision(models.TextChoices):
        """What a person made of a message in quarantine."""

        RELEASED = "released", _("Released")
        TICKET = "ticket", _("Made a ticket")
        DISCARDED = "discarded", _("Discarded")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="incoming", verbose_name=_("mailbox"))
    raw = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("original"))
    raw_sha256 = models.CharField(_("SHA-256 of the original"), max_length=64)
    size = models.BigIntegerField(_("size"))
    via = models.CharField(_("came by"), max_length=10, choices=Via.choices)
    envelope_from = models.CharField(_("envelope sender"), max_length=500, blank=True)
    envelope_to = models.JSONField(_("envelope recipients"), default=list, blank=True)
    received = models.DateTimeField(_("received"), default=timezone.now)
    uidvalidity = models.BigIntegerField(_("UIDVALIDITY"), null=True, blank=True)
    uid = models.BigIntegerField(_("UID"), null=True, blank=True)
    silent = models.BooleanField(_("answered by nobody"), default=False)  # it lay in the mailbox when we first came

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECEIVED)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    error = models.TextField(_("technical error"), blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    handled = models.DateTimeField(_("handled"), null=True, blank=True)
    handled_ref = models.CharField(_("became"), max_length=60, blank=True)
    handled_kind = models.CharField(_("kind"), max_length=40, blank=True)
    matched_by = models.CharField(_("matched by"), max_length=30, blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_why = models.TextField(_("why"), blank=True)

    subject = models.TextField(_("subject"), blank=True)
    from_address = models.CharField(_("from"), max_length=500, blank=True)
    from_name = models.TextField(_("sender's name"), blank=True)
    reply_to = models.JSONField(_("Reply-To"), default=list, blank=True)
    to = models.JSONField(_("To"), default=list, blank=True)
    cc = models.JSONField(_("Cc"), default=list, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=500, blank=True)
    in_reply_to = models.JSONField(_("In-Reply-To"), default=list, blank=True)
    references = models.JSONField(_("References"), default=list, blank=True)
    date_claimed = models.DateTimeField(_("date it claims"), null=True, blank=True)
    auto_submitted = models.BooleanField(_("automatic"), default=False)
    auto_reason = models.TextField(_("why automatic"), blank=True)
    body_text = models.TextField(_("text"), blank=True)
    verdict = models.CharField(_("sender verified"), max_length=4, choices=Verdict.choices, blank=True)
    verdict_why = models.TextField(_("how it was verified"), blank=True)
    remarks = models.JSONField(_("what a reader should know"), default=list, blank=True)  # [{"kind", "text"}]
    report = models.JSONField(_("delivery report"), default=list, blank=True)  # [{address, action, status, diagnostic}]

    dedupe_key = models.CharField(_("duplicate key"), max_length=64, null=True, blank=True)  # noqa: DJ001 - null: not yet known, and NULLs never collide
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("duplicate of"),
    )
    bounce_of = models.ForeignKey(
        "mail.OutgoingMail",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bounces",
        verbose_name=_("delivery report about"),
    )

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mail")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dedupe_key"], name="incomingmail_once"),
            models.UniqueConstraint(
                fields=["mailbox", "uidvalidity", "uid"],
                condition=models.Q(uid__isnull=False),
                name="incomingmail_once_per_uid",
            ),
            models.CheckConstraint(name="incomingmail_state_known", condition=models.Q(state__in=["received", "done"])),
            models.CheckConstraint(
                name="incomingmail_outcome_known",
                condition=models.Q(outcome__in=["", "created", "appended", "duplicate", "ignored", "quarantined"]),
            ),
            models.CheckConstraint(
                name="incomingmail_done_has_outcome",
                condition=(models.Q(state="received") & models.Q(outcome=""))
                | (models.Q(state="done") & ~models.Q(outcome="")),
            ),
            models.CheckConstraint(
                name="incomingmail_duplicate_names_first",
                condition=models.Q(outcome="duplicate") | models.Q(duplicate_of__isnull=True),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["received"], name="incoming_waiting_idx", condition=models.Q(state="received")),
            models.Index(
                fields=["-received"],
                name="incoming_quarantined_idx",
                condition=models.Q(outcome="quarantined", decision=""),
            ),
            models.Index(Lower("from_address"), models.F("received").desc(), name="incoming_sender_idx"),
            models.Index(fields=["message_id"], name="incoming_message_id_idx"),
            # fastupdate would make every reply read what PostgreSQL has not sorted in yet
            GinIndex(fields=["references"], name="incoming_references_idx", fastupdate=False),
            models.Index(fields=["-received"], name="incoming_received_idx"),
            models.Index(SenderDomain(), models.F("received").desc(), name="incoming_domain_idx"),
            models.Index(
                fields=["handled_ref", "-received"], name="incoming_ref_idx", condition=~models.Q(handled_ref="")
            ),
            GinIndex(SearchVector("subject", config="simple"), name="incoming_subject_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.from_address or '?'}: {self.subject[:80]}"

    @property
    def let_through(self) -> bool:
        """A person released it: no policy (a loop, no verdict) puts it aside again, only what cannot be read."""
        return self.decision in {self.Decision.RELEASED, self.Decision.TICKET}

    @property
    def raw_ref(self) -> str:
        """What `show_raw` takes."""
        return str(self.raw_id)


class IncomingPart(models.Model):
    """A file that came with a message."""

    mail = models.ForeignKey(IncomingMail, on_delete=models.CASCADE, related_name="parts", verbose_name=_("mail"))
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    filename = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("declared type"), max_length=120)
    size = models.BigIntegerField(_("size"))
    content_id = models.CharField(_("Content-ID"), max_length=500, blank=True)
    inline = models.BooleanField(_("shown in the text"), default=False)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("incoming part")
        verbose_name_plural = _("incoming parts")
        ordering: ClassVar[list[str]] = ["mail", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["mail", "position"], name="incomingpart_position_once"),
        ]

    def __str__(self) -> str:
        return self.filename

"""A message of ours: envelope and text frozen when it is queued; only its state moves (mail.outbox writes it)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile
from mail.models.mailbox import Mailbox


class Recipients(models.Func):
    """Every address of an envelope in lower case, and `@domain` of each: what the flight recorder looks in."""

    function = "mail_recipients"
    output_field = ArrayField(models.TextField())

    def __init__(self, *fields: str) -> None:
        super().__init__(*(fields or ("to", "cc", "bcc")))


class OutgoingMail(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")
        CANCELLED = "cancelled", _("Cancelled")

    class Purpose(models.TextChoices):
        REPLY = "reply", _("Reply")
        ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
        SIGN_IN = "sign_in", _("Sign-in")
        AWAY = "away", _("Out of office")
        NOTICE = "notice", _("Notice")
        ALARM = "alarm", _("Alarm")

    id = models.UUIDField(_("id"), primary_key=True, default=uuid.uuid4, editable=False)
    message_id = models.CharField(_("Message-ID"), max_length=250, unique=True)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    token_key = models.CharField(_("key"), max_length=40, blank=True)
    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.PROTECT, null=True, blank=True, related_name="outgoing", verbose_name=_("mailbox")
    )
    envelope_from = models.CharField(_("envelope sender"), max_length=254)
    from_name = models.CharField(_("sender's name"), max_length=250, blank=True)
    from_address = models.CharField(_("from"), max_length=254)
    reply_to = models.CharField(_("Reply-To"), max_length=254, blank=True)
    to = models.JSONField(_("To"), default=list)
    cc = models.JSONField(_("Cc"), default=list, blank=True)
    bcc = models.JSONField(_("Bcc"), default=list, blank=True)
    subject = models.TextField(_("subject"), blank=True)
    body_text = models.TextField(_("text"))
    body_html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("more headers"), default=dict, blank=True)
    in_reply_to = models.CharField(_("In-Reply-To"), max_length=998, blank=True)
    references = models.JSONField(_("References"), default=list, blank=True)
    automatic = models.BooleanField(_("automatic"), default=False)
    attachments = models.ManyToManyField(
        StoredFile, through="OutgoingAttachment", related_name="+", verbose_name=_("attachments")
    )

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    created = models.DateTimeField(_("created"), default=timezone.now)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    next_try = models.DateTimeField(_("next try"), default=timezone.now)
    give_up = models.DateTimeField(_("give up"))
    claimed_until = models.DateTimeField(_("claimed until"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    lost = models.PositiveSmallIntegerField(_("attempts whose worker died"), default=0, db_default=0)
    accepted = models.JSONField(_("accepted recipients"), default=list, blank=True)
    refused = models.JSONField(_("refused recipients"), default=dict, blank=True)
    last_error = models.TextField(_("last problem"), blank=True)
    bounced = models.JSONField(_("came back"), default=dict, blank=True)  # address → {status, words, for_good, at}
    server_reply = models.TextField(_("the server's answer"), blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    announced = models.BooleanField(_("announced"), default=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="outgoingmail_state_known",
                condition=models.Q(state__in=["queued", "sending", "sent", "failed", "cancelled"]),
            ),
            models.CheckConstraint(
                name="outgoingmail_sent_has_time",
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="outgoingmail_sending_has_lease",
                condition=~models.Q(state="sending") | models.Q(claimed_until__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_try"], name="outgoing_queued_idx", condition=models.Q(state="queued")),
            models.Index(fields=["claimed_until"], name="outgoing_sending_idx", condition=models.Q(state="sending")),
            models.Index(fields=["sent_at"], name="outgoing_sent_idx", condition=models.Q(state="sent")),
            models.Index(fields=["created"], name="outgoing_failed_idx", condition=models.Q(state="failed")),
            models.Index(fields=["created"], name="outgoing_unannounced_idx", condition=models.Q(announced=False)),
            models.Index(fields=["-created"], name="outgoing_created_idx"),
            models.Index(fields=["token_key", "-created"], name="outgoing_key_idx", condition=~models.Q(token_key="")),
            models.Index(fields=["in_reply_to"], name="outgoing_answer_idx", condition=~models.Q(in_reply_to="")),
            GinIndex(Recipients(), name="outgoing_recipients_idx"),
            GinIndex(SearchVector("subject", config="simple"), name="outgoing_subject_idx"),
        ]

    def __str__(self) -> str:
        return f"{', '.join(self.recipients)}: {self.subject[:80]}"

    @property
    def may_go_again(self) -> bool:
        """Failed, and not a sign-in, whose link has expired by then."""
        return self.state == self.State.FAILED and self.purpose != self.Purpose.SIGN_IN

    @property
    def recipients(self) -> list[str]:
        """Every address of the envelope, once, in order."""
        addresses = [person["address"] for person in [*self.to, *self.cc, *self.bcc]]
        return list({address.lower(): address for address in addresses}.values())


class OutgoingAttachment(models.Model):
    mail = models.ForeignKey(OutgoingMail, on_delete=models.CASCADE, related_name="enclosures", verbose_name=_("mail"))
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("file"))
    filename = models.CharField(_("file name"), max_length=255)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("outgoing attachment")
        verbose_name_plural = _("outgoing attachments")
        ordering: ClassVar[list[str]] = ["mail", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["mail", "position"], name="outgoingattachment_position_once"),
        ]

    def __str__(self) -> str:
        return self.filename


class OutboundBrake(models.Model):
    """The one brake on everything that leaves: past so many mails an hour nothing goes until a person says so."""

    per_hour = models.PositiveIntegerField(_("mails an hour at most"), default=600)
    engaged = models.DateTimeField(_("stopped since"), null=True, blank=True)
    reason = models.TextField(_("why"), blank=True)
    released = models.DateTimeField(_("released"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("released by")
    )

    class Meta:
        verbose_name = _("outbound brake")
        verbose_name_plural = _("outbound brakes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="outboundbrake_is_one", condition=models.Q(id=1)),
        ]

    def __str__(self) -> str:
        return f"{self.per_hour}/h"


class MailServer(models.Model):
    """How the server that takes our mail is doing; while it rests, nobody but one mail at a time tries it."""

    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    resting_until = models.DateTimeField(_("tried again at"), null=True, blank=True)
    problem = models.TextField(_("problem"), blank=True)  # a sentence for people

    class Meta:
        verbose_name = _("mail server")
        verbose_name_plural = _("mail servers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="mailserver_is_one", condition=models.Q(id=1)),
        ]

    def __str__(self) -> str:
        return self.problem or str(_("in order"))


class Undeliverable(models.Model):
    """An address whose server says that nobody is there (M-19); a person may clear it."""

    address = models.CharField(_("address"), max_length=254)
    status = models.CharField(_("status"), max_length=20, blank=True)
    words = models.TextField(_("what the server said"), blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)
    last = models.DateTimeField(_("last"), default=timezone.now)
    times = models.PositiveIntegerField(_("times"), default=1)

    class Meta:
        verbose_name = _("undeliverable address")
        verbose_name_plural = _("undeliverable addresses")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("address"), name="undeliverable_address_once"),
        ]

    def __str__(self) -> str:
        return self.address

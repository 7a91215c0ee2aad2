"""Our own addresses, the systems that write to us, and which automatic answers have left."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Mailbox(models.Model):
    """An address of ours that takes mail."""

    class Auth(models.TextChoices):
        PASSWORD = "password", _("Password")
        OAUTH2 = "oauth2", _("OAuth 2")

    class Security(models.TextChoices):
        TLS = "tls", _("TLS")
        STARTTLS = "starttls", _("STARTTLS")
        PLAIN = "plain", _("None (this machine only)")

    class After(models.TextChoices):
        FLAG = "flag", _("Leave it there, flagged")
        MOVE = "move", _("Move it to a folder")

    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=254)
    aliases = models.JSONField(_("other addresses that end here"), default=list, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    active = models.BooleanField(_("active"), default=True)

    # What a new ticket gets here unless its text says otherwise, and how answers from here look.
    default_kind = models.CharField(_("type of request"), max_length=30, blank=True)
    default_priority = models.CharField(_("priority"), max_length=6, blank=True)
    default_tags = models.JSONField(_("tags"), default=list, blank=True)
    sender_name = models.CharField(_("name in From"), max_length=120, blank=True)
    signature = models.TextField(_("signature"), blank=True)

    # Whom we believe about senders (M-20): our own server's name in Authentication-Results, and who may forward.
    authserv_id = models.CharField(_("our server's name in Authentication-Results"), max_length=253, blank=True)
    trusted_forwarders = models.JSONField(_("domains whose ARC seal counts"), default=list, blank=True)

    # Where mail is fetched, if it is fetched at all.
    imap_host = models.CharField(_("IMAP server"), max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(_("port"), default=993)
    imap_security = models.CharField(_("encryption"), max_length=8, choices=Security.choices, default=Security.TLS)
    imap_user = models.CharField(_("user name"), max_length=254, blank=True)
    imap_auth = models.CharField(_("sign-in"), max_length=8, choices=Auth.choices, default=Auth.PASSWORD)
    imap_password = models.TextField(_("password, sealed"), blank=True, editable=False)
    oauth_token_url = models.URLField(_("token address"), max_length=500, blank=True)
    oauth_client_id = models.CharField(_("client id"), max_length=300, blank=True)
    oauth_client_secret = models.TextField(_("client secret, sealed"), blank=True, editable=False)
    oauth_refresh_token = models.TextField(_("refresh token, sealed"), blank=True, editable=False)
    oauth_scope = models.CharField(_("scope"), max_length=500, blank=True)
    imap_folder = models.CharField(_("folder"), max_length=255, default="INBOX", blank=True)
    imap_after = models.CharField(_("when it is stored"), max_length=4, choices=After.choices, default=After.FLAG)
    imap_moved_to = models.CharField(_("folder of stored mail"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering: ClassVar[list[str]] = ["-is_default", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("address"), name="mailbox_address_once"),
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="mailbox_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class FetchState(models.Model):
    """How fetching a mailbox goes: where we are in it, when it last worked, what is wrong in words."""

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, related_name="fetching")
    uidvalidity = models.BigIntegerField(null=True, blank=True)
    last_uid = models.BigIntegerField(default=0)  # every message up to here is stored
    backfilled = models.DateTimeField(null=True, blank=True)  # when what lay there at the first visit was stored
    first_new = models.BigIntegerField(null=True, blank=True)  # UIDNEXT when the first visit began: what was old then
    last_try = models.DateTimeField(null=True, blank=True)
    last_success = models.DateTimeField(null=True, blank=True)
    last_mail = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    next_try = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)  # a sentence for people
    error = models.TextField(blank=True)  # what the library said
    skipped = models.JSONField(default=dict, blank=True)  # uid → why the server could not deliver it
    waiting = models.PositiveIntegerField(default=0)  # seen on the server and not stored yet
    reconciled = models.DateTimeField(null=True, blank=True)
    on_server = models.PositiveIntegerField(null=True, blank=True)
    stored = models.PositiveIntegerField(null=True, blank=True)
    missing = models.JSONField(default=list, blank=True)  # uids on the server that are not stored

    class Meta:
        verbose_name = _("state of fetching")
        verbose_name_plural = _("states of fetching")

    def __str__(self) -> str:
        return f"{self.mailbox}: {self.problem or self.last_success}"


class SystemSender(models.Model):
    """A program that writes to us (DocuSign, the portal): never answered, never counted as a loop.

    `pattern` is an address, or `@domain` for the domain and everything below it.
    """

    pattern = models.CharField(_("pattern"), max_length=254)
    label = models.CharField(_("label"), max_length=120)

    class Meta:
        verbose_name = _("system sender")
        verbose_name_plural = _("system senders")
        ordering: ClassVar[list[str]] = ["label", "pattern"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("pattern"), name="systemsender_pattern_once"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.pattern})"


class AutoReply(models.Model):
    """One automatic answer that left, kept to count (M-18)."""

    address = models.CharField(_("address"), max_length=254)
    domain = models.CharField(_("domain"), max_length=254)
    key = models.CharField(_("key"), max_length=60, blank=True)
    created = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("automatic answer")
        verbose_name_plural = _("automatic answers")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["address", "created"], name="autoreply_address_idx"),
            models.Index(fields=["domain", "created"], name="autoreply_domain_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.created:%Y-%m-%d %H:%M}"

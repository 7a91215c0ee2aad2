"""One message of a conversation: from the partner, our reply, or an internal note."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    IN = "in", _("From the partner")
    REPLY = "reply", _("Reply")
    NOTE = "note", _("Internal note")


class Message(models.Model):
    """Text is kept as written; HTML is made once, when stored, and is safe to show.

    `to` and `cc` are lists of {"name", "address"}. `quoted_html` is the older text below, folded by the page.
    """

    Visibility = Visibility

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="messages")
    visibility = models.CharField(max_length=5, choices=Visibility.choices)
    author_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    author_contact = models.ForeignKey("partners.Contact", models.PROTECT, null=True, blank=True, related_name="+")
    author_name = models.CharField(max_length=200)
    author_address = models.CharField(max_length=254, blank=True)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    html = models.TextField(blank=True)
    quoted_html = models.TextField(blank=True)
    rich_html = models.TextField(blank=True)  # the mail as it was laid out, safe for a sandboxed frame; mostly empty
    remote_images = models.PositiveIntegerField(default=0)  # how many pictures from the web its layout wants
    automatic = models.BooleanField(default=False)
    unverified = models.BooleanField(default=False)  # by mail in a colleague's name, without proof (S-07)
    unknown_sender = models.BooleanField(default=False)
    incoming = models.OneToOneField("mail.IncomingMail", models.PROTECT, null=True, blank=True, related_name="message")
    outgoing = models.OneToOneField("mail.OutgoingMail", models.PROTECT, null=True, blank=True, related_name="message")
    submission = models.CharField(max_length=80, null=True, blank=True, unique=True)  # the key of the form that sent it
    event_id = models.BigIntegerField(default=0)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values), name="message_visibility_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_visibility_display()} by {self.author_name}"

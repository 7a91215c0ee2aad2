"""Response texts with variables, and the versions they had."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    """How the responses are grouped; the first words are those of the kinds, the rest the topics of `general`."""

    LOA = "loa", _("Letters of Authorization")
    NFR = "nfr", _("NFR licences")
    ORDERS = "orders", _("Purchase orders, quotes, order status")
    SERVICE_ATTACH = "service_attach", _("Proof of execution")
    CERTIFICATION = "certification", _("Certification report")
    PORTAL_ACCESS = "portal_access", _("Portal access")
    DEAL_REGISTRATION = "deal_registration", _("Deal registration")
    INVOICE = "invoice", _("Invoices")
    REBATE = "rebate", _("Rebates")
    ACCOUNT_OWNER = "account_owner", _("Channel manager")
    TECHNICAL = "technical", _("Technical questions")
    OUT_OF_OFFICE = "out_of_office", _("Out of office")
    GENERAL = "general", _("General")


class Audience(models.TextChoices):
    REPLY = "reply", _("Reply")
    NOTE = "note", _("Internal note")
    TEXT = "text", _("Text for elsewhere")


class ResponseQuerySet(models.QuerySet["Response"]):
    def active(self) -> ResponseQuerySet:
        return self.filter(active=True)

    def for_kind(self, kind: str) -> list[Response]:
        """Active ones for a kind of ticket first, then the rest; the order of the list otherwise."""
        return sorted(self.active(), key=lambda row: kind not in row.kinds)


class Response(models.Model):
    """A text of the desk. `variables` is a list of declarations, see `tickets.responses.Variable`."""

    Audience = Audience
    Topic = Topic

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=160)
    topic = models.CharField(_("topic"), max_length=30, choices=Topic.choices)
    kinds = models.JSONField(_("for these kinds of ticket"), default=list, blank=True)
    audience = models.CharField(_("use"), max_length=5, choices=Audience.choices, default=Audience.REPLY)
    purpose = models.CharField(_("when to use it"), max_length=400, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    variables = models.JSONField(_("variables"), default=list, blank=True)
    locale = models.CharField(_("language"), max_length=10, default="en")
    version = models.PositiveIntegerField(_("version"), default=1)
    owner_name = models.CharField(_("owner"), max_length=120)
    last_reviewed = models.DateField(_("last reviewed"))
    position = models.PositiveIntegerField(_("position"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(audience__in=Audience.values), name="response_audience_known"),
            models.CheckConstraint(condition=models.Q(version__gte=1), name="response_version_counts_from_one"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def searchable(self) -> str:
        return f"{self.title} {self.get_topic_display()} {self.purpose} {self.subject} {self.body}"

    @property
    def is_reply(self) -> bool:
        return self.audience == self.Audience.REPLY


class ResponseVersion(models.Model):
    """What a response said before it was edited."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=160)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    variables = models.JSONField(_("variables"), default=list)
    edited_by = models.CharField(_("replaced by"), max_length=160)
    replaced = models.DateTimeField(_("replaced"), default=timezone.now)

    class Meta:
        verbose_name = _("version of a response")
        verbose_name_plural = _("versions of responses")
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["response", "version"], name="one_row_per_response_version")]

    def __str__(self) -> str:
        return f"{self.title}, {self.version}"

"""Partner accounts, the domains they write from, and the people who write."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Region(models.TextChoices):
    AMER = "AMER", _("AMER")
    EMEA = "EMEA", _("EMEA")
    APAC = "APAC", _("APAC")
    US_PUBSEC = "US PubSec", _("US PubSec")


class Account(models.Model):
    """A partner. Values are Salesforce's (contract §7); empty means unknown, not no."""

    salesforce_id = models.CharField(_("Salesforce id"), max_length=18, blank=True)
    name = models.CharField(_("name"), max_length=255)
    partner_status = models.CharField(_("partner status"), max_length=40, blank=True)
    partner_type = models.CharField(_("partner type"), max_length=40, blank=True)
    track = models.CharField(_("track"), max_length=40, blank=True)
    region = models.CharField(_("region"), max_length=20, blank=True, choices=Region.choices)
    public_sector = models.BooleanField(_("public sector partner"), null=True, blank=True)
    country = models.CharField(_("country"), max_length=80, blank=True)
    subdivision = models.CharField(_("state or province"), max_length=80, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    area = models.CharField(_("area, as the desk says it"), max_length=60, blank=True)
    contracted_territories = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    signed_contract_date = models.DateField(_("signed contract date"), null=True, blank=True)
    website = models.CharField(_("website"), max_length=255, blank=True)
    channel_manager = models.ForeignKey(
        "people.ChannelManager", models.SET_NULL, null=True, blank=True, related_name="accounts"
    )
    synced = models.DateTimeField(_("synced from Salesforce"), null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["salesforce_id"], condition=~models.Q(salesforce_id=""), name="one_account_per_salesforce_id"
            )
        ]
        indexes = [models.Index(Lower("name"), name="account_by_name")]

    def __str__(self) -> str:
        return self.name


class AccountDomain(models.Model):
    """A mail domain that belongs to one partner; who writes from it is theirs."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="domains")
    domain = models.CharField(_("domain"), max_length=253)

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        constraints = [models.UniqueConstraint(Lower("domain"), name="one_account_per_domain")]

    def __str__(self) -> str:
        return self.domain


class Contact(models.Model):
    """Somebody who writes to the desk; account, user and Salesforce id may be missing."""

    salesforce_id = models.CharField(_("Salesforce id"), max_length=18, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="contacts")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="contact"
    )
    active = models.BooleanField(_("active"), default=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="one_contact_per_address")]

    def __str__(self) -> str:
        return self.name or self.email

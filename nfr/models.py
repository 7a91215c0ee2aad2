"""NFR licences: what the program gives, what each partner has, what was asked for, what Support was told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Type(models.TextChoices):
    SAAS = "saas", _("SaaS")
    SELF_MANAGED = "self_managed", _("Self-managed")


class Tier(models.TextChoices):
    PREMIUM = "premium", _("Premium")
    ULTIMATE = "ultimate", _("Ultimate")


class Terms(models.Model):
    """What the program gives a partner of a track, as of a day (domain.md §2.3); `nfr.policy` reads it."""

    class Renewal(models.TextChoices):
        AUTOMATIC = "automatic", _("by itself, in good standing")
        REQUEST = "request", _("when the partner asks")
        NONE = "none", _("not at all")

    track = models.CharField(_("track"), max_length=40, blank=True)  # as Salesforce has it; empty: every other one
    saas = models.PositiveSmallIntegerField(_("SaaS licences"), default=1)
    self_managed = models.PositiveSmallIntegerField(_("self-managed licences"), default=1)
    seats = models.PositiveIntegerField(_("seats for each licence"))
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices, default=Tier.ULTIMATE)
    months = models.PositiveSmallIntegerField(_("months"), default=12)
    renewal = models.CharField(_("renewal"), max_length=10, choices=Renewal.choices, default=Renewal.REQUEST)
    source = models.CharField(_("where it is written"), max_length=200, blank=True)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until, not included"), null=True, blank=True)

    class Meta:
        verbose_name = _("terms of the NFR program")
        verbose_name_plural = _("terms of the NFR program")
        ordering = ["track", "valid_from", "id"]

    def __str__(self) -> str:
        return f"{self.track or '…'} {self.valid_from}"


class Licence(models.Model):
    """A licence a partner has or had. Never its key: `licence_ref` is what the licence server calls it.

    `nfr.register.writing` alone writes it. A renewal is a row of its own that `replaces` the one before.
    """

    class Source(models.TextChoices):
        DESK = "desk", _("a request on the desk")
        HAND = "hand", _("entered by a person")
        IMPORT = "import", _("an imported list")

    account = models.ForeignKey(
        "partners.Account", models.SET_NULL, null=True, blank=True, related_name="nfr_licences"
    )  # none: an imported line whose partner nobody has said yet
    partner_name = models.CharField(_("partner, as written"), max_length=255, blank=True)
    type = models.CharField(_("type"), max_length=12, choices=Type.choices)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier.choices, blank=True)
    seats_allowed = models.PositiveIntegerField(_("seats allowed"), null=True, blank=True)  # by the terms of its day
    seats = models.PositiveIntegerField(_("seats granted"), null=True, blank=True)
    namespace = models.CharField(_("namespace"), max_length=255, blank=True)  # the top-level group
    licence_ref = models.CharField(_("licence id"), max_length=80, blank=True)
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_email = models.CharField(_("contact's e-mail"), max_length=254, blank=True)
    starts = models.DateField(_("start"), null=True, blank=True)
    ends = models.DateField(_("end"), null=True, blank=True)
    ended = models.DateField(_("ended early on"), null=True, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)
    support_ticket = models.CharField(_("Support's ticket"), max_length=40, blank=True)
    exception = models.TextField(_("why outside the program"), blank=True)
    exception_by = models.CharField(_("exception approved by"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    replaces = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="renewal")
    ticket = models.ForeignKey("tickets.Ticket", models.SET_NULL, null=True, blank=True, related_name="nfr_licences")
    seats_used = models.PositiveIntegerField(_("seats in use"), null=True, blank=True)  # the newest count
    seats_counted = models.DateTimeField(_("counted"), null=True, blank=True)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.HAND)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    changed = models.DateTimeField(default=timezone.now)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("NFR licence")
        verbose_name_plural = _("NFR licences")
        ordering = ["ends", "id"]
        indexes = [
            models.Index(fields=["account", "type", "ends"], name="licence_by_account"),
            models.Index(fields=["ends", "id"], name="licence_by_end"),
            models.Index(Lower("namespace"), name="licence_by_namespace", condition=~models.Q(namespace="")),
        ]

    def __str__(self) -> str:
        return self.namespace or self.licence_ref or self.partner_name or f"licence {self.pk}"


class LicenceRequest(models.Model):
    """One request about NFR licences: one ticket, one topic. Values are as read, or as a person corrected them.

    `facts` is `{"namespace": [{"value", "source", "quote", "sure", "link"}, …], …}`, the surest of each first;
    `corrected` names those a person has typed. `nfr.stages` alone moves `stage`.
    """

    class Topic(models.TextChoices):
        NEW = "new", _("A new licence")
        RENEW = "renew", _("A renewal")
        SEATS = "seats", _("Seats in use")
        VERSION = "version", _("Which version it has")
        MINUTES = "minutes", _("More compute minutes")
        EXCEPTION = "exception", _("More than the program gives")
        OTHER = "other", _("Another question")

    class Stage(models.TextChoices):
        READING = "reading", _("Being read")
        ASKED = "asked", _("Waiting for the partner")
        DECIDING = "deciding", _("To decide")
        AT_SUPPORT = "at_support", _("At Support")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Not eligible")
        PASSED_ON = "passed_on", _("With the channel manager")
        ENDED = "ended", _("Ended")

    ticket = models.OneToOneField("tickets.Ticket", models.CASCADE, related_name="nfr_request")
    topic = models.CharField(max_length=10, choices=Topic.choices, blank=True)  # empty: nobody can tell yet
    topic_said = models.BooleanField(default=False)  # a person or the form said so
    account = models.ForeignKey("partners.Account", models.SET_NULL, null=True, blank=True, related_name="nfr_requests")
    licence = models.ForeignKey(
        Licence, models.SET_NULL, null=True, blank=True, related_name="requests"
    )  # the one it is about: renewed, over its seats, …
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.READING)
    stage_since = models.DateTimeField(default=timezone.now)
    types = models.JSONField(_("types asked for"), default=list)  # of Type
    tier = models.CharField(_("tier asked for"), max_length=10, choices=Tier.choices, blank=True)
    seats = models.PositiveIntegerField(_("seats asked for"), null=True, blank=True)
    namespace = models.CharField(_("namespace"), max_length=255, blank=True)
    trial_ends = models.DateField(_("trial runs until"), null=True, blank=True)
    contact_name = models.CharField(_("contact"), max_length=200, blank=True)
    contact_email = models.CharField(_("contact's e-mail"), max_length=254, blank=True)
    seats_used = models.PositiveIntegerField(_("seats in use"), null=True, blank=True)
    seats_allowed = models.PositiveIntegerField(_("seats allowed"), null=True, blank=True)
    seats_by = models.DateField(_("to be reduced by"), null=True, blank=True)
    counted = models.DateTimeField(_("counted"), null=True, blank=True)
    screenshot = models.ForeignKey(
        "tickets.Attachment", models.SET_NULL, null=True, blank=True, related_name="+"
    )  # Support's
    support_ticket = models.CharField(_("Support's ticket"), max_length=40, blank=True)  # theirs that waits for us
    facts = models.JSONField(default=dict)
    corrected = models.JSONField(default=list)
    read = models.DateTimeField(null=True, blank=True)
    asked = models.DateTimeField(null=True, blank=True)  # when the partner was last asked
    confirmed = models.DateTimeField(null=True, blank=True)  # the partner said that the seats are reduced
    verdict = models.JSONField(default=dict)  # what was found when it was decided: standing, quota, licences
    exception = models.TextField(_("why outside the program"), blank=True)
    exception_by = models.CharField(_("exception approved by"), max_length=200, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided = models.DateTimeField(null=True, blank=True)
    guide_done = models.JSONField(default=list)  # steps of the guide that the partner has ticked
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("request for an NFR licence")
        verbose_name_plural = _("requests for NFR licences")
        ordering = ["-created", "-id"]
        indexes = [
            models.Index(fields=["stage", "stage_since"], name="nfrrequest_by_stage"),
            models.Index(fields=["account", "-created"], name="nfrrequest_by_account"),
        ]

    def __str__(self) -> str:
        return self.namespace or f"NFR request {self.pk}"


class SupportRequest(models.Model):
    """One internal request at Support: one licence, one ticket of theirs (domain.md §2.3, SUP-INT)."""

    class Purpose(models.TextChoices):
        PROVISION = "provision", _("issue a licence")
        RENEW = "renew", _("renew a licence")
        SEATS = "seats", _("go on with a renewal: the seats are reduced")

    class Outcome(models.TextChoices):
        OPEN = "", _("not answered")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    request = models.ForeignKey(LicenceRequest, models.CASCADE, related_name="support_requests")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    type = models.CharField(max_length=12, choices=Type.choices)
    tier = models.CharField(max_length=10, choices=Tier.choices, blank=True)
    seats = models.PositiveIntegerField(null=True, blank=True)
    namespace = models.CharField(max_length=255, blank=True)
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    ends_why = models.CharField(max_length=300, blank=True)
    text = models.TextField(_("what Support is told"), blank=True)
    number = models.CharField(_("Support's ticket"), max_length=40, blank=True)
    sent = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    answered = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("what Support said"), blank=True)
    licence = models.OneToOneField(
        Licence, models.SET_NULL, null=True, blank=True, related_name="support_request"
    )  # what came of it
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("request to Support")
        verbose_name_plural = _("requests to Support")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "purpose", "type"], name="one_support_request_per_licence")
        ]

    def __str__(self) -> str:
        return self.number or f"support request {self.pk}"


class SeatCount(models.Model):
    """How many seats were in use at a moment, and who said so."""

    class Source(models.TextChoices):
        SUPPORT = "support", _("Support")
        PARTNER = "partner", _("the partner")
        DESK = "desk", _("the desk")

    licence = models.ForeignKey(Licence, models.CASCADE, related_name="counts")
    used = models.PositiveIntegerField()
    counted = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=8, choices=Source.choices)
    screenshot = models.ForeignKey("tickets.Attachment", models.SET_NULL, null=True, blank=True, related_name="+")
    request = models.ForeignKey(LicenceRequest, models.SET_NULL, null=True, blank=True, related_name="counts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("count of seats")
        verbose_name_plural = _("counts of seats")
        ordering = ["-counted", "-id"]
        indexes = [models.Index(fields=["licence", "-counted"], name="seatcount_by_licence")]

    def __str__(self) -> str:
        return f"{self.used} ({self.counted:%Y-%m-%d})"

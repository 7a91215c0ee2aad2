"""Partners as we know them: a mirror of Salesforce, what people added to it, and what partners must have for what."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
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
    owner_id = models.CharField(_("owner in Salesforce"), max_length=18, blank=True)
    owner_name = models.CharField(_("account owner"), max_length=200, blank=True)
    owner_email = models.CharField(_("account owner's e-mail"), max_length=254, blank=True)
    website_domain = models.CharField(_("mail domain of the website"), max_length=253, blank=True)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    modified = models.DateTimeField(_("changed in Salesforce"), null=True, blank=True)
    deleted = models.DateTimeField(_("deleted in Salesforce"), null=True, blank=True)
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
        indexes = [
            models.Index(Lower("name"), name="account_by_name"),
            models.Index(fields=["website_domain"], name="account_by_website", condition=~models.Q(website_domain="")),
            GinIndex(models.Func(models.F("name"), function="partner_name_keys"), name="account_by_name_keys"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountDomain(models.Model):
    """A mail domain that belongs to one partner, because a person said so; who writes from it is theirs."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="domains")
    domain = models.CharField(_("domain"), max_length=253)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        constraints = [models.UniqueConstraint(Lower("domain"), name="one_account_per_domain")]

    def __str__(self) -> str:
        return self.domain


class AccountName(models.Model):
    """Another name people use for a partner, because a person said so; `name` is normalised by partners.matching."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="other_names")
    name = models.CharField(_("name"), max_length=255, unique=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("other name of a partner")
        verbose_name_plural = _("other names of partners")

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """Somebody who writes to the desk, or whom Salesforce knows; account, user, id and even the address may be missing.

    One address is one person: a second contact of Salesforce with the same address is kept as `double_of` the first.
    """

    salesforce_id = models.CharField(_("Salesforce id"), max_length=18, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, blank=True, related_name="contacts")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="contact"
    )
    account_said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )  # a person set the account: a sync leaves it
    double_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="doubles")
    active = models.BooleanField(_("active"), default=True)
    modified = models.DateTimeField(_("changed in Salesforce"), null=True, blank=True)
    deleted = models.DateTimeField(_("deleted in Salesforce"), null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~models.Q(email="") & models.Q(double_of=None),
                name="one_contact_per_address",
            ),
            models.UniqueConstraint(
                fields=["salesforce_id"], condition=~models.Q(salesforce_id=""), name="one_contact_per_salesforce_id"
            ),
        ]
        indexes = [
            models.Index(Lower("email"), name="contact_by_address"),  # the unique one serves only who says email <> ''
            models.Index(
                models.Func(Lower("email"), models.Value("@"), 2, function="split_part"), name="contact_by_mail_domain"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class Invoice(models.Model):
    """An invoice of Salesforce's `Invoice` object (contract §7)."""

    salesforce_id = models.CharField(_("Salesforce id"), max_length=18, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="invoices")
    number = models.CharField(_("number"), max_length=80)
    opportunity_id = models.CharField(_("opportunity"), max_length=18, blank=True)
    date = models.DateField(_("date"), null=True)
    due = models.DateField(_("due"), null=True)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, null=True)
    status = models.CharField(_("status"), max_length=40, blank=True)
    modified = models.DateTimeField(_("changed in Salesforce"), null=True)
    deleted = models.DateTimeField(_("deleted in Salesforce"), null=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-date", "-id"]
        indexes = [models.Index(fields=["account", "-date"], name="invoice_by_account")]

    def __str__(self) -> str:
        return self.number


class Opportunity(models.Model):
    """An opportunity with a partner, of Salesforce's `Opportunity` object (contract §7)."""

    salesforce_id = models.CharField(_("Salesforce id"), max_length=18, unique=True)
    account = models.ForeignKey(
        Account, models.CASCADE, null=True, related_name="opportunities"
    )  # the partner of the deal, not the customer
    number = models.CharField(_("number"), max_length=80, blank=True)
    name = models.CharField(_("name"), max_length=255)
    customer_id = models.CharField(_("customer's account"), max_length=18, blank=True)
    owner_id = models.CharField(_("owner"), max_length=18, blank=True)
    owner_name = models.CharField(_("owner's name"), max_length=200, blank=True)
    isr_id = models.CharField(_("ISR"), max_length=80, blank=True)
    stage = models.CharField(_("stage"), max_length=80, blank=True)
    close_date = models.DateField(_("close date"), null=True)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2, null=True)
    segment = models.CharField(_("[Deprecated] Owner Segment-Geo-Region-Area"), max_length=255, blank=True)
    territory = models.CharField(_("Stamped Account Sales Territory"), max_length=255, blank=True)
    manager_there = models.CharField(_("channel manager in Salesforce"), max_length=200, blank=True)
    public_sector = models.BooleanField(_("public sector"), null=True)
    modified = models.DateTimeField(_("changed in Salesforce"), null=True)
    deleted = models.DateTimeField(_("deleted in Salesforce"), null=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        ordering = ["-close_date", "-id"]
        indexes = [
            models.Index(fields=["account", "-close_date"], name="opportunity_by_account"),
            models.Index(fields=["segment", "territory"], name="opportunity_by_keys", condition=models.Q(deleted=None)),
            models.Index(Lower("number"), name="opportunity_by_number"),
            GinIndex(SearchVector("name", config="simple"), name="opportunity_by_words"),
        ]

    def __str__(self) -> str:
        return self.name


class Certification(models.Model):
    """Somebody at a partner has passed a training; from Salesforce, where the organisation keeps them there."""

    salesforce_id = models.CharField(_("Salesforce id"), max_length=18, unique=True)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="certifications")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="certifications")
    title = models.CharField(_("title"), max_length=160)
    passed = models.DateField(_("passed"), null=True)
    expires = models.DateField(_("expires"), null=True)
    modified = models.DateTimeField(_("changed in Salesforce"), null=True)
    deleted = models.DateTimeField(_("deleted in Salesforce"), null=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        ordering = ["title", "id"]
        indexes = [models.Index(fields=["account", "title"], name="certification_by_account")]

    def __str__(self) -> str:
        return self.title


class TeamReport(models.Model):
    """A partner's people as the partner portal knew them on a day, from an export; `partners.team` writes it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="team_reports")
    as_of = models.DateField(_("as of"))
    people_count = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("team of a partner")
        verbose_name_plural = _("teams of partners")
        ordering = ["-as_of", "-id"]
        indexes = [models.Index(fields=["account", "-as_of", "-id"], name="teamreport_by_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.as_of}"


class TeamMember(models.Model):
    """Somebody in it, once: no home address, no telephone. `courses` are the fields of the export that are True."""

    report = models.ForeignKey(TeamReport, models.CASCADE, related_name="members")
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)  # lower case
    country = models.CharField(_("country"), max_length=80, blank=True)
    active = models.BooleanField(_("account activated"), null=True)
    admin = models.BooleanField(_("administrator of the portal"), null=True)
    courses = ArrayField(models.CharField(max_length=120), default=list, blank=True)

    class Meta:
        verbose_name = _("member of a team")
        verbose_name_plural = _("members of teams")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name or self.email


class DashboardReport(models.Model):
    """One state of the dashboard “Certifications by Partner”, as imported; the newest that counts on a day decides."""

    file = models.ForeignKey("documents.StoredFile", models.PROTECT, related_name="+")
    as_of = models.DateField(_("as of"))
    columns = models.JSONField(_("columns, as headed"), default=list)
    rows_count = models.PositiveIntegerField(default=0)
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    imported_by_name = models.CharField(max_length=160, blank=True)
    withdrawn = models.DateTimeField(null=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("certification dashboard")
        verbose_name_plural = _("certification dashboards")
        ordering = ["-as_of", "-id"]

    def __str__(self) -> str:
        return f"{self.as_of}"


class DashboardRow(models.Model):
    """A partner's line in it: “Open Reqs Met?” and the counts beside it."""

    report = models.ForeignKey(DashboardReport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row of the file"))
    partner_name = models.CharField(_("partner, as written"), max_length=255)
    salesforce_id = models.CharField(_("Salesforce id, as written"), max_length=18, blank=True)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="dashboard_rows")
    open_reqs_met = models.BooleanField(_("Open Reqs Met?"), null=True)  # nothing there: unknown, not no
    counts = models.JSONField(_("the other columns"), default=dict)

    class Meta:
        verbose_name = _("dashboard row")
        verbose_name_plural = _("dashboard rows")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="one_row_per_line_of_a_report")]
        indexes = [models.Index(fields=["account", "report"], name="dashboardrow_by_account")]

    def __str__(self) -> str:
        return self.partner_name


class Gate(models.Model):
    """One thing a partner must have for something (a letter, an NFR licence, …), as of a day (domain.md §2.1)."""

    class Check(models.TextChoices):
        STATUS = "status", _("partner status is one of")
        TRACK = "track", _("track is one of")
        TYPE = "type", _("type of partner is one of")
        OPEN_REQS = "open_reqs", _("“Open Reqs Met?” is Yes")
        CERTIFICATIONS = "certifications", _("so many people hold one of")
        CONTRACT = "contract", _("the agreement is signed")

    gate = models.CharField(_("for what"), max_length=30)  # loa, nfr, deal_registration, …
    check_kind = models.CharField(_("check"), max_length=20, choices=Check.choices)
    values = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    at_least = models.PositiveSmallIntegerField(_("at least"), default=1)
    words = models.CharField(_("the requirement, for people"), max_length=200)
    how = models.TextField(_("how a partner meets it"), blank=True)
    link = models.URLField(_("where a partner meets it"), max_length=300, blank=True)
    source = models.CharField(_("where it is written"), max_length=200, blank=True)
    advisory = models.BooleanField(_("only a hint"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until, not included"), null=True, blank=True)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["gate", "position", "id"]
        indexes = [models.Index(fields=["gate", "valid_from"], name="gate_by_name")]

    def __str__(self) -> str:
        return f"{self.gate}: {self.words}"


class SyncRun(models.Model):
    """One pull from Salesforce: what it saw and what it changed here."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")  # asked for; no worker has begun
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    full = models.BooleanField(_("everything"), default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    counts = models.JSONField(default=dict)  # {"Account": {"seen": 3, "added": 1, "changed": 2, "removed": 0}, …}
    expected = models.JSONField(default=dict)  # {"Account": 50000}: how many there are to see, for the progress
    quiet = models.BooleanField(default=False)  # it changed nothing, refused nothing and has nothing to say
    problem = models.TextField(blank=True)  # a sentence for people
    rejected = models.JSONField(default=list)  # rows that could not be taken: [{"object", "id", "name", "words"}, …]
    first_event = models.BigIntegerField(null=True)  # of the journal, written by this run
    last_event = models.BigIntegerField(null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    started = models.DateTimeField(default=timezone.now)
    beat = models.DateTimeField(default=timezone.now)  # moves while it runs
    finished = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sync")
        verbose_name_plural = _("syncs")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.started:%Y-%m-%d %H:%M} {self.state}"


class SyncMark(models.Model):
    """How far an object of Salesforce has been read: everything changed before `modified` is here."""

    object_key = models.CharField(max_length=40, unique=True)
    modified = models.DateTimeField(null=True)
    full_at = models.DateTimeField(null=True)  # when all of it was last read
    updated = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sync mark")
        verbose_name_plural = _("sync marks")

    def __str__(self) -> str:
        return self.object_key

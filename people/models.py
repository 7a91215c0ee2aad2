"""Users with one role each, the channel organisation, business calendars and API tokens."""

from __future__ import annotations

import zoneinfo
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.roles import DESK_ROLES, LEADING_ROLES, STAFF_ROLES, Role

# `email__lower="x@y.example"` uses the unique index over Lower("email"); `iexact` would scan.
models.CharField.register_lookup(Lower)


def known_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("%(name)s is not a time zone. Take a name such as Europe/Berlin."), params={"name": name}
        )


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, *, name: str = "", role: str = Role.PARTNER) -> User:
        """A person who may sign in; without a password only by a reset link."""
        user = self.model(email=email.strip().lower(), name=name, role=role, is_superuser=role == Role.ADMIN)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, *, name: str = "") -> User:
        return self.create_user(email, password, name=name, role=Role.ADMIN)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__lower=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in; the e-mail address is the login, upper and lower case alike."""

    email = models.EmailField(_("e-mail"), max_length=254)
    name = models.CharField(_("name"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.PARTNER)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_time_zone])
    region = models.CharField(_("region you look after"), max_length=40, blank=True)  # as tickets and tasks name it
    signature = models.TextField(_("signature under your replies"), blank=True, max_length=1000)
    mail_when_answered = models.BooleanField(_("a mail when somebody answers on my tickets"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_address"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """May open Django's admin; not to be mixed up with being on the desk."""
        return self.role == Role.ADMIN

    @property
    def on_desk(self) -> bool:
        """Works the queue: specialist, lead or administrator."""
        return self.role in DESK_ROLES

    @property
    def leads(self) -> bool:
        return self.role in LEADING_ROLES

    @property
    def is_colleague(self) -> bool:
        """Belongs to the vendor: the desk and the channel managers."""
        return self.role in STAFF_ROLES

    def get_short_name(self) -> str:
        return (self.name or self.email).split()[0]


class Team(models.TextChoices):
    """Teams of channel managers, in the words of contract §4."""

    SELECT = "select", _("Select")
    COMMERCIAL = "commercial", _("Commercial (Open)")
    US_PUBSEC = "us_pubsec", _("US PubSec")
    ALLIANCE = "alliance", _("Alliance")
    GSI = "gsi", _("GSI")


class ChannelManager(models.Model):
    """Owns partner accounts and approves deal registrations (handbook, “Channel Manager Ownership in SFDC”)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    team = models.CharField(_("team"), max_length=12, choices=Team.choices, blank=True)
    region = models.CharField(_("region"), max_length=40, blank=True)
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="channel_manager")
    salesforce_id = models.CharField(_("user in Salesforce"), max_length=18, blank=True)
    salesforce_email = models.EmailField(_("address in Salesforce"), max_length=254, blank=True)
    active = models.BooleanField(_("active"), default=True)
    left = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("channel manager")
        verbose_name_plural = _("channel managers")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SolutionsArchitect(models.Model):
    """Channel solutions architect of a region (handbook, “Channel Solutions Architects”)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    region = models.CharField(_("region"), max_length=40)
    remark = models.CharField(_("remark"), max_length=120, blank=True)
    salesforce_id = models.CharField(_("user in Salesforce"), max_length=18, blank=True)
    salesforce_email = models.EmailField(_("address in Salesforce"), max_length=254, blank=True)
    active = models.BooleanField(_("active"), default=True)
    left = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("solutions architect")
        verbose_name_plural = _("solutions architects")
        ordering = ["region", "name"]

    def __str__(self) -> str:
        return self.name


class Absence(models.Model):
    """A channel manager or solutions architect is away from one day to another; somebody may stand in."""

    manager = models.ForeignKey(ChannelManager, models.CASCADE, null=True, blank=True, related_name="absences")
    architect = models.ForeignKey(SolutionsArchitect, models.CASCADE, null=True, blank=True, related_name="absences")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)  # none: until further notice
    stand_in = models.ForeignKey(
        ChannelManager, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("stand-in")
    )
    stand_in_architect = models.ForeignKey(
        SolutionsArchitect, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("stand-in")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    said_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["first_day", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day=None) | models.Q(last_day__gte=models.F("first_day")),
                name="absence_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(manager=None) ^ models.Q(architect=None), name="absence_of_one_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manager or self.architect} {self.first_day}"


class WorkingCalendar(models.Model):
    """When a region works: the clock of every deadline there."""

    region = models.CharField(_("region"), max_length=20, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[known_time_zone])
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    weekdays = models.JSONField(_("weekdays, Monday = 0"), default=list)
    is_default = models.BooleanField(_("for every other region"), default=False)

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ["region"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")), name="calendar_closes_after_opening"
            ),
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_calendar"
            ),
        ]

    def __str__(self) -> str:
        return self.region


class Holiday(models.Model):
    """A day off: of one calendar, or of all (Family & Friends days)."""

    calendar = models.ForeignKey(WorkingCalendar, models.CASCADE, null=True, blank=True, related_name="holidays")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="one_holiday_per_day", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class ApiToken(models.Model):
    """A key to the REST API; only its SHA-256 digest is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        WRITE = "write", _("Read and write")

    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(_("scope"), max_length=5, choices=Scope.choices, default=Scope.WRITE)
    created = models.DateTimeField(_("created"), default=timezone.now)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.name or self.digest[:8]} ({self.user})"

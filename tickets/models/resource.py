"""What people look up: links of the handbook, what the team handles, how to reach it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import User


class ResourceQuerySet(models.QuerySet["Resource"]):
    def visible_to(self, user: User) -> ResourceQuerySet:
        """Everything for colleagues; a partner sees what is meant for partners."""
        return self if user.is_colleague else self.filter(audience=Resource.Audience.PARTNER)


class Resource(models.Model):
    """A link, or a text that says where to go. One without an address is published without one."""

    class Audience(models.TextChoices):
        DESK = "desk", _("Desk only")
        PARTNER = "partner", _("Partners too")

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    section = models.CharField(_("section"), max_length=80)
    title = models.CharField(_("title"), max_length=200)
    address = models.CharField(_("address"), max_length=500, blank=True)
    body = models.TextField(_("text"), blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    audience = models.CharField(_("audience"), max_length=7, choices=Audience.choices, default=Audience.DESK)
    portal_login_required = models.BooleanField(_("portal login required"), default=False)
    position = models.PositiveIntegerField(_("position"), default=0)
    keywords = models.CharField(_("also found by"), max_length=300, blank=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(audience__in=["desk", "partner"]), name="resource_audience_known")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def searchable(self) -> str:
        return f"{self.title} {self.section} {self.body} {self.remark} {self.keywords}"

    @property
    def desk_only(self) -> bool:
        return self.audience == self.Audience.DESK

    @property
    def lacks_address(self) -> bool:
        """A link of the handbook that was published without one."""
        return not self.address and not self.body

    @property
    def leaves_the_desk(self) -> bool:
        return self.address.startswith(("https://", "http://"))

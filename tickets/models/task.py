"""Work for somebody who does not answer tickets: Channel Marketing's list, a merge request for the handbook."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Task(models.Model):
    """Something to be done elsewhere, with a list to tick; `key` says what asked for it, once."""

    class Team(models.TextChoices):
        DESK = "desk", _("Partner Help Desk")
        CHANNEL_MARKETING = "channel_marketing", _("Channel Marketing")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Not needed")

    key = models.CharField(max_length=120, unique=True)  # roster-change:3:impartner
    team = models.CharField(max_length=20, choices=Team.choices)
    region = models.CharField(_("region"), max_length=40, blank=True)  # whose specialist it is for
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("what to do"), blank=True)
    items = models.JSONField(default=list)  # [{"words", "link", "done": null | {"by", "at"}}, …]
    address = models.CharField(max_length=200, blank=True)  # of the page it comes from
    ticket = models.ForeignKey("tickets.Ticket", models.SET_NULL, null=True, blank=True, related_name="tasks")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="tasks")
    due = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    finished = models.DateTimeField(null=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due", "id"]
        indexes = [models.Index(fields=["team", "due", "id"], name="task_open", condition=models.Q(state="open"))]

    def __str__(self) -> str:
        return self.title

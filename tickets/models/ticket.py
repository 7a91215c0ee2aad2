"""A ticket: a conversation with somebody at a partner."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.ordering import due_or_never, paused, priority_rank

REFERENCE_PREFIX = "PHD-"


class Status(models.TextChoices):
    NEW = "new", _("New")
    OPEN = "open", _("In progress")
    PENDING_PARTNER = "pending_partner", _("Pending partner")
    PENDING_INTERNAL = "pending_internal", _("Pending internal")
    ON_HOLD = "on_hold", _("On hold")
    SOLVED = "solved", _("Resolved")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged")
    SPAM = "spam", _("Spam")


OURS = frozenset({Status.NEW, Status.OPEN})
PENDING = frozenset({Status.PENDING_PARTNER, Status.PENDING_INTERNAL, Status.ON_HOLD})
ACTIVE = OURS | PENDING
ENDED = frozenset({Status.SOLVED, Status.CLOSED, Status.MERGED, Status.SPAM})
NO_REQUEST = frozenset({Status.MERGED, Status.SPAM})

_AT_WORK = {Status.OPEN, *PENDING, Status.SOLVED, Status.SPAM}
# Who may follow whom by a change of status; a ticket is merged into another one, never merely called so.
MOVES: dict[str, frozenset[str]] = {
    Status.NEW: frozenset(_AT_WORK),
    Status.OPEN: frozenset(_AT_WORK - {Status.OPEN}),
    Status.PENDING_PARTNER: frozenset(_AT_WORK - {Status.PENDING_PARTNER}),
    Status.PENDING_INTERNAL: frozenset(_AT_WORK - {Status.PENDING_INTERNAL}),
    Status.ON_HOLD: frozenset(_AT_WORK - {Status.ON_HOLD}),
    Status.SOLVED: frozenset(
        {Status.OPEN, Status.CLOSED, Status.PENDING_PARTNER, Status.PENDING_INTERNAL, Status.ON_HOLD}
    ),
    Status.CLOSED: frozenset({Status.OPEN}),
    Status.MERGED: frozenset(),
    Status.SPAM: frozenset({Status.OPEN}),
}


class SolvedReason(models.TextChoices):
    ANSWERED = "answered", _("Answered")
    REDIRECTED = "redirected", _("Redirected")


class Priority(models.TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class Channel(models.TextChoices):
    MAIL = "mail", _("E-mail")
    FORM = "form", _("Web form")
    API = "api", _("API")
    DESK = "desk", _("Desk")


_ACTIVE_ONLY = models.Q(status__in=sorted(ACTIVE))


class Ticket(models.Model):
    """One request; its number counts up from 1001 and reads PHD-1001.

    `last_event` is the id of its newest event: the version that optimistic checks compare. The columns from `preview`
    on are kept beside each message by `actions`, so that the queue reads one row per ticket.
    """

    kind = models.CharField(_("type"), max_length=30)
    topic = models.CharField(_("topic"), max_length=30, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.NEW)
    solved_reason = models.CharField(max_length=12, choices=SolvedReason.choices, blank=True)
    priority = models.CharField(_("priority"), max_length=6, choices=Priority.choices, default=Priority.NORMAL)
    subject = models.CharField(_("subject"), max_length=300)
    # db_index=False where an index below begins with the same column.
    requester = models.ForeignKey("partners.Contact", models.PROTECT, related_name="tickets", db_index=False)
    partner = models.ForeignKey(
        "partners.Account", models.SET_NULL, null=True, blank=True, related_name="tickets", db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="assigned_tickets"
    )
    channel_manager = models.ForeignKey(
        "people.ChannelManager", models.SET_NULL, null=True, blank=True, related_name="tickets", db_index=False
    )
    region = models.CharField(_("region"), max_length=20, blank=True)
    mailbox = models.ForeignKey(
        "mail.Mailbox", models.SET_NULL, null=True, blank=True, related_name="tickets", db_index=False
    )  # where it arrived, and whence it is answered; null: the default one
    channel = models.CharField(_("channel"), max_length=4, choices=Channel.choices)
    tags = models.ManyToManyField("tickets.Tag", related_name="tickets", blank=True)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="followers")
    fields = models.JSONField(_("what the form asked"), default=dict, blank=True)
    submission = models.CharField(max_length=80, null=True, blank=True, unique=True)

    created = models.DateTimeField(_("created"), default=timezone.now)
    updated = models.DateTimeField(_("updated"), default=timezone.now)
    last_event = models.BigIntegerField(default=0)

    first_reply_due = models.DateTimeField(null=True, blank=True)
    resolution_due = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(_("due"), null=True, blank=True)
    first_replied = models.DateTimeField(null=True, blank=True)
    paused_since = models.DateTimeField(null=True, blank=True)
    solved = models.DateTimeField(null=True, blank=True)
    closed = models.DateTimeField(null=True, blank=True)

    preview = models.CharField(max_length=200, blank=True)
    last_from_us = models.BooleanField(default=False)
    last_partner_event = models.BigIntegerField(default=0)
    has_attachments = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="ticket_status_known"),
            models.CheckConstraint(condition=models.Q(priority__in=Priority.values), name="ticket_priority_known"),
            models.CheckConstraint(
                condition=~models.Q(status=Status.SOLVED) | models.Q(solved__isnull=False), name="ticket_solved_when"
            ),
        ]
        indexes = [
            models.Index(paused(), due_or_never(), models.F("id"), name="ticket_active_by_due", condition=_ACTIVE_ONLY),
            models.Index(
                priority_rank(),
                paused(),
                due_or_never(),
                models.F("id"),
                name="ticket_active_by_priority",
                condition=_ACTIVE_ONLY,
            ),
            models.Index(
                paused(),
                due_or_never(),
                models.F("id"),
                name="ticket_with_partner_by_due",
                condition=models.Q(status=Status.PENDING_PARTNER),
            ),
            models.Index(fields=["-id"], name="ticket_active_newest", condition=_ACTIVE_ONLY),
            models.Index(fields=["region", "-id"], name="ticket_active_by_region", condition=_ACTIVE_ONLY),
            models.Index(fields=["-updated", "-id"], name="ticket_by_update"),
            models.Index(fields=["status", "-id"], name="ticket_by_status"),
            models.Index(fields=["assignee", "-id"], name="ticket_by_assignee", condition=_ACTIVE_ONLY),
            models.Index(fields=["partner", "-id"], name="ticket_by_partner"),
            models.Index(fields=["requester", "-id"], name="ticket_by_requester"),
            models.Index(fields=["channel_manager", "-id"], name="ticket_by_manager"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.subject}"

    @property
    def reference(self) -> str:
        return f"{REFERENCE_PREFIX}{self.pk}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def closed_long_ago(self) -> bool:
        """Closed so long ago that a new word is a new request, linked to this one."""
        patience = timedelta(days=settings.REOPEN_WITHIN_DAYS)
        return self.status == Status.CLOSED and self.closed is not None and timezone.now() - self.closed > patience

    @property
    def is_paused(self) -> bool:
        return self.paused_since is not None


def number_of(reference: str) -> int | None:
    """1042 for “PHD-1042” in any case or for “1042”; None for anything else."""
    digits = reference.strip().upper().removeprefix(REFERENCE_PREFIX)
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None

"""Mails about tasks: to the specialists of the region and the leads, or to whoever has been given one."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from mail import mailboxes, outbox
from mail.models import OutgoingMail
from people.models import User
from people.roles import Role
from tickets.models import Task


def asked_for(task: Task) -> OutgoingMail | None:
    """To those it is for; to nobody where the desk has neither a lead nor a specialist of the region."""
    words = _("There is a new task: %(title)s") % {"title": task.title}
    return _tell(people_for(task.region), task, words=words)


def given_to(task: Task, to: User) -> OutgoingMail | None:
    return _tell([to], task, words=_("You have been given a task: %(title)s") % {"title": task.title})


def people_for(region: str) -> list[User]:
    """The specialists of a region and every lead."""
    found = User.objects.filter(is_active=True, role__in=[Role.SPECIALIST, Role.LEAD]).order_by("name", "pk")
    return [one for one in found if one.leads or (region and one.region == region)]


def _tell(people: Iterable[User], task: Task, *, words: str) -> OutgoingMail | None:
    to = [(str(one), one.email) for one in people]
    if not to:
        return None
    values = {"task": task, "words": words, "url": f"{settings.PUBLIC_URL}/tasks/{task.pk}/"}
    return outbox.queue(
        to=to,
        subject=words,
        body_text=render_to_string("tickets/mail/task.txt", values),
        body_html=render_to_string("tickets/mail/task.html", values),
        automatic=True,
        mailbox=mailboxes.default(),
        purpose="notice",
    )

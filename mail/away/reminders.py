"""A mail when a window begins and one when it is over: the Google Group's own answer is switched by hand.

What was told is kept in the row and committed with the mail, so the job may run as often and as late as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mail import markdown, outbox
from mail.away import showing, texts, windows
from mail.models import AwayWindow, OutgoingMail
from people.models import User


def tell() -> None:
    """Whoever is to be reminded hears of every begin and end nobody was told of yet; each once."""
    now = timezone.now()
    began = Q(cancelled=None) | Q(cancelled__gt=F("starts"))
    for pk in AwayWindow.objects.filter(began, told_start=False, starts__lte=now).values_list("pk", flat=True):
        tell_one(pk, start=True)
    gone = windows.over(now).filter(began | Q(group_switched_on=True), told_end=False)
    for pk in gone.values_list("pk", flat=True):
        tell_one(pk, start=False)


def tell_one(pk: int, *, start: bool) -> OutgoingMail | None:
    """Locks the row, so two workers cannot both tell; a beginning that is over already is not told any more."""
    told = "told_start" if start else "told_end"
    with transaction.atomic():
        rows = AwayWindow.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, **{told: False})
        window = rows.select_related("set_by", "remind", "mailbox").first()
        if window is None:
            return None
        setattr(window, told, True)
        window.save(update_fields=[told])
        late = start and timezone.now() >= windows.ended(window)
        person = next(whom(window), None)
        if late or person is None:
            return None
        return mail_about(window, person, start=start)


def whom(window: AwayWindow) -> Iterator[User]:
    """The named teammate, else whoever set it; somebody who left is not reminded."""
    return (person for person in (window.remind, window.set_by) if person and person.is_active)


def mail_about(window: AwayWindow, person: User, *, start: bool) -> OutgoingMail:
    shown = showing.shown(window)
    body = render_to_string(
        "mail_away/mail/started.txt" if start else "mail_away/mail/ended.txt",
        {
            "shown": shown,
            "window": window,
            "person": person,
            "steps": texts.group_steps("on" if start else "off"),
            "url": settings.PUBLIC_URL + reverse("away:window", args=[window.pk]),
        },
    )
    about = {"occasion": window.get_occasion_display()}
    return outbox.queue(
        to=[(person.name, person.email)],
        subject=(_("Out of office is on: %(occasion)s") if start else _("Out of office is over: %(occasion)s")) % about,
        body_text=body,
        body_html=markdown.render(body),
        automatic=True,
        purpose="notice",
    )

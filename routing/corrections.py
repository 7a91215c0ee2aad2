"""Answers that somebody calls wrong: a lead decides, and whoever said it hears what became of it."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.record import actor_of, record
from mail import mailboxes, outbox
from people.models import ChannelManager, User
from routing.models import Correction, Decision
from web.memory import Memory

State = Correction.State
_WAITING: Final = Memory(seconds=20)


class Refused(Exception):  # noqa: N818 - a sentence for people, not a fault
    """It cannot be done; says why."""


def say(decision: Decision, *, by: User, why: str, manager: ChannelManager | None = None) -> Correction:
    """The same person has one open correction of an answer: said again, it is the newer words that count."""
    with transaction.atomic():
        Decision.objects.select_for_update().get(pk=decision.pk)
        own = Correction.objects.filter(decision=decision, said_by=by, state=State.OPEN)
        row = own.first() or Correction(decision=decision, said_by=by)
        before = {"why": row.why, "manager": row.manager and row.manager.name} if row.pk else {}
        row.why, row.manager = why, manager
        row.save()
        after = {"why": why, "manager": manager and manager.name, "decision": decision.pk}
        record(row, "correction_said", by=actor_of(by), before=before, after=after)
    _WAITING.forget()
    return row


def accept(correction: Correction, *, by: User, answer: str = "") -> Correction:
    """It is wrong indeed. The rule is changed where rules are changed; this only says so."""
    return _decide(correction, State.ACCEPTED, by=by, answer=answer)


def decline(correction: Correction, *, by: User, answer: str) -> Correction:
    return _decide(correction, State.DECLINED, by=by, answer=answer)


def rows() -> QuerySet[Correction]:
    return Correction.objects.select_related(
        "decision__manager", "decision__account", "manager", "said_by", "decided_by"
    )


def waiting(user: User) -> str:
    """“2 corrections wait” for who may decide them; asked for on every page, so remembered for a moment."""
    if not user.leads:
        return ""
    found = _WAITING.get("open", lambda: Correction.objects.filter(state=State.OPEN).count())
    return ngettext("%d correction waits", "%d corrections wait", found) % found if found else ""


def _decide(correction: Correction, state: str, *, by: User, answer: str) -> Correction:
    with transaction.atomic():
        row = Correction.objects.select_for_update().get(pk=correction.pk)
        if row.state != State.OPEN:
            raise Refused(_("Somebody has decided this correction already."))
        row.state, row.answer, row.decided_by, row.decided = state, answer, by, timezone.now()
        row.save()
        record(
            row,
            f"correction_{state}",
            by=actor_of(by),
            before={"state": State.OPEN},
            after={"state": state},
            why=answer,
        )
        _tell(row, by=by)
    _WAITING.forget()
    return row


def _tell(row: Correction, *, by: User) -> None:
    """A mail to whoever said it, unless they decided themselves."""
    to = row.said_by
    if to is None or not to.is_active or to == by:
        return
    values = {
        "correction": row,
        "by": by,
        "accepted": row.state == State.ACCEPTED,
        "url": f"{settings.PUBLIC_URL}{reverse('routing:decision', args=[row.decision_id])}",
    }
    outbox.queue(
        to=[(str(to), to.email)],
        subject=_("Your correction of a channel manager"),
        body_text=render_to_string("routing/mail/correction.txt", values),
        body_html=render_to_string("routing/mail/correction.html", values),
        automatic=True,
        mailbox=mailboxes.default(),
        purpose="notice",
    )

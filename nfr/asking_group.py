"""Which group a request is about: asked once when nobody can tell, and read again when the partner has answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import DESK, actor_of
from nfr import again, reading, stages, whom
from nfr.models import LicenceRequest
from people import calendar
from people.calendar import Target
from tickets import own_words, prepared
from tickets.models import Message, PreparedReply, Status
from tickets.models.message import Visibility
from tickets.models.ticket import ENDED
from tickets.procedures import At, Fact, Finish, Waiting, WaitsFor
from web import nudging

RESPONSE: Final = "nfr-which-namespace"
SOON: Final = timedelta(seconds=30)  # a nudge may be lost: then it is looked at again
REMIND: Final = Target(days=3)
HEARS: Final = (*prepared.HEARS, "received", "papers", "facts", "partner")


def before(at: At, request: LicenceRequest) -> Waiting | None:
    """What comes first: a ticket that is resolved, and an answer that nobody has read yet."""
    if at.ticket.status in ENDED:
        stages.move(request, stages.Stage.ENDED, why=_("The ticket is resolved."))
        raise Finish(_("The ticket is resolved."))
    if not reading.is_stale(request):
        return None
    nudging.nudge(again.READ, at.ticket.pk)
    return Waiting(for_whom=WaitsFor.DESK, note=_("What has come in is being read."), due=timezone.now() + SOON)


def ask(at: At, request: LicenceRequest, *, missing: Sequence[str]) -> Waiting:
    """For us until the question is sent, then for the partner; `missing` is what else a person has to say."""
    person = whom.person_of(request)
    others = ", ".join(missing)
    if person is None or _unwanted(at):
        words = _("Say which group it is about.") if not others else _("Say which group it is about, and: %(others)s.")
        return Waiting(for_whom=WaitsFor.DESK, note=words % {"others": others}, due=at.ticket.due)
    message = prepared.sent(at.ticket, at.key)
    if message is None:
        prepared.offer(
            at.ticket,
            step=at.key,
            response=RESPONSE,
            values={"asked_namespace": reading.why_no_namespace(request), **whom.greeting(request)},
            to=[person],
            then=Status.PENDING_PARTNER,
        )
        words = _("Drafted in the composer: which group is it? Read and send it, or say it here.")
        return Waiting(for_whom=WaitsFor.DESK, note=words, due=at.ticket.due)
    answer = _answer_to(message)
    if answer is not None:
        words = _("They have answered, and it names no group. Read it, then say it here, or ask once more.")
        return Waiting(for_whom=WaitsFor.DESK, note=words, facts=[_quoted(answer)], due=at.ticket.due)
    stages.move(request, stages.Stage.ASKED)
    remind = calendar.add(message.created, REMIND, calendar.hours_of(at.ticket.region))
    return Waiting(for_whom=WaitsFor.PARTNER, note=_("Asked which group it is."), remind=remind)


def drop(at: At) -> None:
    """Nothing has to be asked any more; what somebody has made of the text stays their draft."""
    by = actor_of(at.by) if at.by else DESK
    prepared.withdraw_in(at.ticket, why=_("The group is known now."), by=by, steps={at.key})


def _answer_to(question: Message) -> Message | None:
    """What they have written since we last wrote; it was read, and no group was found in it."""
    shown = question.ticket.messages.filter(automatic=False, unknown_sender=False).order_by("-pk")
    last = shown.filter(visibility__in=[Visibility.IN, Visibility.REPLY]).first()
    return last if last is not None and last.visibility == Visibility.IN else None


def _quoted(message: Message) -> Fact:
    words = " ".join(own_words.of(message).split())[:300]
    return Fact(name=_("Their words"), value=words, source=message.author_name, link=f"#m{message.pk}")


def _unwanted(at: At) -> bool:
    """Somebody took the question away: it is not put there again."""
    last = PreparedReply.objects.filter(ticket=at.ticket, step=at.key).order_by("-pk").first()
    return last is not None and last.state == PreparedReply.State.WITHDRAWN and last.by_id is not None

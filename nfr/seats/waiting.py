"""Waiting for the partner's word that the seats are reduced: heard in a mail, by the guide's button, from a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from journal.record import DESK, Actor, actor_of
from nfr import confirming, requests, saying, stages, whom
from nfr.models import LicenceRequest
from nfr.saying import Said
from nfr.seats import counts, forms, steps
from people import calendar
from people.calendar import Target
from tickets import own_words, prepared
from tickets.models import Message, PreparedReply, Status
from tickets.models.message import Visibility
from tickets.models.ticket import ENDED
from tickets.procedures import At, Done, Fact, Prepared, Waiting, WaitsFor

HEARS: Final = (*prepared.HEARS, "received", "facts")
STILL: Final = "nfr-seats-still"
REMINDER: Final = "nfr-seats-reminder"
DUE: Final = Target(days=5)
REMIND: Final = Target(days=3)
State = PreparedReply.State


def look(at: At) -> Done | Waiting:
    """Whether the partner has said it; a ticket that is resolved meanwhile waits on, quietly."""
    request = requests.of(at.ticket)
    if at.ticket.status in ENDED:
        stages.move(request, stages.Stage.ENDED, why=_("The ticket is resolved."))
        note = _("Resolved before the seats were reduced. An answer of the partner goes on with it.")
        return Waiting(for_whom=WaitsFor.PARTNER, note=note)
    return partners_word(at, request)


def partners_word(at: At, request: LicenceRequest) -> Done | Waiting:
    """Done when they have said it since we last wrote."""
    _note_asked(at, request)
    newest = newest_of(request)
    if confirming.is_confirmed(request):
        return _confirmed(at, request, newest)
    stages.move(request, stages.Stage.ASKED)
    if newest is None:
        return _for_partner(at, request)
    said = _said(request, newest)
    if said.reduced:
        return _reduced(at, request, newest, said)
    facts = [quoted(newest, said)]
    if said.still:
        counts.learn(request, said.count, source=counts.Source.PARTNER, by=Actor(newest.author_name), why=said.quote)
        return _explained(at, request, said.count, facts)
    note = _("The partner has answered. Read it, then say here whether the seats are reduced.")
    return Waiting(for_whom=WaitsFor.DESK, note=note, facts=facts, due=at.ticket.due)


def prepare(at: At) -> Prepared:
    request = requests.of(at.ticket)
    newest = newest_of(request)
    said = _said(request, newest) if newest else Said()
    chosen = forms.STILL if said.still else forms.REDUCED if said.reduced or newest is None else ""
    initial = {"said": chosen, "count": said.count}  # what nobody understands is not chosen beforehand
    return Prepared(initial=initial, facts=[quoted(newest, said)] if newest else ())


def decide(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """A person says what the partner says."""
    request = requests.of(at.ticket)
    assert at.by is not None  # a form is sent by somebody
    why = str(given.get("why") or "").strip()
    counts.learn(request, given.get("count"), source=counts.Source.PARTNER, by=at.by, why=why)
    if given["said"] == forms.STILL:
        ask_again(request)
        return _explained(at, request, given.get("count"), [])
    with requests.holding(request) as row:
        confirming.confirm(row, by=actor_of(at.by), why=why)
    _drop(at)
    words = _("%(name)s: the seats are reduced. %(why)s")
    return Done(note=(words % {"name": at.by, "why": why}).strip())


def ask_again(request: LicenceRequest) -> None:
    """What was said before counts no more: the partner is written to once again."""
    with requests.holding(request) as row:
        row.confirmed, row.asked = None, timezone.now()
        row.save(update_fields=["confirmed", "asked"])
    request.confirmed, request.asked = row.confirmed, row.asked


def newest_of(request: LicenceRequest) -> Message | None:
    """What the partner has written since we last wrote to them."""
    found = request.ticket.messages.filter(visibility=Visibility.IN, automatic=False, unknown_sender=False)
    found = found.filter(created__gt=request.asked or timezone.now()).order_by("-pk")[:10]
    return next((one for one in found if not whom.is_vendors(one.author_address)), None)


def since_confirmed(request: LicenceRequest) -> Message | None:
    """What they have written after they said it: it may take it back."""
    newest = newest_of(request)
    said_by_button = newest is not None and (newest.submission or "").startswith(confirming.KEY)
    late = newest is not None and request.confirmed is not None and newest.created > request.confirmed
    return newest if late and not said_by_button else None


def explain(at: At, request: LicenceRequest, count: int | None) -> bool:
    """Why it still shows too many, in the composer; False where somebody took it away."""
    values = steps.values_of(request) | {"seats_still": "" if count is None else str(count)}
    return _offer(at, request, response=STILL, values=values)


def _said(request: LicenceRequest, message: Message) -> Said:
    return saying.read(own_words.of(message), allowed=request.seats_allowed, used=request.seats_used)


def _confirmed(at: At, request: LicenceRequest, newest: Message | None) -> Done:
    """By the button, perhaps with words that name a number."""
    _drop(at)
    if newest is None:
        return Done(note=_confirmed_words(request))
    said = _said(request, newest)
    counts.learn(request, said.count, source=counts.Source.PARTNER, by=Actor(newest.author_name), why=said.quote)
    return Done(note=_confirmed_words(request), facts=[quoted(newest, said)])


def _reduced(at: At, request: LicenceRequest, newest: Message, said: Said) -> Done:
    with requests.holding(request) as row:
        confirming.confirm(row, by=Actor(newest.author_name), why=said.quote)
    counts.learn(request, said.count, source=counts.Source.PARTNER, by=Actor(newest.author_name), why=said.quote)
    _drop(at)
    words = _("%(name)s says that the seats are reduced.") % {"name": newest.author_name}
    return Done(note=words, facts=[quoted(newest, said)])


def _explained(at: At, request: LicenceRequest, count: int | None, facts: list[Fact]) -> Waiting:
    if explain(at, request, count):
        note = _("It still shows too many. The answer that explains it is drafted in the composer.")
    else:
        note = _("It still shows too many. Answer them.")
    return Waiting(for_whom=WaitsFor.DESK, note=note, facts=facts, due=at.ticket.due)


def _for_partner(at: At, request: LicenceRequest) -> Waiting:
    """Silent for three days, the reminder to the partner lies ready, and somebody here is reminded of it."""
    hours = calendar.hours_of(at.ticket.region)
    since = request.asked or at.step.ready or timezone.now()
    due = _last_day(request, since=since) or calendar.add(since, DUE, hours)
    remind = min(calendar.add(since, REMIND, hours), due)
    note = _("Waiting for the partner to reduce the seats.")
    if timezone.now() >= remind and _offer(at, request, response=REMINDER, values=steps.values_of(request)):
        note = _("No word from the partner. A reminder is drafted in the composer.")
    return Waiting(for_whom=WaitsFor.PARTNER, note=note, due=due, remind=remind)


def _last_day(request: LicenceRequest, *, since: datetime) -> datetime | None:
    """Support's day, unless it was over before we wrote."""
    if request.seats_by is None:
        return None
    day = timezone.make_aware(datetime.combine(request.seats_by, time(17)))
    return day if day > since else None


def _note_asked(at: At, request: LicenceRequest) -> None:
    """When a person of the desk last wrote, or its turn came without a mail: from then on counts what they say."""
    replies = request.ticket.messages.filter(visibility=Visibility.REPLY, automatic=False)
    last = replies.order_by("-pk").values_list("created", flat=True).first()
    if last is None and request.asked is None:
        last = at.step.ready or timezone.now()
    if last is not None and (request.asked is None or request.asked < last):
        request.asked = last
        request.save(update_fields=["asked"])


def _offer(at: At, request: LicenceRequest, *, response: str, values: Mapping[str, str]) -> bool:
    """Under a key of its own each time: what was sent once may be needed again."""
    mine = PreparedReply.objects.filter(ticket=at.ticket, step__startswith=f"{at.key}+")
    key = f"{at.key}+{mine.filter(state=State.SENT).count()}"
    last = mine.filter(step=key).order_by("-pk").first()
    if last is not None and last.state == State.WITHDRAWN and last.by_id is not None and last.response == response:
        return False
    person = whom.person_of(request)
    to = [person] if person else []
    prepared.offer(at.ticket, step=key, response=response, values=values, to=to, then=Status.PENDING_PARTNER)
    return True


def _drop(at: At) -> None:
    """No reminder and no explanation is needed any more."""
    keys = PreparedReply.objects.filter(ticket=at.ticket, step__startswith=f"{at.key}+", state=State.OFFERED)
    found = set(keys.values_list("step", flat=True))
    if found:
        by = actor_of(at.by) if at.by else DESK
        prepared.withdraw_in(at.ticket, why=_("The partner has said it."), by=by, steps=found)


def quoted(message: Message, said: Said) -> Fact:
    words = said.quote or " ".join(own_words.of(message).split())[:200]
    return Fact(name=_("Their words"), value=words, source=message.author_name, link=f"#m{message.pk}")


def _confirmed_words(request: LicenceRequest) -> str:
    day = date_format(timezone.localtime(request.confirmed), "j M, H:i") if request.confirmed else ""
    return _("The partner said on %(day)s that the seats are reduced.") % {"day": day}

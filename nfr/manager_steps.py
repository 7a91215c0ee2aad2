"""Minutes, and more than the program gives: not ours to grant; the channel manager by name, who is told how to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nfr import managers, requests, stages, topic_reading
from nfr.guides import links
from nfr.managers import Manager
from people.models import ChannelManager
from tickets import notices, prepared, responses
from tickets.actions import Recipient
from tickets.models import Resource, Status
from tickets.procedures import At, Done, Fact, Prepared, Waiting, WaitsFor

SHOWN: Final = ("namespace", "types")
HEARS: Final = ("partner", "received", "facts", "status", "replied")
TO_THE_PARTNER: Final = "nfr-minutes"
TO_THE_MANAGER: Final = "nfr-minutes-manager"
_SENT: Final = prepared.look_sent("answer")
DOCUMENT: Final = "nfr-requests-for-gitlab-saas"  # of the resources


class Chosen(forms.Form):
    """Who it is, where no rule is certain."""

    button = gettext_lazy("Take this channel manager")

    manager = forms.ModelChoiceField(
        label=gettext_lazy("Channel manager"), queryset=ChannelManager.objects.filter(active=True)
    )


def read(at: At) -> Done:
    _request, done = topic_reading.read(at, SHOWN)
    return done


def manager(at: At) -> Done | Waiting:
    """Done when somebody is certain, or when it is they who ask."""
    stages.end_if_resolved(at.ticket, requests.of(at.ticket))
    asking = managers.who_asks(at.ticket)
    if asking is not None:
        words = _("%(name)s asks: a channel manager.") % {"name": asking.name}
        return Done(note=words, keep={"manager": asking.pk, "asks": True})
    found = managers.of(at.ticket)
    if found.manager is None:
        return Waiting(for_whom=WaitsFor.DESK, note=found.problem, due=at.ticket.due)
    return _known(found)


def manager_prepared(at: At) -> Prepared:
    found = managers.of(at.ticket)
    return Prepared(initial={"manager": found.manager}, note=found.problem)


def choose(at: At, given: Mapping[str, Any]) -> Done:
    """A person knows who it is."""
    assert at.by is not None  # a form is sent by somebody
    chosen: ChannelManager = given["manager"]
    return _known(Manager(manager=chosen, why=_("%(name)s says so") % {"name": at.by}))


def answer(at: At) -> Done:
    """The partner hears who asks for minutes; a channel manager is sent the document. Nobody here adds any."""
    request, found = requests.of(at.ticket), kept(at)
    asks = bool(at.kept("manager").get("asks"))
    to, cc = whom(at, found, asks=asks)
    prepared.offer(
        at.ticket,
        step=at.key,
        response=TO_THE_MANAGER if asks else TO_THE_PARTNER,
        values={"guide_link": links.link_for(request), **named(at, found, asks=asks)},
        to=to,
        cc=cc,
        warnings=[found.unreachable],
        then=Status.SOLVED,
    )
    stages.move(request, stages.Stage.PASSED_ON)
    words = _("It sends %(name)s the document.") if asks else _("It names %(name)s, who is copied.")
    return Done(note=words % {"name": found.name}, facts=_documents())


def sent(at: At) -> Done | Waiting:
    """Who asks for minutes has been told: nothing more is ours."""
    found = _SENT(at)
    if isinstance(found, Done):
        stages.move(requests.of(at.ticket), stages.Stage.DONE)
    return found


def named(at: At, found: Manager, *, asks: bool) -> dict[str, str]:
    """Who is spoken of, or spoken to where it is they who ask; they may not have said for which partner."""
    if not asks:
        return {"cam": found.name}
    partner = {} if at.ticket.partner else {"partner_name": "the partner"}  # in the text of the mail, which is English
    return {"contact_first_name": responses.first_name(found.name), **partner}


def kept(at: At) -> Manager:
    """Whom the step before found."""
    known = at.kept("manager")
    rows = ChannelManager.objects.select_related("user").in_bulk([known.get("manager"), known.get("stand_in")])
    return Manager(manager=rows.get(known.get("manager")), stand_in=rows.get(known.get("stand_in")))


def whom(at: At, found: Manager, *, asks: bool) -> tuple[list[Recipient], list[Recipient]]:
    """The manager is copied by their part; once, where they are in copy already."""
    to, cc = notices.answer_to(at.ticket)
    if asks:
        return to, cc
    ours = {one.address.lower() for one in found.people}
    return to, [*found.people, *(one for one in cc if one.address.lower() not in ours)]


def _known(found: Manager) -> Done:
    assert found.manager is not None  # the caller has looked
    facts = [Fact(name=_("Channel manager"), value=found.name, source=found.why, tone="good")]
    if found.stand_in is not None:
        facts.append(Fact(name=_("Stands in"), value=found.stand_in.name, tone="unsure"))
    if found.unreachable:
        facts.append(Fact(name=_("Address"), value=found.unreachable, tone="bad"))
    stand_in = found.stand_in.pk if found.stand_in else None
    return Done(note=found.name, facts=facts, keep={"manager": found.manager.pk, "stand_in": stand_in})


def _documents() -> list[Fact]:
    found = Resource.objects.filter(slug=DOCUMENT).first()
    return [Fact(name=_("Document"), value=found.title, link=found.address)] if found else []

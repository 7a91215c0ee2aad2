"""The steps up to “everything is there”: read, know what it is about and whose it is, ask the partner for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nfr import again, asking, correcting, evidence, reading, requests, stages, topics
from nfr.issuing import wanted
from nfr.models import LicenceRequest, Type
from tickets import papers
from tickets.actions import Recipient
from tickets.procedures import At, Done, Prepared, Waiting, WaitsFor

NAMESPACE: Final = "nfr-needs-namespace"
SEVERAL: Final = "nfr-missing"
SHOWN: Final = ("types", "namespace", "seats", "tier", "trial_ends")
Stage, Topic = LicenceRequest.Stage, LicenceRequest.Topic
OWN: Final = (Topic.NEW, Topic.RENEW)  # what this procedure is for


class About(forms.Form):
    button = gettext_lazy("Go on with this")

    topic = forms.ChoiceField(label=gettext_lazy("What is it about?"), choices=Topic.choices, widget=forms.RadioSelect)


class Missing(forms.Form):
    """What a person knows better; what is left empty is asked for."""

    button = gettext_lazy("Keep these values")

    types = forms.MultipleChoiceField(
        label=gettext_lazy("Licence"), choices=Type.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    namespace = forms.CharField(
        label=gettext_lazy("Namespace"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The top-level group; a whole address will do"),
        widget=forms.TextInput(attrs={"class": "input mono", "spellcheck": "false", "autocomplete": "off"}),
    )
    trial_ends = forms.DateField(
        label=gettext_lazy("Trial runs until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    contact_name = forms.CharField(label=gettext_lazy("Contact"), max_length=200, required=False)
    contact_email = forms.EmailField(label=gettext_lazy("Contact's e-mail"), max_length=254, required=False)


def read(at: At) -> Done:
    """Everything the partner has sent, papers too; what it is about, with the words that say so."""
    papers.read_all(at.ticket)
    request = reading.read(at.ticket)
    if request.stage in stages.OVER | {Stage.ASKED, Stage.DECIDING}:
        stages.move(request, Stage.READING)
    return Done(note=_read_words(request), facts=evidence.facts(request, SHOWN))


def topic_known(at: At) -> str:
    """Why nobody has to say what it is about."""
    request = requests.known(at.ticket)
    if request is None or not request.topic:
        return ""
    if request.topic in OWN or (request.topic == Topic.OTHER and request.topic_said):
        return _("It is about: %(topic)s.") % {"topic": str(request.get_topic_display()).lower()}
    return ""


def topic_look(at: At) -> Done | Waiting:
    """Another procedure may be the right one; what came in may say what the first mail did not."""
    request = requests.of(at.ticket)
    if waiting := elsewhere(at, request):
        return waiting
    if request.topic in OWN:
        return Done(note=str(request.get_topic_display()))
    stages.end_if_resolved(at.ticket, request)
    if waiting := asking.unread(at, request):
        return waiting
    words = _("What it is about does not stand in it clearly. Say what it is, or ask the partner.")
    return Waiting(for_whom=WaitsFor.DESK, note=words)


def topic_prepared(at: At) -> Prepared:
    request = requests.of(at.ticket)
    guessed = request.topic or topics.by_words(at.ticket.subject, reading.words_of(at.ticket)) or Topic.NEW
    return Prepared(initial={"topic": guessed}, note=at.step.note, facts=evidence.facts(request, SHOWN))


def topic_decide(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """A person says it; where another procedure is the right one, a worker begins it."""
    assert at.by is not None  # a form is sent by somebody
    with requests.holding(requests.of(at.ticket)) as row:
        correcting.keep(row, {"topic": given["topic"]}, by=at.by)
        if not row.topic_said:
            row.topic_said = True
            row.save(update_fields=["topic_said"])
    return elsewhere(at, row) or Done(note=str(row.get_topic_display()))


def elsewhere(at: At, request: LicenceRequest) -> Waiting | None:
    """Another procedure is the right one: it begins in a moment."""
    if not again.is_another(at.ticket, request.topic):
        return None
    again.soon(at.ticket)
    note = _("It is about: %(topic)s. The steps for that begin.") % {"topic": str(request.get_topic_display()).lower()}
    return Waiting(for_whom=WaitsFor.DESK, note=note, due=timezone.now() + asking.SOON)


def no_licence_wanted(at: At) -> str:
    """The reason, where it is only a question."""
    request = requests.known(at.ticket)
    return _("It is another question.") if request is not None and request.topic == Topic.OTHER else ""


def partner(at: At) -> Done | Waiting:
    """Nothing is checked before it is known for whom."""
    if at.ticket.partner is not None:
        return Done(note=at.ticket.partner.name)
    stages.end_if_resolved(at.ticket, requests.of(at.ticket))
    return Waiting(for_whom=WaitsFor.DESK, note=_("Set the partner: what they may have depends on who they are."))


def complete(at: At) -> Done | Waiting:
    """Done when all is there; else the partner is asked, and their answer goes on with it."""
    request = requests.of(at.ticket)
    if waiting := elsewhere(at, request) or asking.unread(at, request):
        return waiting
    missing = wanted.missing(request)
    if not missing:
        asking.drop(at, why=_("Nothing is missing any more."))
        return Done(note=_("Nothing is missing."), facts=evidence.facts(request, SHOWN) if request.corrected else ())
    stages.end_if_resolved(at.ticket, request)
    waiting = asking.waiting(at, request, note=_("Asked for: %(what)s.") % {"what": wanted.named(missing)})
    return waiting or _to_ask(at, request, missing)


def complete_prepared(at: At) -> Prepared:
    request = requests.of(at.ticket)
    initial = {name: getattr(request, name) for name in Missing.base_fields}
    return Prepared(initial=initial, note=at.step.note)


def complete_decide(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """What a person typed stands, what they left empty is asked for."""
    assert at.by is not None  # a form is sent by somebody
    with requests.holding(requests.of(at.ticket)) as row:
        correcting.keep(row, {name: given[name] for name in Missing.base_fields}, by=at.by)
    return complete(at)


def _to_ask(at: At, request: LicenceRequest, missing: list[str]) -> Waiting:
    stages.move(request, Stage.READING)
    note = _("Missing: %(what)s. Ask the partner, or type what you know.")
    problem, only = reading.why_no_namespace(request), missing == [wanted.NAMESPACE]
    values = {"asked_namespace": problem} if problem and wanted.NAMESPACE in missing else {}
    if not only:
        values["nfr_missing"] = wanted.to_partner(request, missing)
    asker = Recipient(address=at.ticket.requester.email, name=at.ticket.requester.name)
    if asking.offer(at, response=NAMESPACE if only else SEVERAL, values=values, to=[asker]):
        note = _("Missing: %(what)s. The question is drafted in the composer. Send it, or type what you know.")
    return Waiting(for_whom=WaitsFor.DESK, note=note % {"what": wanted.named(missing)})


def _read_words(request: LicenceRequest) -> str:
    """“A new licence: SaaS on northwind-devops, 10 seats.”"""
    about = str(request.get_topic_display()) if request.topic else _("It does not say clearly what is wanted")
    types = ", ".join(str(Type(one).label) for one in request.types)
    place = _("%(type)s on %(namespace)s") % {"type": types, "namespace": request.namespace}
    said = [
        place.strip() if request.namespace else types,
        _("%(n)d seats") % {"n": request.seats} if request.seats else "",
        str(request.get_tier_display()),
    ]
    detail = ", ".join(one for one in said if one)
    return f"{about}: {detail}." if detail else f"{about}."

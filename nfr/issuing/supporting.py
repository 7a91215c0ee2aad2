"""Support: one internal request for each licence, its number, its answer, and the licence in the register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.record import DESK, actor_of
from nfr import hearing, policy, requests, stages, support, turns, whom
from nfr.issuing import offers
from nfr.models import Licence, LicenceRequest, SupportRequest, Tier, Type
from nfr.register import writing
from people import calendar
from people.calendar import Target
from people.models import User
from tickets.actions import Refused
from tickets.models import Step
from tickets.procedures import At, Done, Fact, Prepared, Waiting, WaitsFor

Stage, Outcome = LicenceRequest.Stage, SupportRequest.Outcome
PROMISED: Final = Target(days=2)
NOT_YET: Final = "not_yet"
_MONO: Final = {"class": "input mono", "spellcheck": "false", "autocomplete": "off"}


class Numbers(forms.Form):
    """The number of each; a licence that is not asked for has no field."""

    button = gettext_lazy("Support is asked")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for one in (self.initial or {}).get("rows", ()):
            self.fields[f"number_{one.type}"] = forms.CharField(
                label=_("Support's ticket for %(type)s") % {"type": one.get_type_display()},
                max_length=200,
                required=False,
                widget=forms.TextInput({**_MONO, "inputmode": "numeric"}),
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not any(str(value or "").strip() for value in given.values()):
            raise forms.ValidationError(_("Write the number that Support's form has given you."))
        return given


class Answers(forms.Form):
    """What Support did about each, with what the licence has now.

    More seats than the program gives need somebody who approved them: the register keeps who, and why.
    """

    button = gettext_lazy("Keep what Support did")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        rows: Sequence[SupportRequest] = (self.initial or {}).get("rows", ())
        for one in rows:
            self.fields.update(_answer_fields(one, alone=len(rows) == 1))
        self.conditional = tuple(name for name in self.fields if name.startswith("exception"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for one in (self.initial or {}).get("rows", ()):
            if given.get(f"outcome_{one.type}") == Outcome.REFUSED and not given.get(f"words_{one.type}", "").strip():
                self.add_error(f"words_{one.type}", _("Write what Support said: the partner is told why."))
            if given.get(f"outcome_{one.type}") == Outcome.DONE and not given.get(f"ends_{one.type}"):
                self.add_error(f"ends_{one.type}", _("Say until when it runs."))
            if given.get(f"outcome_{one.type}") == Outcome.DONE:
                self._approved(one, given, allowed=(self.initial or {}).get("allowed", {}).get(one.type))
        return given

    def _approved(self, one: SupportRequest, given: Mapping[str, Any], *, allowed: int | None) -> None:
        """Both or neither; both where Support has granted more than the program gives."""
        by, why = (str(given.get(f"{name}_{one.type}") or "").strip() for name in ("exception_by", "exception"))
        seats = given.get(f"seats_{one.type}") or one.seats
        over = allowed is not None and seats is not None and seats > allowed
        said = _("%(seats)s seats, and the program gives %(allowed)s: say it.") % {"seats": seats, "allowed": allowed}
        for name, value, other in (("exception_by", by, why), ("exception", why, by)):
            if not value and (over or other):
                self.add_error(f"{name}_{one.type}", said if over else _("Say both, or neither."))


def asked_look(at: At) -> Done | Waiting:
    """Done when each has a number; asked for anew, a person looks at them once more."""
    request = requests.of(at.ticket)
    stages.end_if_resolved(at.ticket, request)
    rows, since = support.licences(request), at.step.ready or timezone.now()
    if rows and all(one.number and one.sent is not None and one.sent >= since for one in rows):
        return Done(note=_said(rows))
    note = _("Fill in Support's form once for each licence, then write its number here. The text is beside.")
    return Waiting(for_whom=WaitsFor.DESK, note=note, due=at.ticket.resolution_due, link=support.form_url())


def asked_prepared(at: At) -> Prepared:
    request = requests.of(at.ticket)
    rows = support.licences(request)
    form = Fact(name=_("Form"), value=_("Support's internal request form"), link=support.form_url())
    facts = [Fact(name=str(one.get_type_display()), value=_in_short(one), quote=one.ends_why) for one in rows]
    initial = {"rows": rows} | {f"number_{one.type}": one.number for one in rows}
    return Prepared(initial=initial, note=at.step.note, facts=[*([form] if form.link else []), *facts])


def asked_decide(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """The numbers that were typed; it waits for the others."""
    assert at.by is not None  # a form is sent by somebody
    rows = support.licences(requests.of(at.ticket))
    for place, one in enumerate(rows):
        number = str(given.get(f"number_{one.type}") or "").strip()
        if number and number != one.number:
            rows[place] = support.sent(one, number, by=at.by, tells=False)
    return Done(note=_said(rows)) if rows and all(one.number for one in rows) else asked_look(at)


def wait(at: At) -> Done | Waiting:
    """Until Support has written about each, or somebody says that they have."""
    request = requests.of(at.ticket)
    rows = [one for one in support.licences(request) if not one.outcome]
    if not rows:
        return Done(note=_("Support has answered."))
    stages.end_if_resolved(at.ticket, request)
    if at.step.state == Step.State.LATER:
        turns.to_support(at)
    heard = hearing.heard(at.ticket, rows)
    if len(heard) == len(rows):
        return Done(note=_("Support has written."), facts=[_heard(one, message) for one, message in heard])
    since = max((one.sent for one in rows if one.sent), default=timezone.now())
    due = calendar.add(since, PROMISED, calendar.hours_of(at.ticket.region))
    note = _("Asked: %(numbers)s. Where they have answered elsewhere, choose “Done by hand”.")
    return Waiting(
        for_whom=WaitsFor.SUPPORT,
        note=note % {"numbers": _said(rows)},
        due=due,
        remind=due,
        facts=[_heard(one, message) for one, message in heard],
    )


def outcome_look(at: At) -> Done | Waiting:
    """Done when each is answered; a person reads what Support wrote and says what came of it."""
    request = requests.of(at.ticket)
    rows = support.licences(request)
    if not _open(at, rows):
        return _settled(request, rows, by=None)
    stages.end_if_resolved(at.ticket, request)
    if at.step.state == Step.State.LATER:
        turns.back(at)
    return Waiting(for_whom=WaitsFor.DESK, note=_("Say what Support did."), due=at.ticket.resolution_due)


def outcome_prepared(at: At) -> Prepared:
    """With what was asked for; what was done instead is corrected."""
    request = requests.of(at.ticket)
    rows = _open(at, support.licences(request))
    initial: dict[str, Any] = {"rows": rows, "allowed": {one.type: _allowed(request, one) for one in rows}}
    for one in rows:
        initial |= {
            f"outcome_{one.type}": Outcome.DONE.value, f"tier_{one.type}": one.tier, f"seats_{one.type}": one.seats,
            f"ends_{one.type}": one.ends, f"namespace_{one.type}": one.namespace,
        }  # fmt: skip
    facts = [_heard(one, message) for one, message in hearing.heard(at.ticket, rows)]
    return Prepared(initial=initial, note=at.step.note, facts=facts)


def outcome_decide(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """What was issued stands in the register from this moment on."""
    assert at.by is not None  # a form is sent by somebody
    with requests.holding(requests.of(at.ticket)) as request:
        for one in _open(at, support.licences(request)):
            one.request = request
            said = given.get(f"outcome_{one.type}")
            if said not in {Outcome.DONE, Outcome.REFUSED}:
                continue
            words = str(given.get(f"words_{one.type}") or "")
            answered = support.answered(one, str(said), by=at.by, words=words, tells=False)
            if said == Outcome.DONE:
                _register(request, answered, given, by=at.by)
        rows = support.licences(request)
        if not all(one.outcome for one in rows):
            left = [one for one in rows if not one.outcome]
            note = _("Not answered yet: %(numbers)s.") % {"numbers": _said(left)}
            return Waiting(for_whom=WaitsFor.DESK, note=note, due=at.ticket.resolution_due)
        return _settled(request, rows, by=at.by)


def _open(at: At, rows: Sequence[SupportRequest]) -> list[SupportRequest]:
    """Not answered; where it is said anew, what was refused before is open again."""
    since = at.step.ready or timezone.now()
    return [one for one in rows if not one.outcome or _refused_before(one, since)]


def _allowed(request: LicenceRequest, one: SupportRequest) -> int | None:
    """As the register will see it: by the terms of its first day."""
    terms = policy.terms_for(request.account, on=one.starts or timezone.localdate())
    return terms.seats if terms else None


def _refused_before(one: SupportRequest, since: datetime) -> bool:
    return one.outcome == Outcome.REFUSED and one.answered is not None and one.answered < since


def _register(request: LicenceRequest, one: SupportRequest, given: Mapping[str, Any], *, by: User) -> Licence:
    """With what Support has set; a renewal goes on from the licence before."""
    renews = offers.renewed_by(request, one.type) if one.purpose == SupportRequest.Purpose.RENEW else None
    ends: date | None = given.get(f"ends_{one.type}")
    starts = one.starts or timezone.localdate()
    if ends is not None and ends < starts:
        raise Refused(_("The licence would end before it starts. Look at the last day."))
    licence = writing.grant(
        request,
        account=request.account,
        type=one.type,
        tier=given.get(f"tier_{one.type}") or one.tier,
        seats=given.get(f"seats_{one.type}") or one.seats,
        namespace=given.get(f"namespace_{one.type}") or one.namespace,
        starts=starts,
        ends=ends or one.ends,
        by=by,
        replaces=renews,
        more={**_kept(request, renews), **_said_of(one, given)},
    )
    SupportRequest.objects.filter(pk=one.pk).update(licence=licence)
    return licence


def _kept(request: LicenceRequest, renews: Licence | None) -> dict[str, str]:
    """Who has it, and what the licence server calls it: as with the one before, where nobody says otherwise."""
    before = renews or Licence()
    name, email = whom.gets_licence(request)
    if not request.contact_email and before.contact_email:
        name, email = before.contact_name, before.contact_email
    return {"contact_name": name, "contact_email": email, "licence_ref": before.licence_ref}


def _said_of(one: SupportRequest, given: Mapping[str, Any]) -> dict[str, str]:
    """Their ticket, what the licence server calls it, and who approved what is beyond the program."""
    names = ("licence_ref", "exception", "exception_by")
    said = {name: str(given.get(f"{name}_{one.type}") or "").strip() for name in names}
    return {"support_ticket": one.number} | {name: value for name, value in said.items() if value}


def _settled(request: LicenceRequest, rows: Sequence[SupportRequest], *, by: User | None) -> Done:
    issued = [one for one in rows if one.outcome == Outcome.DONE]
    actor = actor_of(by) if by else DESK
    if issued:
        stages.move(request, Stage.DONE, by=actor)
    else:
        stages.move(request, Stage.REFUSED, by=actor, why=_("Support has refused it."))
    note = _("Issued: %(what)s.") if issued else _("Support has refused: %(what)s.")
    said = ", ".join(str(one.get_type_display()) for one in issued or rows)
    return Done(note=note % {"what": said}, facts=[*_facts(rows)])


def _facts(rows: Sequence[SupportRequest]) -> Iterator[Fact]:
    for one in rows:
        name = str(one.get_type_display())
        if one.licence is not None:
            said = {
                "seats": one.licence.seats,
                "day": date_format(one.licence.ends, "j M Y") if one.licence.ends else "?",
            }
            value = _("%(seats)s seats, until %(day)s") % said
            yield Fact(name=name, value=value, tone="good", link=offers.page_of(one.licence.pk))
        else:
            yield Fact(name=name, value=one.answer or _("Refused"), tone="bad")


def _answer_fields(one: SupportRequest, *, alone: bool) -> dict[str, forms.Field]:
    kind, saas = str(one.get_type_display()), one.type == Type.SAAS
    choices = [
        (Outcome.DONE.value, _("Issued")),
        (Outcome.REFUSED.value, _("Refused")),
        *([] if alone else [(NOT_YET, _("Not answered yet"))]),
    ]
    named = {"type": kind}
    found: dict[str, forms.Field] = {
        f"outcome_{one.type}": forms.ChoiceField(
            label=_("%(type)s: what Support did") % named, choices=choices, widget=forms.RadioSelect
        ),
        f"ends_{one.type}": forms.DateField(
            label=_("%(type)s: last day") % named, required=False,
            widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        ),
        f"seats_{one.type}": forms.IntegerField(
            label=_("%(type)s: seats") % named, min_value=1, max_value=100_000, required=False
        ),
        f"tier_{one.type}": forms.ChoiceField(
            label=_("%(type)s: tier") % named, choices=Tier.choices, required=False
        ),
    }  # fmt: skip
    name, label, longest = (
        ("namespace", _("%(type)s: namespace"), 255) if saas else ("licence_ref", _("%(type)s: licence id"), 80)
    )
    found[f"{name}_{one.type}"] = forms.CharField(
        label=label % named, max_length=longest, required=False, widget=forms.TextInput(_MONO),
        help_text="" if saas else _("What the licence server calls it; never the key"),
    )  # fmt: skip
    found[f"exception_by_{one.type}"] = forms.CharField(
        label=_("%(type)s: approved by") % named, max_length=200, required=False,
        help_text=_("Where it is more than the program gives"),
    )  # fmt: skip
    found[f"exception_{one.type}"] = forms.CharField(
        label=_("%(type)s: why it is more") % named, max_length=1000, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    found[f"words_{one.type}"] = forms.CharField(
        label=_("%(type)s: what Support said") % named, max_length=2000, required=False,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    return found


def _heard(one: SupportRequest, message: Any) -> Fact:
    source = f"/tickets/{message.ticket.reference}/#m{message.pk}"
    words = " ".join(message.body.split())[:160]
    return Fact(name=one.number, value=_("Support wrote"), source=message.author_name, link=source, quote=words)


def _in_short(one: SupportRequest) -> str:
    said = [
        str(one.get_tier_display()),
        _("%(n)d seats") % {"n": one.seats} if one.seats else "",
        one.namespace,
        _("until %(day)s") % {"day": date_format(one.ends, "j M Y")} if one.ends else "",
    ]
    return ", ".join(part for part in said if part)


def _said(rows: Sequence[SupportRequest]) -> str:
    """“SaaS 412345, Self-managed 412346”."""
    return ", ".join(f"{one.get_type_display()} {one.number}".strip() for one in rows)

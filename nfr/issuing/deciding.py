"""The decision: ask Support, say what is missing, or the channel manager's way. Nothing is asked before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.record import actor_of
from nfr import again, correcting, policy, reading, requests, stages, support
from nfr.asking import SOON
from nfr.issuing import offers
from nfr.issuing.first_steps import elsewhere
from nfr.issuing.offers import Row
from nfr.models import LicenceRequest, SupportRequest, Tier, Type
from nfr.seats import counts
from people.models import User
from tickets.actions import Refused
from tickets.procedures import At, Done, Fact, Prepared, Waiting, WaitsFor
from web import nudging

Stage = LicenceRequest.Stage
HEARS: Final = ("received", "papers", "facts", "partner", "status")
GO, REFUSE, EXCEPTION, LOOK = "go", "refuse", "exception", "look"
_PROPOSED: Final = {"yes": GO, "missing": REFUSE, "unknown": LOOK, "exception": EXCEPTION}
_SAYS: Final = {
    "yes": gettext_lazy("All is met: Support can be asked."),
    "missing": gettext_lazy("Not eligible yet: the reply says what is missing and how to get it."),
    "unknown": gettext_lazy("Something cannot be told. Look at it; unknown is not no."),
    "exception": gettext_lazy("More than the program gives: the channel manager may ask for an exception."),
}


class Decision(forms.Form):
    """A reason is asked for where it goes on in spite of something, and where nothing else says why not."""

    button = gettext_lazy("Decide")
    conditional = ("seats", "tier", "why")

    what = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=(
            (GO, gettext_lazy("Ask Support for it")),
            (REFUSE, gettext_lazy("Tell the partner what is missing")),
            (EXCEPTION, gettext_lazy("Pass it on to the channel manager, for an exception")),
            (LOOK, gettext_lazy("Check again")),
        ),
        widget=forms.RadioSelect,
    )
    types = forms.MultipleChoiceField(
        label=gettext_lazy("Licence"),
        choices=Type.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("One request at Support for each"),
    )
    seats = forms.IntegerField(label=gettext_lazy("Seats for each"), min_value=1, max_value=100_000, required=False)
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=Tier.choices, required=False)
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed where something is missing or cannot be told."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("what") == GO and not given.get("types"):
            self.add_error("types", _("Tick the licence that is asked for."))
        return given


def check(at: At) -> Done:
    """The gate, the terms of the track, the licences there are, and the day it would end."""
    request = requests.of(at.ticket)
    counts.by_their_words(request)
    rows = offers.keep(request)
    stages.move(request, Stage.DECIDING)
    return Done(note=str(_SAYS[offers.verdict_of(rows)]), facts=offers.facts(request, rows))


def prepare(at: At) -> Prepared:
    """What was found, and the answer it suggests."""
    request = requests.of(at.ticket)
    rows = offers.kept(request)
    verdict = offers.verdict_of(rows)
    fit = [row for row in rows if row["verdict"] == "yes"] or rows
    seats = min((row["seats"] for row in fit if row["seats"]), default=request.seats)
    tier = request.tier or next((row["tier"] for row in rows if row["tier"]), Tier.ULTIMATE)
    return Prepared(
        initial={"what": _PROPOSED[verdict], "types": [row["type"] for row in fit], "seats": seats, "tier": tier},
        note=str(_SAYS[verdict]),
        facts=offers.in_question(offers.facts(request, rows)),
    )


def look(at: At) -> Done | Waiting:
    """It waits for somebody; looked up anew where something was said since."""
    request = requests.of(at.ticket)
    if waiting := elsewhere(at, request):
        return waiting
    stages.end_if_resolved(at.ticket, request)
    if _changed(request):
        nudging.nudge(again.CHECK, at.ticket.pk)
        note = _("Something was said since. It is checked again.")
        return Waiting(for_whom=WaitsFor.DESK, note=note, due=timezone.now() + SOON)
    note = str(_SAYS[offers.verdict_of(offers.kept(request))])
    return Waiting(for_whom=WaitsFor.DESK, note=note, due=at.ticket.resolution_due)


def decide(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """In the transaction of the decision; nothing outside is written."""
    assert at.by is not None  # a form is sent by somebody
    with requests.holding(requests.of(at.ticket)) as row:
        why = str(given.get("why") or "").strip()
        match given["what"]:
            case "go":
                return _go(row, given, by=at.by, why=why)
            case "refuse":
                return _refuse(row, by=at.by, why=why)
            case "exception":
                return _exception(at, row, by=at.by, why=why)
            case _:
                nudging.nudge(again.CHECK, at.ticket.pk)
                return Waiting(for_whom=WaitsFor.DESK, note=_("It is checked again."), due=timezone.now() + SOON)


def not_asked(at: At) -> str:
    """Why nothing is asked of Support."""
    return "" if at.kept("decide").get("what") == GO else _("Support is not asked.")


def _go(row: LicenceRequest, given: Mapping[str, Any], *, by: User, why: str) -> Done:
    """By what holds at this moment. Beyond the program is the channel manager's to ask for, whatever the reason."""
    types = list(given["types"])
    if row.account is not None:
        policy.hold(row.account)  # two tickets of one partner, decided at the same moment
    found = offers.look(row, types=types, seats=given.get("seats"))
    verdict, said = offers.verdict_of(found), offers.against(found)
    if any(one["beyond"] for one in found):
        beyond = " ".join(dict.fromkeys(text for one in found for text in one["beyond"]))
        raise Refused(_("%(why)s Ask for less, or pass it on to the channel manager.") % {"why": beyond})
    if verdict != "yes" and not why:
        raise Refused(_("Say why Support is asked although: %(why)s") % {"why": " ".join(said)})
    row.types, row.tier, row.seats = types, given.get("tier") or "", given.get("seats") or row.seats
    row.exception = row.exception_by = ""  # of an exception that was thought of before: this is within the program
    _decided(row, found, by=by, why=why if verdict != "yes" else "")
    support.forget_others(row, [_ask(row, one, given) for one in found])
    stages.move(row, Stage.AT_SUPPORT, by=actor_of(by), why=why)
    facts = [Fact(name=_("In spite of"), value=f"{' '.join(said)} {why}", tone="unsure")] if verdict != "yes" else []
    note = _("To be asked of Support: %(types)s.") % {"types": ", ".join(str(Type(one).label) for one in types)}
    return Done(note=note, facts=facts, keep={"what": GO})


def _ask(row: LicenceRequest, offered: Row, given: Mapping[str, Any]) -> SupportRequest:
    renews = offers.renewed_by(row, offered["type"])
    asked = support.ask(
        row,
        purpose=SupportRequest.Purpose.RENEW if renews else SupportRequest.Purpose.PROVISION,
        type=offered["type"],
        tier=given.get("tier") or offered["tier"],
        seats=offered["seats"],
        namespace=row.namespace if offered["type"] == Type.SAAS else "",
        starts=parse_date(offered["starts"]),
        ends=parse_date(offered["ends"]),
        ends_why=offered["ends_why"],
    )
    if asked.outcome:
        words = _("Support has answered about this licence in %(number)s. Another one is a ticket of its own.")
        raise Refused(words % {"number": asked.number})
    return asked


def _refuse(row: LicenceRequest, *, by: User, why: str) -> Done:
    """The reply names each thing that is missing at this moment; where nothing is, a person says why."""
    rows = offers.look(row)
    lines = offers.missing_lines(rows)
    if not lines and not why:
        raise Refused(_("Nothing is known to be missing: say why the partner cannot have it."))
    _decided(row, rows, by=by, why=why)
    stages.move(row, Stage.REFUSED, by=actor_of(by), why=why)
    return Done(
        note=_("Not eligible: %(why)s") % {"why": why or lines[0]}, keep={"what": REFUSE, "missing": lines, "why": why}
    )


def _exception(at: At, row: LicenceRequest, *, by: User, why: str) -> Waiting:
    """The steps of an exception begin, with what the wish goes beyond."""
    beyond = [text for one in offers.kept(row) for text in one["beyond"]]
    _decided(row, offers.kept(row), by=by, why=why)
    row.exception = "\n".join(dict.fromkeys([*beyond, *([why] if why else [])]))
    row.save(update_fields=["exception"])
    correcting.keep(row, {"topic": LicenceRequest.Topic.EXCEPTION}, by=by, why=why)
    waiting = elsewhere(at, row)
    if waiting is None:
        raise Refused(_("There are no steps for an exception. Reply to the partner and the channel manager by hand."))
    return waiting


def _decided(row: LicenceRequest, found: Sequence[Row], *, by: User, why: str) -> None:
    row.verdict = {**row.verdict, "offers": list(found), "for": offers.snapshot(row), "despite": why}
    row.decided, row.decided_by = timezone.now(), by
    row.save(update_fields=["types", "tier", "seats", "exception", "exception_by", "verdict", "decided", "decided_by"])


def _changed(request: LicenceRequest) -> bool:
    return reading.is_stale(request) or offers.is_old(request)

"""The step that says which invoice is meant and whose it is: certain, said by a person, or asked of the partner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from invoices import answers, correcting, finding, forms, parties, ranking, reading, searching, shown, steps
from invoices.finding import Found
from invoices.models import InvoiceRequest
from invoices.tasks import LOOK
from tickets import prepared
from tickets.actions import Refused
from tickets.procedures import At, Done, Prepared, Waiting, WaitsFor
from web import nudging

Party = InvoiceRequest.Party
HEARS: Final = (*prepared.HEARS, "received", "partner", searching.HEARD)


def certain(at: At) -> str:
    """Why nobody has to choose."""
    if reason := steps.not_a_copy(at):
        return reason
    request = shown.request_of(at)
    return request.party_says if _is_certain(request) and at.by is None else ""  # a person may want to choose


def choose_prepared(at: At) -> Prepared:
    """The list with amounts and days stands in the form, and what speaks for each."""
    request = shown.request_of(at)
    found, asker = searching.found_of(request), parties.asker_of(at.ticket)
    best = _best(request, found)
    theirs = [one for one in best if not parties.why_never([one], asker)]
    best = theirs or best
    proposal = _proposal(best, asker)
    initial = {
        "do": proposal,
        "invoices": [one.id for one in best] if proposal == forms.SEND else [],
        "found": found,
        **{name: getattr(request, name) for name in reading.BY_A_PERSON},
    }
    return Prepared(initial=initial, note=_why_a_person(request, found), facts=[shown.asked_by(asker)])


def choose(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """Sends, refuses, asks, or has it looked for again; who was invoiced is looked at anew for what is ticked."""
    request = shown.request_of(at)
    assert at.by is not None, "a person decides"
    _undecided(request)
    if given["do"] == forms.AGAIN:
        correcting.correct(request, {name: given.get(name) for name in reading.BY_A_PERSON}, by=at.by)
        return _looked_for(request)
    if given["do"] == forms.ASK:
        answers.ask(at.ticket, answers.asking(request), step=at.key)
        return _asked(at, request)
    chosen = searching.pick(searching.found_of(request), given.get("invoices") or ())
    if given["do"] == forms.SEND:
        return _decided(request, chosen, Party.THEIRS, at)
    return _decided(request, chosen or _best(request, searching.found_of(request))[:1], Party.OTHERS, at)


def chosen(at: At) -> Done | Waiting:
    """Decided, asked back, being looked for, or a person's turn."""
    request = shown.request_of(at)
    if _is_certain(request) and at.by is not None:
        _undecided(request)
    elif _is_certain(request):
        return Done(note=request.party_says, facts=shown.listed(searching.chosen_of(request), at))
    if answers.asked(at.ticket, at.key) is not None:
        return _asked(at, request)
    shown.end_if_resolved(at)
    if request.looked is None:
        return _looked_for(request)
    if answers.is_offered(at.ticket, at.key):
        return _asked(at, request)
    return Waiting(for_whom=WaitsFor.DESK, note=_why_a_person(request, searching.found_of(request)))


def _decided(request: InvoiceRequest, chosen: Sequence[Found], party: str, at: At) -> Done:
    """A person may say that it is theirs where nothing else says so; never that another company's is."""
    asker = parties.asker_of(at.ticket)
    said = parties.of(chosen, asker)
    if party == Party.THEIRS and (why := parties.why_never(chosen, asker)):
        raise Refused(why)
    words = said.says if said.party == party else _("%(name)s says so. %(otherwise)s")
    request.party, request.chosen = party, [one.id for one in chosen]
    request.party_says = (words % {"name": at.by, "otherwise": said.says} if said.party != party else words)[:300]
    request.decided, request.decided_by = timezone.now(), at.by
    request.save(update_fields=["party", "party_says", "chosen", "decided", "decided_by"])
    return Done(note=request.party_says, facts=shown.listed(chosen, at))


def _undecided(request: InvoiceRequest) -> None:
    """Whatever was decided before is so no more."""
    request.chosen, request.party, request.party_says = [], "", ""
    request.decided, request.decided_by = None, None
    request.save(update_fields=["chosen", "party", "party_says", "decided", "decided_by"])


def _is_certain(request: InvoiceRequest) -> bool:
    """The desk itself knows which and whose; what a person has decided stands with their step."""
    return bool(request.chosen and request.party) and request.decided is None


def _best(request: InvoiceRequest, found: Sequence[Found]) -> list[Found]:
    """The likeliest; of several numbers each."""
    fitting = [one for one in found if one.score]
    if len(reading.asked(request).numbers) > 1:
        return [one for one in fitting if one.exact] or fitting[:1]
    return fitting[:1]


def _asked(at: At, request: InvoiceRequest) -> Waiting:
    """Until the partner has answered, and that was looked for."""
    if searching.is_outdated(request):
        return _looked_for(request)
    sent = answers.asked(at.ticket, at.key)
    if sent is None or answers.is_offered(at.ticket, at.key):
        words = _("Drafted in the composer: which invoice is meant? Read and send it, or say it here.")
        return Waiting(for_whom=WaitsFor.DESK, note=words)
    newest = searching.words_of(at.ticket).order_by("pk").last()
    if newest is not None and newest.pk > sent.pk:
        return Waiting(for_whom=WaitsFor.DESK, note=_why_a_person(request, searching.found_of(request)))
    return Waiting(for_whom=WaitsFor.PARTNER, note=_("Asked which invoice is meant."))


def _looked_for(request: InvoiceRequest) -> Waiting:
    nudging.nudge(LOOK, request.pk)
    return Waiting(for_whom=WaitsFor.SALESFORCE, note=_("It is being looked for in Salesforce."))


def _proposal(best: Sequence[Found], asker: parties.Asker) -> str:
    if not best:
        return forms.ASK
    said = parties.of(best, asker)
    return forms.SEND if said.party == Party.THEIRS else forms.REFUSE


def _why_a_person(request: InvoiceRequest, found: Sequence[Found]) -> str:
    """What is not certain."""
    fitting = [one for one in found if one.score]
    asked, asker = reading.asked(request), parties.asker_of(request.ticket)
    if not asked:
        less = " ".join(reading.not_enough(request)) or _("The request names neither a number nor a day.")
        return _("%(less)s Ask which invoice is meant.") % {"less": less}
    if not fitting:
        return _("Nothing in Salesforce fits. Look again with something else, or ask.")
    if len(asked.numbers) > 1:
        return " ".join(_of_each(asked, fitting, asker))
    if len(fitting) > 1:
        return _("%(count)d invoices fit. Say which one is meant, and whether it may go to them.") % {
            "count": len(fitting)
        }
    if not fitting[0].sent_out:
        return _("%(number)s is %(status)s.") % {"number": fitting[0].number, "status": fitting[0].status}
    return parties.of(fitting, asker).says


def _of_each(asked: finding.Asked, fitting: Sequence[Found], asker: parties.Asker) -> Iterator[str]:
    """Several are asked for: which of them are found, and which may not go."""
    yield _("%(count)d invoices are asked for.") % {"count": len(asked.numbers)}
    for number in asked.numbers:
        there = [one for one in fitting if ranking.same_number(one.number, number)]
        if not there:
            yield _("%(number)s is not found.") % {"number": number}
        elif why := parties.why_never(there, asker):
            yield why
    if not asker.sure:
        yield asker.says

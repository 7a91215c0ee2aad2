"""The steps of an invoice that is asked for: read, look, say which and whose, fetch it, prepare the reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from invoices import (
    answers,
    correcting,
    fetching,
    finding,
    forms,
    owners,
    parties,
    passing_on,
    ranking,
    reading,
    requests,
    searching,
)
from invoices.finding import Found
from invoices.models import InvoiceRequest
from invoices.tasks import LOOK
from tickets import papers, prepared
from tickets.actions import Refused
from tickets.models.ticket import ENDED
from tickets.procedures import At, Done, Fact, Finish, Prepared, Stuck, Waiting, WaitsFor
from web import nudging

About, Party = InvoiceRequest.About, InvoiceRequest.Party
HEARS: Final = (*prepared.HEARS, "received", "partner", searching.HEARD)


def read(at: At) -> Done:
    """What is wanted, with the words it was read from; who has it read again says that it is a copy."""
    if at.by is None:
        _end_if_resolved(at)
    papers.read_all(at.ticket)
    request = reading.read(at.ticket, as_copy=at.by is not None)
    facts = list(_facts_of(request))
    if request.about != About.COPY:
        words = _("Asks about %(what)s. Go back to here if it is a copy that is wanted.")
        return Done(note=words % {"what": str(request.get_about_display())}, facts=facts)
    said = [*reading.asked(request).words(), *reading.not_enough(request)]
    return Done(note=", ".join(said) or _("It says neither a number nor a day."), facts=facts)


def not_a_copy(at: At) -> str:
    """The reason, where no invoice has to be found."""
    request = requests.of(at.ticket)
    if request is None or request.about == About.COPY:
        return ""
    return _("It is about %(what)s.") % {"what": str(request.get_about_display())}


def company(at: At) -> Done | Waiting:
    """Nobody's invoice is looked for before it is known who asks."""
    account = at.ticket.partner
    if account is not None:
        return Done(note=account.name, facts=[_fact_of(parties.asker_of(at.ticket))])
    _end_if_resolved(at)
    words = _("Set the partner: only the company an invoice is made out to gets it.")
    return Waiting(for_whom=WaitsFor.DESK, note=words)


def find(at: At) -> Done:
    """In Salesforce; done again by a person, nothing is decided by itself."""
    request = searching.run(at.ticket, decides=at.by is None)
    found = searching.found_of(request)
    fitting = [one for one in found if one.score]
    if not fitting:
        answers.ask(at.ticket, answers.asking(request), step=_key_of_question(at))
    if not reading.asked(request):
        return Done(note=_("There is nothing to look for yet."), facts=_listed(found, at))
    if not fitting:
        return Done(note=_("Nothing in Salesforce fits what was asked for."), facts=_listed(found, at))
    return Done(
        note=_("Found: %(numbers)s") % {"numbers": ", ".join(one.number for one in fitting)}, facts=_listed(found, at)
    )


def certain(at: At) -> str:
    """Why nobody has to choose."""
    if reason := not_a_copy(at):
        return reason
    request = _request(at)
    return request.party_says if _is_certain(request) else ""


def choose_prepared(at: At) -> Prepared:
    """The list with amounts and days stands in the form, and what speaks for each."""
    request = _request(at)
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
    return Prepared(initial=initial, note=_why_a_person(request, found), facts=[_fact_of(asker)])


def choose(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """Sends, refuses, asks, or has it looked for again; who was invoiced is looked at anew for what is ticked."""
    request = _request(at)
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
    request = _request(at)
    if _is_certain(request):
        return Done(note=request.party_says, facts=_listed(searching.chosen_of(request), at))
    if answers.asked(at.ticket, at.key) is not None:
        return _asked(at, request)
    _end_if_resolved(at)
    if request.looked is None:
        return _looked_for(request)
    if answers.is_offered(at.ticket, at.key):
        return _asked(at, request)
    return Waiting(for_whom=WaitsFor.DESK, note=_why_a_person(request, searching.found_of(request)))


def not_sent(at: At) -> str:
    """The reason, where no file goes out."""
    if reason := not_a_copy(at):
        return reason
    return "" if _request(at).party == Party.THEIRS else _("The invoice is not sent.")


def fetch(at: At) -> Done:
    """The PDF of each, once; whose they are is looked at again: the partner may have been set anew since."""
    request = _request(at)
    wanted = searching.chosen_of(request)
    _still_theirs(at, request, wanted)
    files = [fetching.fetch(request, one) for one in wanted]
    facts = [Fact(name=_("File"), value=one.name, source=_("Salesforce"), tone="good") for one in files]
    return Done(
        note=_("Fetched: %(names)s") % {"names": ", ".join(one.name for one in files)},
        facts=facts,
        keep={"files": [one.pk for one in files]},
    )


def answer(at: At) -> Done:
    """Into the composer; a person reads and sends it."""
    request = _request(at)
    if request.about != About.COPY:
        owner = owners.owner_of(passing_on.matter_of(at.ticket))
        answers.offer(at.ticket, answers.of_owner(owner.matter), step=at.key)
        return Done(note=_("%(who)s: %(does)s") % {"who": owner.who, "does": owner.does}, facts=owners.facts_of(owner))
    theirs = request.party == Party.THEIRS
    if theirs:
        _still_theirs(at, request, searching.chosen_of(request))
        reply = answers.sending(request, files=at.kept("fetch").get("files", ()))
    else:
        reply = answers.refusing(request)
    answers.offer(at.ticket, reply, step=at.key)
    return Done(note=_("The invoice is attached.") if theirs else _("It says why the invoice is not sent."))


# ── What they say ─────────────────────────────────────────────────────────────────────────────────


def _request(at: At) -> InvoiceRequest:
    found = requests.of(at.ticket)
    if found is None:
        raise Stuck(_("Nobody has read yet what is asked for. Do the first step again."))
    return found


def _end_if_resolved(at: At) -> None:
    if at.ticket.status in ENDED:
        raise Finish(_("The ticket is resolved: no invoice is sent."))


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
    return Done(note=request.party_says, facts=_listed(chosen, at))


def _undecided(request: InvoiceRequest) -> None:
    """Whatever was decided before is so no more."""
    request.chosen, request.party, request.party_says = [], "", ""
    request.decided, request.decided_by = None, None
    request.save(update_fields=["chosen", "party", "party_says", "decided", "decided_by"])


def _is_certain(request: InvoiceRequest) -> bool:
    """The desk itself knows which and whose; what a person has decided stands with their step."""
    return bool(request.chosen and request.party) and request.decided is None


def _still_theirs(at: At, request: InvoiceRequest, wanted: Sequence[Found]) -> None:
    asker = parties.asker_of(at.ticket)
    if why := parties.why_never(wanted, asker):
        raise Stuck(why)
    if request.decided is None and not asker.sure:
        raise Stuck(asker.says)


def _best(request: InvoiceRequest, found: Sequence[Found]) -> list[Found]:
    """The likeliest; of several numbers each."""
    fitting = [one for one in found if one.score]
    if len(reading.asked(request).numbers) > 1:
        return [one for one in fitting if one.exact] or fitting[:1]
    return fitting[:1]


def _key_of_question(at: At) -> str:
    """The question belongs to the step where a person may answer otherwise."""
    return f"{at.ticket.reference}.{at.step.run}.choose"


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


def _facts_of(request: InvoiceRequest) -> Iterator[Fact]:
    """Those that say something, the surest of each."""
    names = {
        "number": _("Invoice number"),
        "po_no": _("Purchase order"),
        "quote": _("Quote"),
        "transaction_date": _("Date of the transaction"),
        "won_on": _("Deal won on"),
        "opportunity": _("Opportunity or customer"),
    }
    for name, label in names.items():
        for row in request.facts.get(name, [])[: reading.KEPT if name == "number" else 1]:
            unsure = "unsure" if row.get("also") or row["sure"] < 0.6 else ""
            yield Fact(
                name=label, value=row["value"], tone=unsure, source=row["source"], link=row["link"], quote=row["quote"]
            )


def _listed(found: Sequence[Found], at: At) -> list[Fact]:
    """With day, amount and state; whose it is where that is not the asker."""
    mine = at.ticket.partner.salesforce_id if at.ticket.partner else ""
    return [
        Fact(
            name=one.number,
            value=" · ".join(filter(None, (one.when, one.money, one.status, one.account_name * (one.account != mine)))),
            tone="good" if one.exact else "unsure" if one.score else "",
            source=" ".join(one.because) or _("Salesforce"),
            link=one.link,
        )
        for one in found
    ]


def _fact_of(asker: parties.Asker) -> Fact:
    return Fact(name=_("Asked by"), value=asker.says, tone="good" if asker.sure else "unsure")

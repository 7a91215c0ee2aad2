"""The first steps of an invoice that is asked for: read what is wanted, know who asks, look for it in Salesforce."""

from __future__ import annotations

from django.utils.translation import gettext as _

from invoices import answers, parties, reading, requests, searching, shown
from invoices.models import InvoiceRequest
from tickets import papers
from tickets.procedures import At, Done, Waiting, WaitsFor

About = InvoiceRequest.About


def read(at: At) -> Done:
    """What is wanted, with the words it was read from; who has it read again says that it is a copy."""
    if at.by is None:
        shown.end_if_resolved(at)
    papers.read_all(at.ticket)
    request = reading.read(at.ticket, as_copy=at.by is not None)
    facts = list(shown.facts_of(request))
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
        return Done(note=account.name, facts=[shown.asked_by(parties.asker_of(at.ticket))])
    shown.end_if_resolved(at)
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
        return Done(note=_("There is nothing to look for yet."), facts=shown.listed(found, at))
    if not fitting:
        return Done(note=_("Nothing in Salesforce fits what was asked for."), facts=shown.listed(found, at))
    return Done(
        note=_("Found: %(numbers)s") % {"numbers": ", ".join(one.number for one in fitting)},
        facts=shown.listed(found, at),
    )


def _key_of_question(at: At) -> str:
    """The question belongs to the step where a person may answer otherwise."""
    return f"{at.ticket.reference}.{at.step.run}.choose"

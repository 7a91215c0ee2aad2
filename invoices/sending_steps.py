"""The steps that send an invoice, or say why not: fetch the PDF, prepare the reply."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from invoices import answers, fetching, owners, parties, passing_on, searching, shown, steps
from invoices.finding import Found
from invoices.models import InvoiceRequest
from tickets.procedures import At, Done, Fact, Stuck

About, Party = InvoiceRequest.About, InvoiceRequest.Party


def not_sent(at: At) -> str:
    """The reason, where no file goes out."""
    if reason := steps.not_a_copy(at):
        return reason
    return "" if shown.request_of(at).party == Party.THEIRS else _("The invoice is not sent.")


def fetch(at: At) -> Done:
    """The PDF of each, once; whose they are is looked at again: the partner may have been set anew since."""
    request = shown.request_of(at)
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
    request = shown.request_of(at)
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


def _still_theirs(at: At, request: InvoiceRequest, wanted: Sequence[Found]) -> None:
    asker = parties.asker_of(at.ticket)
    if why := parties.why_never(wanted, asker):
        raise Stuck(why)
    if request.decided is None and not asker.sure:
        raise Stuck(asker.says)

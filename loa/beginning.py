"""The first steps of a letter: the link to the form, the wait for the partner, what the envelope says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import pdf
from documents.tables import Unfit
from integrations import asking
from integrations.docusign.shapes import FormData
from journal.record import actor_of, record
from loa import arriving, links, pairing, powerforms, reading, stages
from loa.models import LetterRequest, Mode
from loa.reading import Typed
from people import calendar
from people.calendar import Target
from people.models import User
from tickets.actions import Refused
from tickets.models.ticket import ENDED
from tickets.procedures import At, Done, Fact, Finish, Prepared, Stuck, Waiting, WaitsFor

Stage = LetterRequest.Stage
REMIND: Final = Target(days=3)  # business days until somebody asks the partner
COMING: Final = timedelta(hours=2)  # DocuSign has written: the envelope itself is a matter of minutes
LENGTHS: Final = {"end_customer": 255, "country": 80, "purpose": 500}  # of the columns
SOURCES: Final = {
    "form_data": gettext_lazy("Form data in DocuSign"),
    "tabs": gettext_lazy("Fields of the envelope"),
    "pdf": gettext_lazy("Text of the letter"),
    "form": gettext_lazy("Request form"),
    "person": gettext_lazy("Entered here"),
}


class CompanyForm(forms.Form):
    """Where the envelope could not be read."""

    company = forms.CharField(
        label=gettext_lazy("Company on the letter"),
        max_length=255,
        help_text=gettext_lazy("As it stands in the document in DocuSign."),
    )
    end_customer = forms.CharField(label=gettext_lazy("End customer"), max_length=255, required=False)


# ── The link ──────────────────────────────────────────────────────────────────────────────────────


def no_link_needed(at: At) -> str:
    """The reason, where there is an envelope or DocuSign says that one is coming."""
    request = arriving.of_ticket(at.ticket)
    if request is not None and request.envelope_id is not None:
        return _("The envelope is there.")
    return _("DocuSign says that an envelope is on its way.") if pairing.is_announced(at.ticket) else ""


def link(at: At) -> Done:
    """Mails the form to whoever asked, filled in as far as we know; once."""
    request = _asked(at)
    if request.stage == Stage.WITHDRAWN:
        raise Finish(_("Not followed up: %(why)s") % {"why": request.reason})
    if reason := no_link_needed(at):
        return Done(note=reason)
    if at.by is None and at.ticket.status in ENDED:
        raise Finish(_("The ticket is resolved: no form is sent by itself."))
    if at.by is None and (why := links.why_not_by_itself(at.ticket)):
        raise Stuck(why, facts=_facts_of_link(request))
    others = pairing.under_way_of(request.requester_email, besides=at.ticket)
    if at.by is None and others:
        words = _("%(name)s has a letter under way in %(others)s. Try again to send the form for another one.")
        names = ", ".join(one.ticket.reference for one in others if one.ticket)
        raise Stuck(words % {"name": at.ticket.requester, "others": names}, facts=_facts_of_link(request))
    sent = links.send(request)
    return Done(note=_("Sent to %(address)s") % {"address": sent.to}, facts=_facts_of_link(request), link=sent.url)


def _asked(at: At) -> LetterRequest:
    """The request of this ticket; for what only looks like DocuSign's mail a person has to say that it is one."""
    request = arriving.of_ticket(at.ticket)
    if request is not None:
        return request
    if at.by is None and not arriving.asks(at.ticket):
        raise Stuck(arriving.why_no_request(at.ticket))
    return arriving.ask(at.ticket)


def _facts_of_link(request: LetterRequest) -> list[Fact]:
    url = links.url_for(request)
    found = [Fact(name=_("Company"), value=request.company, source=_("Request form"))] if request.company else []
    return [*found, Fact(name=_("Form"), value=_("Letter of Authorization in DocuSign"), link=url)] if url else found


# ── The envelope ──────────────────────────────────────────────────────────────────────────────────


def envelope(at: At) -> Done | Waiting:
    """Done as soon as the partner has signed, or the envelope is over."""
    request = arriving.of_ticket(at.ticket)
    if request is None:
        raise Stuck(arriving.why_no_request(at.ticket))
    if request.stage == Stage.WITHDRAWN:
        raise Finish(_("Not followed up: %(why)s") % {"why": request.reason})
    if request.envelope is None:
        return _not_here_yet(at, request)
    facts = list(_facts_of_envelope(request))
    if request.stage == Stage.REQUESTED:
        note = _("%(name)s has the form open in DocuSign and has not signed yet.")
        return _waiting(at, note % {"name": request.requester_name}, facts=facts)
    return Done(note=_("Signed by %(name)s") % {"name": request.requester_name or request.requester_email}, facts=facts)


def _not_here_yet(at: At, request: LetterRequest) -> Waiting:
    if not pairing.is_announced(at.ticket):
        return _waiting(at, _("The form was not filled in yet."), facts=_facts_of_link(request))
    began = at.step.ready or timezone.now()
    note = _("DocuSign has written to us; its envelope is being looked for.")
    if timezone.now() >= began + COMING:
        note = _missing(at, request)
    return Waiting(for_whom=WaitsFor.DOCUSIGN, note=note, due=began + COMING, remind=began + COMING)


def _missing(at: At, request: LetterRequest) -> str:
    """DocuSign writes twice where somebody sends its mail again; and anybody can write to us by DocuSign."""
    others = pairing.under_way_of(request.requester_email, besides=at.ticket)
    names = ", ".join(one.ticket.reference for one in others if one.ticket)
    if names:
        words = _("No new envelope came. DocuSign may have written twice about %(others)s: then resolve this ticket.")
        return words % {"others": names}
    return _("No envelope of our forms came. Do not follow the links of that mail; where it is not ours, resolve this.")


def _waiting(at: At, note: str, *, facts: list[Fact]) -> Waiting:
    began = at.step.ready or timezone.now()
    remind = calendar.add(began, REMIND, calendar.hours_of(at.ticket.region))
    return Waiting(for_whom=WaitsFor.PARTNER, note=note, remind=remind, facts=facts)


def _facts_of_envelope(request: LetterRequest) -> Iterator[Fact]:
    assert request.envelope is not None, "asked for the facts of an envelope that is not there"
    source = _("DocuSign")
    yield Fact(name=_("Envelope"), value=request.envelope.envelope_id, source=source)
    yield Fact(name=_("From"), value=f"{request.requester_name} <{request.requester_email}>", source=source)
    if request.powerform is not None:
        yield Fact(name=_("PowerForm"), value=str(request.powerform), source=source)
    yield Fact(name=_("Decision"), value=powerforms.where_decided(request), source=source)


# ── What it says ──────────────────────────────────────────────────────────────────────────────────


def read(at: At) -> Done:
    """Form data, else the fields, else the text of the document; what is missing then a person says."""
    request = arriving.of_ticket(at.ticket)
    if request is None or request.envelope is None:
        raise Stuck(_("There is no envelope to read. Wait for it, or say by hand which company the letter names."))
    if request.mode == Mode.UNKNOWN:  # a list of envelopes says nothing of their workflow: its own answer does
        asking.ask("docusign.envelope", request.envelope.envelope_id)
    typed, source, values = said_in(request.envelope.envelope_id)
    keep(request, typed, source=source, values=values, read=timezone.now())
    facts = [Fact(name=str(label), value=value, source=str(SOURCES[source])) for label, value in _lines(typed) if value]
    note = typed.company or _("The envelope does not say which company it is for.")
    return Done(note=note, facts=facts)


def said_in(envelope_id: str) -> tuple[Typed, str, dict[str, str]]:
    """What was typed, where that was found, and all fields by their names."""
    form: FormData = asking.ask("docusign.form_data", envelope_id)
    typed = reading.of_fields(form.values)
    if typed.company:
        return typed, form.source, dict(form.values)
    try:
        of_letter = reading.of_text(pdf.read(asking.ask("docusign.draft_pdf", envelope_id)).texts)
    except Unfit:
        return typed, form.source, dict(form.values)
    if not of_letter.company:
        return typed, form.source, dict(form.values)
    merged = {name: value or getattr(of_letter, name) for name, value in asdict(typed).items()}
    return Typed(**merged), "pdf", dict(form.values)


def keep(
    request: LetterRequest, typed: Typed, *, source: str, values: Mapping[str, str], read: datetime | None
) -> None:
    """Writes down what the letter says; a company that a person has said stays."""
    new: dict[str, Any] = {"values": dict(values), "read": read}
    if typed.company and request.company_from != "person":
        new |= {"company": typed.company, "company_from": source}
    new |= {name: value[:most] for name, most in LENGTHS.items() if (value := str(getattr(typed, name)))}
    LetterRequest.objects.filter(pk=request.pk).update(**new)
    for name, value in new.items():
        setattr(request, name, value)


def _lines(typed: Typed) -> list[tuple[object, str]]:
    return [
        (_("Company"), typed.company),
        (_("Requested by"), typed.requester),
        (_("E-mail"), typed.email),
        (_("End customer"), typed.end_customer),
        (_("Country"), typed.country),
        (_("Purpose"), typed.purpose),
    ]


# ── The company, where nothing could be read ──────────────────────────────────────────────────────


def company_known(at: At) -> str:
    """What somebody typed into our own form does not say what the letter names."""
    request = arriving.of_ticket(at.ticket)
    if request is not None and request.stage in stages.ENDS and request.stage != Stage.COMPLETED:
        return _("Not needed: %(stage)s.") % {"stage": request.get_stage_display()}
    if request is None or not request.company or request.company_from == "form":
        return ""
    return _("A person has said it.") if request.company_from == "person" else _("It stands in the envelope.")


def company_awaited(at: At) -> Done | Waiting:
    """Nobody has to say it any more where the envelope ended without a letter."""
    if reason := company_known(at):
        return Done(note=reason)
    return Waiting(for_whom=WaitsFor.DESK, note=_("The envelope does not say which company it is for."))


def unread(at: At) -> Prepared:
    """The envelope to look at."""
    request = arriving.of_ticket(at.ticket)
    facts = list(_facts_of_envelope(request)) if request is not None and request.envelope is not None else []
    note = _("Neither its fields nor its text name a company. Open the document in DocuSign and look.")
    if request is None or not request.company:
        return Prepared(note=note, facts=facts)
    asked = Fact(name=_("Asked for"), value=request.company, tone="unsure", source=str(SOURCES["form"]))
    return Prepared(note=note, facts=[*facts, asked], initial={"end_customer": request.end_customer})


def name_company(at: At, given: Mapping[str, Any]) -> Done:
    request = arriving.of_ticket(at.ticket)
    assert at.by is not None, "a person says it"
    if request is None:
        raise Refused(_("This ticket is no request for a letter."))
    say_company(request, given["company"], by=at.by, end_customer=given.get("end_customer", ""))
    return Done(note=request.company, facts=[Fact(name=_("Company"), value=request.company, source=str(at.by))])


def say_company(request: LetterRequest, company: str, *, by: User, end_customer: str = "") -> LetterRequest:
    """What a person has read in the document; it outweighs what a program finds."""
    name = reading.clean(company)
    if not name:
        raise Refused(_("Say which company it is."))
    before = {"company": request.company}
    request.company, request.company_from = name, "person"
    request.end_customer = reading.clean(end_customer) or request.end_customer
    request.save(update_fields=["company", "company_from", "end_customer"])
    record(request, "company said", by=actor_of(by), before=before, after={"company": name})
    return request

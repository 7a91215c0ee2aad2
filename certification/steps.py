"""The steps of a certification report: who asks, for whom, the export from the portal, what is in it, who gets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from certification import answers, belonging, forms, pulling, reading, recipients, requests
from certification.models import Report, ReportRequest
from certification.recipients import Person
from certification.reports import flagging, standing
from tickets import prepared
from tickets.actions import Refused
from tickets.models import Message
from tickets.models.ticket import ENDED
from tickets.procedures import At, Done, Fact, Finish, Prepared, Stuck, Waiting, WaitsFor

HEARS: Final = (*prepared.HEARS, "received", "partner", "facts")
HEARS_EXPORT: Final = ("report", "noted", "received", "status")
SHOWN: Final = 50


def read(at: At) -> Done:
    """The company and the administrator they name, with the words they were read from."""
    if at.by is None:
        _end_if_resolved(at)
    request = reading.read(at.ticket)
    facts = list(_facts_of(request))
    return Done(note=", ".join(fact.value for fact in facts) or _("It names no company."), facts=facts)


def company(at: At) -> Done | Waiting:
    """No table is pulled before it is known whose."""
    if at.ticket.partner is not None:
        return Done(note=at.ticket.partner.name)
    _end_if_resolved(at)
    return Waiting(for_whom=WaitsFor.DESK, note=_("Set the partner: the table is that company's alone."))


def belongs_prepared(at: At) -> Prepared:
    found = belonging.of(_request(at), at.ticket)
    do = forms.REFUSE if found.belongs == ReportRequest.Belongs.NO else forms.ASK
    return Prepared(initial={"do": do}, note=found.says)


def belongs(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """Goes on with a person's reason, asks, or refuses and ends."""
    request = _request(at)
    if given["do"] == forms.ASK:
        answers.ask(at.ticket, step=at.key)
        return _asked(at)
    if given["do"] == forms.REFUSE:
        belonging.keep(request, ReportRequest.Belongs.NO, belonging.of(request, at.ticket).says)
        return Done(note=_("The table is not sent: %(why)s") % {"why": request.belongs_says}, keep={"refused": True})
    says = _("%(name)s says so: %(why)s") % {"name": at.by, "why": given["why"].strip()}
    belonging.keep(request, ReportRequest.Belongs.YES, says)
    return Done(note=request.belongs_says)


def belongs_looked(at: At) -> Done | Waiting:
    """By itself where their own address says so; else a person's turn, or the partner's."""
    request = _request(at)
    found = belonging.of(request, at.ticket)
    if found.settled:
        belonging.keep(request, found.belongs, found.says)
        return Done(note=found.says, facts=[Fact(name=_("Asked by"), value=at.ticket.requester.email, tone="good")])
    _end_if_resolved(at)
    if answers.asked(at.ticket, at.key) is not None or answers.is_offered(at.ticket, at.key):
        return _asked(at)
    return Waiting(for_whom=WaitsFor.DESK, note=found.says)


def refused(at: At) -> str:
    """The reason, where no table is pulled."""
    return _("The table is not sent to them.") if at.kept("belongs").get("refused") else ""


def pull_prepared(at: At) -> Prepared:
    """The check list of the handbook, and what is here already that may be the export."""
    request = _request(at)
    offered = pulling.offered(request, at.ticket)
    return Prepared(
        initial={"offered": offered, "use": offered[0][0] if offered else ""},
        part=pulling.checklist(at.ticket),
        nothing_to_choose=not offered,
    )


def pull(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """A report that is here already, or a file of the ticket, which a worker reads."""
    assert at.by is not None, "a person decides"
    request = _request(at)
    pulling.use(request, at.ticket, given["use"], by=at.by)
    return pulled(at)


def pulled(at: At) -> Done | Waiting:
    """Done when the export is here, however it came."""
    request = _request(at)
    if request.report is not None and request.report.withdrawn is None and request.report.forgotten is None:
        return Done(note=_export_words(request.report), facts=list(_counts_of(request.report)), link=_page(request))
    _end_if_resolved(at)
    return Waiting(for_whom=WaitsFor.DESK, note=pulling.awaits(request, at.ticket))


def flagged_prepared(at: At) -> Prepared:
    report = _report(at)
    offered = [(str(one["line"]), flagging.option(one)) for one in report.foreign[:SHOWN]]
    initial = {"offered": offered, "do": forms.LEAVE_OUT, "lines": [value for value, _label in offered]}
    if len(report.foreign) > SHOWN:  # too many to tick here: the report's own page pages them
        return Prepared(note=standing.why_not_sent(report), link=_page(_request(at)))
    return Prepared(initial=initial, note=standing.why_not_sent(report))


def flagged(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    assert at.by is not None, "a person decides"
    report = _report(at)
    lines = [int(one) for one in given["lines"]] if given["do"] == forms.LEAVE_OUT else []
    flagging.decide(report, leave_out=lines, by=at.by, on=at.ticket)
    return flagged_looked(at)


def flagged_looked(at: At) -> Done | Waiting:
    """Nothing is sent before somebody has said what becomes of these rows."""
    report = _report(at)
    if standing.is_open(report):
        _end_if_resolved(at)
        return Waiting(for_whom=WaitsFor.DESK, note=standing.why_not_sent(report))
    if not report.foreign:
        return Done(note=_("Every row is the partner's own."))
    words = _("%(out)d of %(n)d left out.") if report.foreign_is == Report.Foreign.LEFT_OUT else _("They belong here.")
    said = words % {"out": standing.left_out(report), "n": len(report.foreign)}
    return Done(note=_("%(said)s Decided by %(name)s.") % {"said": said, "name": report.foreign_by or _("somebody")})


def recipient_prepared(at: At) -> Prepared:
    request = _request(at)
    people = recipients.administrators(_report(at))
    proposal = people[0].email if len(people) == 1 else forms.ASK
    wanted = request.admin_email if request.admin_email not in {one.email for one in people} else ""
    initial = {
        "offered": forms.offered(people, asker=answers.requester_of(at.ticket)),
        "to": proposal,
        "email": wanted or at.ticket.requester.email,
    }
    return Prepared(initial=initial, note=recipients.of(request, at.ticket).says)


def recipient(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """An administrator of the export; whoever it does not mark only with a person's reason."""
    if given["to"] == forms.ASK:
        answers.ask(at.ticket, step=at.key)
        return _asked(at)
    people = {one.email: one for one in recipients.administrators(_report(at))}
    if given["to"] == forms.OTHER:
        email = given["email"].strip().lower()
        name = at.ticket.requester.name if email == at.ticket.requester.email.strip().lower() else ""
        says = _("%(name)s says so: %(why)s") % {"name": at.by, "why": given["why"].strip()}
        return _to(people.get(email) or Person(name=name, email=email), says, unmarked=email not in people)
    if given["to"] not in people:
        raise Refused(_("That person is not an administrator in this export. Look at the list again."))
    person = people[given["to"]]
    return _to(person, _("%(email)s is an administrator of the portal.") % {"email": person.email})


def recipient_looked(at: At) -> Done | Waiting:
    request = _request(at)
    chosen = recipients.of(request, at.ticket)
    if chosen.person is not None and not standing.why_not_sent(_report(at)):
        return _to(chosen.person, chosen.says)
    _end_if_resolved(at)
    if answers.asked(at.ticket, at.key) is not None or answers.is_offered(at.ticket, at.key):
        return _asked(at)
    return Waiting(for_whom=WaitsFor.DESK, note=chosen.says)


def answer(at: At) -> Done:
    """Into the composer with the table; a person reads and sends it."""
    if refused(at):
        answers.offer(at.ticket, answers.refusing(), to=answers.requester_of(at.ticket), step=at.key)
        return Done(note=_("It says that the table is not sent."))
    request, report = _request(at), _report(at)
    if why := standing.why_not_to(report, at.ticket.partner):
        raise Stuck(why, facts=[Fact(name=_("Report"), value=_("Open the report"), link=_page(request))])
    kept = at.kept("recipient")
    to = Person(name=str(kept.get("name", "")), email=str(kept.get("email", "")))
    asker = answers.requester_of(at.ticket)
    warnings = []
    if not to.email:
        warnings.append(_("Nobody has said who gets it. Add an administrator of the portal, and nobody else."))
    elif kept.get("unmarked"):
        warnings.append(_("The export does not mark them as an administrator of the portal."))
    asked_by = str(at.ticket.requester) if to.email and to.email != asker.email else ""
    answers.offer(at.ticket, answers.sending(report, asked_by=asked_by, warnings=warnings), to=to, step=at.key)
    return Done(note=_("For %(who)s, with the table.") % {"who": to.name or to.email or _("an administrator")})


# ── What they say ─────────────────────────────────────────────────────────────────────────────────


def _request(at: At) -> ReportRequest:
    found = requests.of(at.ticket)
    if found is None:
        raise Stuck(_("Nobody has read yet what is asked for. Do the first step again."))
    return found


def _report(at: At) -> Report:
    found = _request(at).report
    if found is None or found.forgotten is not None:
        raise Stuck(_("The export is not here any more. Upload it again."))
    return found


def _end_if_resolved(at: At) -> None:
    if at.ticket.status in ENDED:
        raise Finish(_("The ticket is resolved: no table is sent."))


def _asked(at: At) -> Waiting:
    """Until the partner has answered; what they say a person reads."""
    sent = answers.asked(at.ticket, at.key)
    if sent is None or answers.is_offered(at.ticket, at.key):
        words = _("Drafted in the composer: who asks, and who administers the portal? Read and send it.")
        return Waiting(for_whom=WaitsFor.DESK, note=words)
    theirs = at.ticket.messages.filter(visibility=Message.Visibility.IN, automatic=False, pk__gt=sent.pk)
    if theirs.exists():
        return Waiting(for_whom=WaitsFor.DESK, note=_("They have answered. Read it and decide."))
    return Waiting(for_whom=WaitsFor.PARTNER, note=_("Asked who they are, and who administers the portal."))


def _to(person: Person, says: str, *, unmarked: bool = False) -> Done:
    note = _("%(who)s. %(says)s") % {"who": person.name or person.email, "says": says}
    return Done(note=note, keep={"name": person.name, "email": person.email, "unmarked": unmarked})


def _page(request: ReportRequest) -> str:
    return reverse("certification:report", args=[request.report_id]) if request.report_id else ""


def _export_words(report: Report) -> str:
    about = {"name": report.source_name, "day": date_format(report.as_of, "j M Y"), "n": report.rows_count}
    return _("%(name)s of %(day)s: %(n)d people") % about


def _counts_of(report: Report) -> Iterator[Fact]:
    for name, count in standing.counts_of(report).items():
        yield Fact(name=name, value=str(count))


def _facts_of(request: ReportRequest) -> Iterator[Fact]:
    for name, label in (("company", _("Partner company")), ("admin_email", _("Portal administrator"))):
        value = getattr(request, name)
        row = reading.surest(request, name)
        if value:
            unsure = "unsure" if row and float(row.get("sure", 1)) < reading.UNSURE else ""
            source, quote, link = (str(row.get(one, "")) for one in ("source", "quote", "link"))
            yield Fact(name=label, value=value, tone=unsure, source=source, quote=quote, link=link)

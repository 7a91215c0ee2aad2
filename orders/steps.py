"""The steps of a request that went astray: read it, see who has it, find the opportunity and its people, answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from integrations import asking
from integrations.salesforce.shapes import OpportunityRef
from journal.record import DESK
from orders import addressed, again, answers, attaching, choosing, complete, finding, fetching, people, pubsec, reading
from orders.forms import NONE, OTHER
from orders.models import OrderRequest
from orders.people import Person
from partners.models import Account
from tickets import actions, prepared
from tickets.actions import Refused
from tickets.models import SolvedReason, Status
from tickets.models.ticket import ENDED, OURS
from tickets.procedures import At, Done, Fact, Prepared, Stuck, Waiting, WaitsFor
from web import failpoints

SURE: Final = 0.85  # below it a value that was read is marked as not certain
SHOWN: Final = ("po_no", "quote_no", "opportunity_name", "customer", "amount", "start_date", "end_date")


# ── Read, and who has it ──────────────────────────────────────────────────────────────────────────


def read(at: At) -> Done:
    """Documents, mails and form; what is not there is said, and asked for in the answer."""
    request = reading.read(at.ticket)
    missing = complete.missing(request)
    facts = [*_facts_of(request), *_missing(missing)]
    note = _("Missing: %(what)s.") % {"what": ", ".join(one.label for one in missing)} if missing else _("All is there.")
    return Done(note=note, facts=facts, keep={"known": again.known(at.ticket)})


def see_order_ops(at: At) -> Done:
    """To, Cc, groups and forwarded heads; US PubSec is looked after all the same."""
    seen = addressed.order_ops(at.ticket)
    request = choosing.keep_addressed(_request(at), there=seen.there, where=seen.where)
    fact = Fact(
        name=_("Partner Order Operations"),
        value=seen.address if seen.there else _("not on the mail"),
        source=seen.where,
        link=f"/tickets/{at.ticket.reference}/#m{seen.message}" if seen.message else "",
    )
    if not seen.there:
        return Done(note=_("No: only the desk has it."), facts=[fact])
    if not answers.is_with_order_ops(request):
        return Done(note=_("Yes, but US PubSec is never theirs: the seller is looked for."), facts=[fact])
    return Done(note=_("Yes: %(where)s. Only the answer is left.") % {"where": seen.where}, facts=[fact])


def order_ops_has_it(at: At) -> str:
    request = reading.of(at.ticket)
    if request is not None and answers.is_with_order_ops(request):
        return _("Partner Order Operations has it already.")
    return ""


# ── The opportunity ───────────────────────────────────────────────────────────────────────────────


def find(at: At) -> Done:
    """Ranked candidates with why; the certain one is taken, anything less is left to a person."""
    request = _request(at)
    found = finding.look(request, account=at.ticket.partner)
    failpoints.reach("opportunities found")
    request = choosing.keep(request, found)
    if not found.wanted:
        return Done(note=_("The request says nothing to look for, and the partner is not known."))
    if found.certain is not None:
        return Done(note=_opportunity_note(request), facts=_candidates(request, certain=True), link=_link(request))
    if not found.candidates:
        return Done(note=_("Salesforce has no opportunity like it."))
    return Done(note=_("Not certain. Choose below."), facts=_candidates(request))


def nothing_to_choose(at: At) -> str:
    request = reading.of(at.ticket)
    if reason := order_ops_has_it(at):
        return reason
    if request is not None and request.opportunity_id and request.chosen_by_id is None:
        return _("It is certain.")
    return ""


def choices(at: At) -> Prepared:
    request = _request(at)
    first = next((row for row in request.candidates if row["score"] >= finding.CERTAIN), None)
    return Prepared(
        initial={"candidates": request.candidates, "opportunity": first["id"] if first else None},
        note=_("Which opportunity does it belong to?"),
    )


def choose(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """A candidate, another one by number, id or link, or none: then Order Operations looks for it."""
    request, by = _request(at), at.by
    assert by is not None  # a person decides
    if given["opportunity"] == OTHER:
        fetching.ask(request, given["other"], by=by)
        return chosen(at)
    if given["opportunity"] == NONE:
        choosing.choose(request, "", by=by)
        return Done(note=_("None of these. The answer goes without a seller."))
    row = next((one for one in request.candidates if one["id"] == given["opportunity"]), None)
    if row is None:
        raise Refused(_("The candidates were found anew meanwhile. Look at them again."))
    choosing.choose(request, row["id"], by=by)
    return Done(note=f"{row['name']} ({row['number']})" if row["number"] else str(row["name"]))


def chosen(at: At) -> Done | Waiting:
    """What somebody asked for by its number is fetched by a worker; facts that changed are looked at anew."""
    request = _request(at)
    again.notice(at.ticket, at.kept("read"))
    if request.chosen is not None:
        return Done(note=_opportunity_note(request))
    if fetching.is_asked(request):
        words = _("Looking for %(what)s in Salesforce.") % {"what": fetching.asked_for(request)}
        return Waiting(for_whom=WaitsFor.SALESFORCE, note=words)
    return Waiting(for_whom=WaitsFor.DESK, note=fetching.problem(request) or _("Say which opportunity it is."))


# ── Its people ────────────────────────────────────────────────────────────────────────────────────


def without_opportunity(at: At) -> str:
    request = reading.of(at.ticket)
    if reason := order_ops_has_it(at):
        return reason
    if request is None or not request.opportunity_id:
        return _("Nobody has said which opportunity it is.")
    return ""


def find_people(at: At) -> Done:
    """Seller, ISR, and the channel manager of the opportunity by the rules, which may be another than the account's."""
    request = _request(at)
    one: OpportunityRef | None = asking.ask("salesforce.opportunity", request.opportunity_id)
    if one is None:
        raise Stuck(_("The opportunity is not in Salesforce any more. Begin again at “Find the opportunity”."))
    found = people.of_opportunity(one)
    public_sector = pubsec.of_opportunity(one, asker=at.ticket.partner)
    choosing.keep_people(request, one, found, public_sector=public_sector)
    facts = [*map(_person, found), *_not_the_accounts(found, at.ticket.partner)]
    if public_sector:
        facts.append(Fact(name=_("US PubSec"), value=_("never Partner Order Operations"), tone="unsure"))
    named = [person.name for person in found if person.reachable]
    note = ", ".join(named) or _("Nobody can be written to.")
    return Done(note=note, facts=facts, link=_link(_request(at)))


# ── The purchase order on the opportunity ─────────────────────────────────────────────────────────


def document_known(at: At) -> str:
    if reason := nothing_to_attach(at):
        return reason
    one = attaching.certain(_request(at))
    return one.filename if one is not None else ""


def documents_to_choose(at: At) -> Prepared:
    files = attaching.documents(at.ticket)
    return Prepared(
        initial={"files": [(str(one.pk), one.filename) for one in files]},
        note=_("Which of them is the purchase order?"),
    )


def name_document(at: At, given: Mapping[str, Any]) -> Done:
    assert at.by is not None  # a person decides
    one = next((file for file in attaching.documents(at.ticket) if str(file.pk) == given["document"]), None)
    if one is None:
        raise Refused(_("That file is not on the ticket."))
    attaching.say(_request(at), one, by=at.by)
    return Done(note=one.filename)


def nothing_to_attach(at: At) -> str:
    if reason := without_opportunity(at):
        return reason
    if not attaching.documents(at.ticket):
        return _("No document came with it. The answer asks for one.")
    return ""


def attach(at: At) -> Done:
    """Once, however often it is tried, and read back."""
    request = _request(at)
    one = attaching.certain(request)
    if one is None:
        raise Stuck(_("Nobody has said which document is the purchase order."))
    kept = attaching.attach(at, request, one)
    if not kept:
        return Done(note=one.filename)
    read_back = Fact(name=_("Read back"), value=one.filename, tone="good", source=_("Salesforce"), link=kept["link"])
    return Done(note=one.filename, facts=[read_back], link=kept["link"], keep=kept)


def detach(at: At) -> Done:
    name = attaching.detach(at, _request(at))
    return Done(note=_("%(name)s is off the opportunity again.") % {"name": name})


# ── The answer ────────────────────────────────────────────────────────────────────────────────────


def answer(at: At) -> Done:
    reply = answers.offer(_request(at), step=at.key)
    facts = [Fact(name=_("Look"), value=words, tone="unsure") for words in reply.warnings]
    to = ", ".join(row["name"] or row["address"] for row in (*reply.to, *reply.cc))
    return Done(note=_("To %(people)s.") % {"people": to}, facts=facts, keep={"reply": reply.pk})


def sent(at: At) -> Done | Waiting:
    again.notice(at.ticket, at.kept("read"))
    return prepared.look_sent("answer")(at)


def solve(at: At) -> Done:
    """It is others' now: resolved as redirected. Whoever sent may have said otherwise."""
    if at.ticket.status in ENDED:
        return Done(note=_("It was resolved already."))
    if at.ticket.status not in OURS:
        return Done(note=_("It stays as it is: %(status)s.") % {"status": at.ticket.get_status_display()})
    actions.set_status(
        at.ticket,
        to=Status.SOLVED,
        by=DESK,
        reason=SolvedReason.REDIRECTED,
        why=_("Whoever has to do with it has it."),
    )
    return Done(note=_("Resolved as redirected."))


# ── Words ─────────────────────────────────────────────────────────────────────────────────────────


def _request(at: At) -> OrderRequest:
    found = OrderRequest.objects.select_related(
        "ticket__requester", "ticket__partner__channel_manager", "document"
    ).filter(ticket=at.ticket)  # fmt: skip
    request = found.first()
    if request is None:
        raise Stuck(_("Nothing was read yet. Begin again at “Read the request”."))
    return request


def _facts_of(request: OrderRequest) -> Iterable[Fact]:
    for name in SHOWN:
        rows = request.facts.get(name) or []
        if not rows:
            continue
        label = str(OrderRequest._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001 - Django's documented door
        sure = float(rows[0].get("sure") or 0)
        yield Fact(
            name=label[:1].upper() + label[1:],
            value=str(rows[0]["value"]),
            tone="good" if sure >= SURE else "unsure",
            source=str(rows[0].get("source", "")),
            link=str(rows[0].get("link", "")),
            quote=str(rows[0].get("quote", "")),
        )


def _missing(found: Iterable[complete.Missing]) -> Iterable[Fact]:
    return (Fact(name=one.label, value=_("missing"), tone="unsure") for one in found)


def _candidates(request: OrderRequest, *, certain: bool = False) -> list[Fact]:
    rows = request.candidates[:1] if certain else request.candidates
    return [
        Fact(
            name=row["number"] or row["name"],
            value=" ".join(str(reason["words"]) for reason in row["reasons"]),
            tone="good" if certain else "unsure",
            source=row["name"],
            link=row["link"],
        )
        for row in rows
    ]


def _opportunity_note(request: OrderRequest) -> str:
    row = request.opportunity if request.opportunity.get("id") else {}
    known = row or next((one for one in request.candidates if one["id"] == request.opportunity_id), None)
    if not known:
        return _("None: the answer goes without a seller.") if not request.opportunity_id else request.opportunity_id
    return f"{known['name']} ({known['number']})" if known.get("number") else str(known["name"])


def _link(request: OrderRequest) -> str:
    known = request.opportunity or next(
        (one for one in request.candidates if one["id"] == request.opportunity_id), {}
    )
    return str(known.get("link", ""))


def _person(one: Person) -> Fact:
    role = people.role_in_words(one.role)
    value = " · ".join(filter(None, (one.name or _("Nobody is sure"), one.problem)))
    tone = "unsure" if one.problem else "good"
    return Fact(name=role[:1].upper() + role[1:], value=value, tone=tone, source=one.address, quote=one.why)


def _not_the_accounts(found: Iterable[Person], account: Account | None) -> Iterable[Fact]:
    """Normal, and worth a line: the account has another manager than the opportunity."""
    manager = people.of_role(found, "manager")
    of_account = account.channel_manager if account is not None else None
    if manager is not None and manager.name and of_account is not None and of_account.name != manager.name:
        words = _("%(name)s has the account; the opportunity decides.") % {"name": of_account}
        yield Fact(name=_("Account"), value=words)

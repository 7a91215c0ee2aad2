"""The first steps of a request that went astray: read it, see who has it, find the opportunity and its people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from integrations import asking
from integrations.salesforce.shapes import OpportunityRef
from orders import addressed, again, answers, choosing, complete, fetching, finding, people, pubsec, reading, shown
from orders.forms import NONE, OTHER
from tickets.actions import Refused
from tickets.procedures import At, Done, Fact, Prepared, Stuck, Waiting, WaitsFor
from web import failpoints

# ── Read, and who has it ──────────────────────────────────────────────────────────────────────────


def read(at: At) -> Done:
    """Documents, mails and form; what is not there is said, and asked for in the answer."""
    request = reading.read(at.ticket)
    missing = complete.missing(request)
    facts = list(shown.read_facts(request))
    what = ", ".join(one.label for one in missing)
    note = _("Missing: %(what)s.") % {"what": what} if what else _("All is there.")
    return Done(note=note, facts=facts, keep={"known": again.known(at.ticket)})


def see_order_ops(at: At) -> Done:
    """To, Cc, groups and forwarded heads; US PubSec is looked after all the same."""
    seen = addressed.order_ops(at.ticket)
    request = choosing.keep_addressed(shown.request_of(at), there=seen.there, where=seen.where)
    if request.with_order_ops != seen.there:  # somebody knows better
        there = _("Yes: %(who)s.") if request.with_order_ops else _("No: %(who)s.")
        return Done(note=there % {"who": request.where_seen})
    if not seen.there:
        return Done(note=_("No: only the desk has it."))
    link = f"/tickets/{at.ticket.reference}/#m{seen.message}" if seen.message else ""
    fact = Fact(name=_("Written to"), value=seen.address, source=seen.where, link=link)
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
    request = shown.request_of(at)
    found = finding.look(request, account=at.ticket.partner)
    failpoints.reach("opportunities found")
    request = choosing.keep(request, found)
    if not found.wanted:
        return Done(note=_("The request says nothing to look for, and the partner is not known."))
    if found.certain is not None:
        facts, link = shown.reasons(request), shown.link_of(request)
        return Done(note=shown.opportunity_note(request), facts=facts, link=link)
    if not found.candidates:
        return Done(note=_("Salesforce has no opportunity like it."))
    return Done(note=_("Not certain. Choose below."))


def nothing_to_choose(at: At) -> str:
    request = reading.of(at.ticket)
    if reason := order_ops_has_it(at):
        return reason
    is_certain = request is not None and request.opportunity_id and request.chosen_by_id is None
    if is_certain and at.by is None:  # somebody who wants to choose another one may
        return _("It is certain.")
    return ""


def choices(at: At) -> Prepared:
    request = shown.request_of(at)
    first = next((row for row in request.candidates if row["score"] >= finding.CERTAIN), None)
    initial = {"candidates": request.candidates, "opportunity": first["id"] if first else None}
    return Prepared(initial={**initial, "public_sector": answers.is_public_sector(request)})


def choose(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    """A candidate, another one by number, id or link, or none: then Order Operations looks for it."""
    request, by = shown.request_of(at), at.by
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
    """What somebody asked for by its number is fetched by a worker; facts that changed are looked at anew.

    A choice of before the step waited is the one that is taken anew.
    """
    request = shown.request_of(at)
    again.notice(at.ticket, at.kept("read"))
    if request.chosen is not None and at.step.ready is not None and request.chosen >= at.step.ready:
        return Done(note=shown.opportunity_note(request))
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
    request = shown.request_of(at)
    one: OpportunityRef | None = asking.ask("salesforce.opportunity", request.opportunity_id)
    if one is None:
        raise Stuck(_("The opportunity is not in Salesforce any more. Begin again at “Find the opportunity”."))
    found = people.of_opportunity(one)
    public_sector = pubsec.of_opportunity(one, asker=at.ticket.partner)
    choosing.keep_people(request, one, found, public_sector=public_sector)
    facts = [*map(shown.person, found), *shown.not_the_accounts(found, at.ticket.partner)]
    if public_sector:
        facts.append(Fact(name=_("US PubSec"), value=_("never Partner Order Operations"), tone="unsure"))
    named = [person.name for person in found if person.reachable]
    note = ", ".join(named) or _("Nobody can be written to.")
    return Done(note=note, facts=facts, link=shown.link_of(shown.request_of(at)))

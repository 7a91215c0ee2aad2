"""What the partner hears: that it is submitted, or what does not fit; prepared in the composer, sent by a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from journal.record import DESK, actor_of
from service_attach import checking, checks, estimates, posting
from service_attach.models import Proof
from service_attach.registration_steps import proof_of
from tickets import actions, notices, prepared, steps
from tickets.actions import Recipient
from tickets.models import SolvedReason, Status, Step, Ticket
from tickets.models.ticket import ENDED, MOVES
from tickets.prepared import Person
from tickets.procedures import At, Done
from web import failpoints

SUBMITTED: Final = "poe-submitted"
PROBLEM: Final = "poe-problem"
TAKEN_BACK: Final = "poe-taken-back"
CHATTER: Final = "chatter"


def answer(at: At) -> Done:
    """The reply that fits what became of it; never that it is submitted while Salesforce does not show it."""
    proof = proof_of(at)
    if proof.stage == Proof.Stage.ENDED:
        offer_problem(at, proof, then=Status.SOLVED)
        return Done(note=_("The reply says why it is not submitted."))
    if proof.stage != Proof.Stage.WON:
        proof = checking.confirm_won(proof)
    to, cc = whom(at.ticket, proof)
    values, warnings = _values(proof), []
    if not _is_told(at, proof):  # blank, so that nobody sends what is not so; nor is it the manager of the account
        values, warnings = {**values, "cam": ""}, [_untold(proof)]
    prepared.offer(
        at.ticket,
        step=at.key,
        response=SUBMITTED,
        values=values,
        to=to,
        cc=cc,
        warnings=warnings,
        then=Status.SOLVED,
    )
    failpoints.reach("proof answered")
    return Done(note=_("The reply is prepared."))


def offer_problem(at: At, proof: Proof, *, then: str) -> None:
    """What speaks against it, in words for the partner; what the checks do not say the sender fills in."""
    against = checks.for_partner(checking.kept(proof))
    given = {
        "deal_id": proof.deal_id or _("not known"),
        "partner_name": proof.partner_name or str(at.ticket.partner or ""),
        "problem": "\n".join(_sentence(one.problem) for one in against if one.problem),
        "way_on": " ".join(dict.fromkeys(one.way_on for one in against if one.way_on)),
    }
    values = {name: value for name, value in given.items() if value}
    to, cc = whom(at.ticket, proof)
    prepared.offer(at.ticket, step=at.key, response=PROBLEM, values=values, to=to, cc=cc, then=then)


def correct(at: At, proof: Proof) -> bool:
    """Whoever was told that it is submitted hears that it is not; why, the sender writes. False where nobody was.

    A ticket that is resolved is open again: something is to be done for it.
    """
    if not any(one.slug == "send" and one.state == Step.State.DONE for one in steps.of(at.ticket)):
        return False
    ticket, by = Ticket.objects.get(pk=at.ticket.pk), actor_of(at.by) if at.by else DESK
    if ticket.status in {Status.SOLVED, Status.CLOSED}:
        actions.set_status(ticket, to=Status.OPEN, by=by, why=_("The proof was taken back."))
    to, cc = whom(ticket, proof)
    values = _values(proof)
    prepared.offer(ticket, step=at.key, response=TAKEN_BACK, values=values, to=to, cc=cc, then=Status.SOLVED)
    return True


def solve(at: At) -> Done:
    """Resolves the ticket, unless somebody has ended it or waits for somebody."""
    if at.ticket.status in ENDED:
        return Done(note=_("It was resolved already."))
    if at.ticket.status not in {Status.NEW, Status.OPEN} or Status.SOLVED not in MOVES[at.ticket.status]:
        return Done(note=_("It stays as it is: %(status)s.") % {"status": at.ticket.get_status_display()})
    actions.set_status(at.ticket, to=Status.SOLVED, by=DESK, reason=SolvedReason.ANSWERED)
    return Done(note=_("Resolved."))


def whom(ticket: Ticket, proof: Proof) -> tuple[list[Recipient], list[Recipient]]:
    """Who wrote last and the requester, and whom they had on Cc; the channel manager is shown as such."""
    to, cc = notices.answer_to(ticket)
    manager = proof.manager_email.lower()
    named = [
        Person(name=one.name, address=one.address, role=_("channel manager"))
        if manager and one.address.lower() == manager
        else one
        for one in cc
    ]
    return to, named


def _values(proof: Proof) -> Mapping[str, str]:
    """By the names the partner has used; who has the document is who approved it."""
    quarter = estimates.quarter_of(proof)
    given = {
        "partner_name": proof.partner_name,
        "customer": proof.customer_name,
        "deal_id": proof.registration.get("deal_id") or proof.deal_id,
        "cam": posting.mention_of(proof),
        "counts_in": quarter.label if quarter else "",
    }
    return {name: value for name, value in given.items() if value}


def _is_told(at: At, proof: Proof) -> bool:
    """Whether the channel manager has the document: mentioned in the post, now or before, or told by hand."""
    chatter = next((one for one in steps.of(at.ticket) if one.slug == CHATTER), None)
    if chatter is None or chatter.state != Step.State.DONE:
        return bool(proof.post_ref)
    return chatter.by_hand or bool(at.kept(CHATTER).get("told", True))


def _untold(proof: Proof) -> str:
    name = posting.mention_of(proof) or _("The channel manager")
    return _("%(name)s was not told by the desk. Tell them, then write here who has the document.") % {"name": name}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]

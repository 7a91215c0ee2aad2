"""The steps that look a proof up: the registration with every check, and who approved it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from service_attach import checking, checks, proofs, reading
from service_attach.checks import Check
from service_attach.models import Proof
from tickets.procedures import At, Done, Fact, Stuck

TONES: Final = {"met": "good", "missing": "bad", "unknown": "unsure", "note": ""}
DECIDED: Final = (Proof.Stage.WRITING, Proof.Stage.WON)


def find(at: At) -> Done:
    """The registration and all checks; what is wrong with it is for the decision, so it is done whatever it finds."""
    proof = proof_of(at)
    if reading.is_stale(proof):
        proof = reading.read(at.ticket)
    proof = checking.look(proof)
    made, registration = checking.kept(proof), checking.registration_of(proof)
    return Done(
        note=words_of(proof),
        facts=[fact(one) for one in made],
        link=registration.link if registration else "",
        keep={"proposal": checks.proposal(made), "compared": checking.looked_at(proof)},
    )


def no_manager(at: At) -> str:
    proof = proofs.known(at.ticket)
    if proof is None or not proof.registration_id:
        return _("No registration is found.")
    return "" if proof.manager_name or proof.manager_email else _("Salesforce names nobody on the registration.")


def manager(at: At) -> Done:
    """Who approved the registration is told in Chatter; it need not be the manager the partner has today."""
    proof = proof_of(at)
    name = proof.manager_name or proof.manager_email
    today = at.ticket.partner.channel_manager if at.ticket.partner else None
    note = _("%(name)s approved the registration.") % {"name": name}
    if today is None or today.name.casefold() == name.casefold():
        return Done(note=note)
    return Done(
        note=note, facts=[Fact(name=_("The partner has today"), value=today.name, source=_("the rules of routing"))]
    )


def words_of(proof: Proof) -> str:
    """“GL-0048213: Service Attach, Approved 14 Sep 2026. All 12 checks are met.”"""
    made, registration = checking.kept(proof), checking.registration_of(proof)
    if registration is None:
        return " ".join(one.words for one in checks.blocking(made)[:1])
    approved = date_format(registration.approved_on, "j M Y") if registration.approved_on else ""
    parts = [registration.kind, f"{registration.status} {approved}".strip()]
    return f"{registration.deal_id}: {', '.join(filter(None, parts))}. {_counted(made)}"


def fact(one: Check) -> Fact:
    return Fact(
        name=one.title,
        value=" · ".join(filter(None, (one.value, one.words, one.how if one.verdict != "met" else ""))),
        tone=TONES[one.verdict],
        source=one.source,
        link=one.link,
    )


def reason(one: Check) -> Fact:
    """The same for whoever decides: what it says and what to do about it, across the whole width."""
    words = " ".join(filter(None, (one.words, one.how)))
    return Fact(name=one.title, value=f"{one.value}: {words}" if one.value else words, tone=TONES[one.verdict])


def proof_of(at: At) -> Proof:
    found = proofs.known(at.ticket)
    if found is None:
        raise Stuck(_("This ticket has no proof. Make it another type of request, or begin its steps anew."))
    found.ticket = at.ticket
    return found


def _counted(made: Sequence[Check]) -> str:
    """How many speak against it, and how many want a look."""
    counted = [one for one in made if one.verdict != "note"]
    against = [one.title for one in counted if one.verdict == "missing"]
    open_ones = [one.title for one in counted if one.verdict == "unknown"]
    if against:
        return _("Against it: %(titles)s.") % {"titles": ", ".join(against)}
    if open_ones:
        return _("To be looked at: %(titles)s.") % {"titles": ", ".join(open_ones)}
    words = ngettext("%(count)d check is met.", "All %(count)d checks are met.", len(counted))
    return words % {"count": len(counted)}

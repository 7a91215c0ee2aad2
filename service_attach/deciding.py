"""The decision: submit it, ask the partner, look up another Deal ID, or not submit it. Nothing is written before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from journal.record import DESK, actor_of
from people.models import User
from service_attach import answering, checking, checks, correcting, estimates, posting, proofs, reading, stages
from service_attach.checks import Check
from service_attach.models import Proof
from service_attach.registration_steps import proof_of, reason
from service_attach.registrations import APPROVED, WON
from tickets import prepared
from tickets.actions import Refused
from tickets.models.ticket import ENDED
from tickets.procedures import At, Change, Done, Fact, Finish, Prepared, Waiting, WaitsFor
from web import failpoints, nudging

Stage = Proof.Stage
HEARS: Final = (*prepared.HEARS, "received", "papers", "facts", "partner")
SOON: Final = timedelta(seconds=30)  # a nudge may be lost: then it is looked at again
AGAIN: Final = "service_attach.tasks.check_again"
ABOUT: Final[Mapping[str, Sequence[str]]] = {
    **dict.fromkeys(("deal_id", "kind", "status", "free"), ("deal_id",)),
    "partner": ("partner_name",),
    "customer": ("customer_name",),
    "signed": ("signed", "signed_on"),
    "window": ("signed_on", "services_start", "services_end"),
}  # what the partner is asked about by the question of a check
GO, ASK, OTHER, END, BEFORE = "go", "ask", "other", "end", "before"


class Decision(forms.Form):
    """Its reason is asked for where something speaks against it, and where it ends."""

    button = gettext_lazy("Decide")

    what = forms.ChoiceField(
        label=gettext_lazy("What to do"),
        choices=(
            (GO, gettext_lazy("Submit it: Closed-Won, document and post")),
            (ASK, gettext_lazy("Ask the partner")),
            (OTHER, gettext_lazy("Look up another Deal ID")),
            (END, gettext_lazy("Do not submit it, and tell the partner")),
        ),
        widget=forms.RadioSelect,
    )
    deal_id = forms.CharField(label=gettext_lazy("Another Deal ID"), max_length=80, required=False)
    why = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed where a check speaks against it, and where it is not submitted."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("what") == OTHER and not given.get("deal_id", "").strip():
            self.add_error("deal_id", _("Write the Deal ID to look up."))
        if given.get("what") == END and not given.get("why", "").strip():
            self.add_error("why", _("Say why it is not submitted."))
        return given


def prepare(at: At) -> Prepared:
    """What the checks say, what it brings, and each write before → after; nothing to write where something blocks."""
    proof = proof_of(at)
    made = checking.kept(proof)
    shown = [one for one in made if one.verdict in {"missing", "unknown"}]
    proposed, meant = checks.proposal(made), _meant(made)
    return Prepared(
        initial={"what": OTHER if meant else ASK if proposed == "stop" else GO, "deal_id": meant},
        note=_PROPOSED[proposed],
        facts=[*(reason(one) for one in shown), *estimates.facts(proof)],
        changes=[] if checks.blocking(made) else changes(proof, by=at.by),
    )


def changes(proof: Proof, *, by: User | None) -> list[Change]:
    """Everything that submitting it writes, in its order."""
    return [closing(proof), *posting.uploads(proof), posting.post(proof, text=posting.text(proof, by=by))]


def closing(proof: Proof) -> Change:
    registration = checking.registration_of(proof)
    assert registration is not None  # nothing is to be written without one
    return Change(record=registration.deal_id, field=_("Status"), before=APPROVED, after=WON, link=registration.link)


def look(at: At) -> Done | Waiting:
    """Done where the world has decided; looked up anew where something was said since; else it waits for somebody."""
    proof = proof_of(at)
    if proof.stage == Stage.WON:
        return Done(note=_("It was submitted before."), keep={"what": BEFORE})
    if at.ticket.status in ENDED:
        stages.move(proof, Stage.ENDED, by=DESK, why=_("The ticket was resolved."))
        raise Finish(_("The ticket was resolved without submitting it."))
    if checking.is_old(proof, checking.compared(at.ticket)):
        nudging.nudge(AGAIN, at.ticket.pk)
        note = _("Something was said since. The registration is looked up again.")
        return Waiting(for_whom=WaitsFor.DESK, note=note, due=timezone.now() + SOON)
    if proof.stage == Stage.ASKED:
        return _asked(at, proof)
    return Waiting(for_whom=WaitsFor.DESK, due=at.ticket.resolution_due)


def decide(at: At, given: Mapping[str, Any]) -> Done | Waiting:
    proof, why = proof_of(at), str(given.get("why") or "").strip()
    by = at.by
    assert by is not None  # a person confirms
    match given["what"]:
        case "go":
            return _go(at, proof, by=by, why=why)
        case "ask":
            return _ask(at, proof, by=by)
        case "other":
            return _other(at, proof, str(given["deal_id"]), by=by)
        case _:
            return _end(proof, by=by, why=why)


def not_submitted(at: At) -> str:
    """Why the registration is not closed here. Not because it is closed: a worker that died after it comes back."""
    what = at.kept("decide").get("what")
    if what == BEFORE:
        return _("It was submitted before.")
    return "" if what == GO else _("It is not submitted.")


def not_posted(at: At) -> str:
    """What was submitted before may lack its post."""
    if at.kept("decide").get("what") == BEFORE and not proof_of(at).post_ref:
        return ""
    return not_submitted(at)


def _go(at: At, proof: Proof, *, by: User, why: str) -> Done:
    """Refused where something blocks, whatever the reason; else with a reason in spite of what speaks against it.

    What is written is what was seen: the registration as it was, the post as it reads now.
    """
    made = checking.kept(proof)
    if not proof.checked or checking.is_old(proof, checking.compared(at.ticket)):
        nudging.send(AGAIN, at.ticket.pk)
        raise Refused(_("Something was said since. The registration is looked up again; decide then."))
    blocking, against = checks.blocking(made), checks.against(made)
    if blocking:
        raise Refused(_("It cannot be submitted: %(why)s") % {"why": _listed(blocking)})
    if against and not why:
        raise Refused(_("Say why it is submitted although: %(why)s") % {"why": _listed(against)})
    _take(proof, by=by, why=why)
    proof.decided_by, proof.decided, proof.despite = by, timezone.now(), why if against else ""
    proof.save(update_fields=["decided_by", "decided", "despite"])
    failpoints.reach("proof decided")
    facts = [Fact(name=_("In spite of"), value=f"{_listed(against)} {why}", tone="unsure")] if against else []
    promised = {"modified": proof.registration.get("modified", ""), "text": posting.text(proof, by=by)}
    return Done(note=_("To be submitted."), facts=facts, keep={"what": GO, **promised})


def _take(proof: Proof, *, by: User, why: str) -> None:
    """The registration is this proof's from here on; of two at the same moment the base lets one."""
    try:
        stages.move(proof, Stage.WRITING, by=actor_of(by), why=why)
    except IntegrityError as taken:
        raise Refused(_("Another ticket submits this registration at this moment.")) from taken


def _ask(at: At, proof: Proof, *, by: User) -> Waiting:
    """The question names what does not fit; its answer looks everything up again."""
    answering.offer_problem(at, proof, then="pending_partner")
    slugs = {one.slug for one in checks.against(checking.kept(proof))}
    with proofs.holding(proof) as row:
        reading.ask_about(row, {name for slug in slugs for name in ABOUT.get(slug, ())})
        row.save(update_fields=["facts"])
    stages.move(proof, Stage.ASKED, by=actor_of(by))
    return _asked(at, proof)


def _other(at: At, proof: Proof, deal_id: str, *, by: User) -> Waiting:
    """A worker goes back to the registration with it."""
    with proofs.holding(proof) as row:
        correcting.keep(row, {"deal_id": deal_id}, by=by)
    nudging.nudge(AGAIN, at.ticket.pk)
    note = _("%(deal)s is looked up.") % {"deal": deal_id.strip()}
    return Waiting(for_whom=WaitsFor.DESK, note=note, due=timezone.now() + SOON)


def _end(proof: Proof, *, by: User, why: str) -> Done:
    stages.move(proof, Stage.ENDED, by=actor_of(by), why=why)
    proof.decided_by, proof.decided, proof.despite = by, timezone.now(), why
    proof.save(update_fields=["decided_by", "decided", "despite"])
    return Done(note=_("Not submitted: %(why)s") % {"why": why}, keep={"what": END})


def _asked(at: At, proof: Proof) -> Waiting:
    """For us until the question is sent, then for the partner."""
    message = prepared.sent(at.ticket, at.key)
    if message is not None and (proof.asked is None or proof.asked < message.created):
        proof.asked = message.created
        proof.save(update_fields=["asked"])
    if message is None:
        note = _("The question is drafted in the composer. Read and send it.")
        return Waiting(for_whom=WaitsFor.DESK, note=note, due=at.ticket.resolution_due)
    return Waiting(for_whom=WaitsFor.PARTNER, note=_("Asked. The answer looks the registration up again."))


def _meant(made: Sequence[Check]) -> str:
    """The Deal ID that it may be instead; looked up only when somebody says so."""
    return next((one.meant for one in made if one.meant), "")


def _listed(found: Sequence[Check]) -> str:
    return " ".join(f"{one.title}: {one.words}" for one in found)


_PROPOSED: Final = {
    "go": gettext_lazy("All is met: it can be submitted."),
    "look": gettext_lazy("Look at what is open, then decide."),
    "stop": gettext_lazy("Something speaks against it."),
}

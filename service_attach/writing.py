"""What is written at Salesforce, each once, read back, and taken back in the reverse order.

The registration becomes Closed-Won; then the document hangs at the opportunity; then the post stands there with it.
Each look comes before each write (`integrations.salesforce`), so a worker that dies between any two goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import outcomes
from integrations.outcomes import Outcome
from journal.record import DESK, actor_of
from service_attach import checking, deciding, posting, proofs, stages
from service_attach.models import Proof, ProofDocument
from service_attach.registration_steps import proof_of
from service_attach.registrations import APPROVED, WON
from tickets import steps
from tickets.procedures import At, Change, Done, Fact, Stuck
from web import failpoints

DECIDE: Final = "decide"
CLOSE: Final = "salesforce.close_deal"
REOPEN: Final = "salesforce.reopen_deal"
ATTACH: Final = "salesforce.attach_file"
DETACH: Final = "salesforce.detach_file"
POST: Final = "salesforce.post_chatter"
UNPOST: Final = "salesforce.delete_post"


def close(at: At) -> Done:
    """Approved → Closed-Won, as long as it is what was decided about: compare and set."""
    proof = proof_of(at)
    change = deciding.closing(proof)
    payload = {"registration": proof.registration_id, "expect_modified": at.kept(DECIDE).get("modified", "")}
    outcome = at.write(CLOSE, payload, changes=[change])
    failpoints.reach("proof closed")
    if outcome.kind is outcomes.ALREADY:
        raise _changed(proof, _("Somebody else has set the registration to Closed-Won since."))
    if not outcome.worked:
        raise _changed(proof, outcome.words)
    if not outcome.ref:  # shadow mode
        return Done(note=outcome.words)
    with proofs.holding(proof) as row:
        row.won = row.won or timezone.now()
        row.taken_back = None
        row.registration = {**row.registration, "status": WON, "modified": outcome.data.get("modified", "")}
        row.save(update_fields=["won", "taken_back", "registration"])
        stages.move(row, Proof.Stage.WON, by=actor_of(row.decided_by) if row.decided_by else DESK)
    return Done(
        note=_("%(deal)s is Closed-Won, read back.") % {"deal": change.record},
        link=change.link,
        keep={"modified": outcome.data.get("modified", ""), "by": outcome.data.get("modified_by_id", "")},
    )


def reopen(at: At) -> Done:
    """Approved again, only while it is still what we wrote; what hung on it has been taken back before."""
    proof = proof_of(at)
    kept = at.step.data.get("keep", {})
    change = _back(deciding.closing(proof))
    payload = {
        "registration": proof.registration_id,
        "expect_modified": kept.get("modified", ""),
        "expect_by": kept.get("by", ""),
    }
    outcome = at.write(REOPEN, payload, changes=[change])
    failpoints.reach("proof reopened")
    if not outcome.worked:
        raise Stuck(_("It stays Closed-Won: %(words)s") % {"words": outcome.words})
    with proofs.holding(proof) as row:
        row.won, row.taken_back = None, timezone.now()
        row.registration = {**row.registration, "status": APPROVED, "modified": outcome.data.get("modified", "")}
        row.save(update_fields=["won", "taken_back", "registration"])
        stages.move(row, Proof.Stage.TAKEN_BACK, by=actor_of(at.by) if at.by else DESK)
        steps.heard(row.ticket, "facts")  # what was prepared to be sent is withdrawn
    return Done(note=_("%(deal)s is Approved again.") % {"deal": change.record}, link=change.link)


def attach_and_post(at: At) -> Done:
    """The document once, the post once with it, mentioning who approved the registration; both facts are in it."""
    proof = proof_of(at)
    if proof.stage != Proof.Stage.WON and not steps.in_shadow(at.step.procedure, at.step.slug):
        proof = checking.confirm_won(proof)
    documents = posting.documents(proof)
    if not documents:
        raise Stuck(_("There is no document to upload. Go back to it, or do this by hand and say so."))
    hung = [_hang(at, proof, one) for one in documents]
    failpoints.reach("proof uploaded")
    text = at.kept(DECIDE).get("text") or posting.text(proof, by=proof.decided_by)
    payload = posting.payload(proof, text=text, file=hung[0].ref)
    posted = at.write(POST, payload, changes=[posting.post(proof, text=text)])
    failpoints.reach("proof posted")
    if not posted.worked:
        raise Stuck(_("The document is at the opportunity, the post is not: %(words)s") % {"words": posted.words})
    if not posted.ref:  # shadow mode
        return Done(note=posted.words)
    with proofs.holding(proof) as row:
        row.file_ref, row.post_ref = hung[0].ref[:18], posted.ref[:18]
        row.save(update_fields=["file_ref", "post_ref"])
    return _posted(proof, documents, hung, posted)


def take_post_back(at: At) -> Done:
    """The post first, then the documents that we have hung there; what others hung stays."""
    proof = proof_of(at)
    kept: Mapping[str, Any] = at.step.data.get("keep", {})
    licence = posting.licence_of(proof)
    written = posting.post(proof, text=kept.get("text", ""))
    _taken(at.write(UNPOST, {"post": kept["post"]}, changes=[_back(written)]))
    failpoints.reach("proof unposted")
    for one in reversed(kept["files"]):
        if one["ours"]:
            written = posting.file(proof, one["name"])
            payload = {"record": kept["record"], "document": one["document"]}
            _taken(at.write(DETACH, payload, changes=[_back(written)]))
            failpoints.reach("proof detached")
    Proof.objects.filter(pk=proof.pk).update(file_ref="", post_ref="")
    return Done(note=_("The post and the document are gone from the opportunity."), link=licence.link)


def _back(written: Change) -> Change:
    """The same, the other way round."""
    return replace(written, before=written.after, after=written.before)


def _hang(at: At, proof: Proof, document: ProofDocument) -> Outcome:
    payload = {
        "record": proof.opportunity_id,
        "file": str(document.stored_id),
        "title": document.name,
        "name": document.name,
    }
    outcome = at.write(ATTACH, payload, changes=[posting.file(proof, document.name)])
    if not outcome.worked:
        said = {"name": document.name, "words": outcome.words}
        raise Stuck(_("%(name)s could not be uploaded: %(words)s") % said)
    return outcome


def _posted(proof: Proof, documents: Sequence[ProofDocument], hung: Sequence[Outcome], posted: Outcome) -> Done:
    licence = posting.licence_of(proof)
    told = bool(posted.data.get("mentioned", True))
    name = posting.mention_of(proof)
    shown, facts = str(posted.data.get("text") or ""), []
    if not told:
        value = _("%(name)s was not mentioned. Tell them yourself.") % {"name": name or _("The channel manager")}
        facts.append(Fact(name=_("Channel manager"), value=value, tone="bad"))
    return Done(
        note=_("%(name)s has the document and the post, read back.") % {"name": name}
        if told and name
        else posted.words,
        facts=facts,
        link=str(posted.data.get("link") or licence.link),
        keep={
            "record": proof.opportunity_id,
            "post": posted.ref,
            "text": shown[:2000],
            "files": [
                {"document": outcome.ref, "name": document.name, "ours": outcome.kind is outcomes.DONE}
                for document, outcome in zip(documents, hung, strict=True)
            ],
        },
    )


def _changed(proof: Proof, words: str) -> Stuck:
    """It is not what was decided about any more: looked at afresh, so that the decision can be taken anew."""
    with proofs.holding(proof) as row:
        stages.move(row, Proof.Stage.DECIDING, why=words)
    fresh = checking.look(proof)
    registration = checking.registration_of(fresh)
    facts = [Fact(name=_("Status now"), value=registration.status, tone="bad", link=registration.link)] \
        if registration else []  # fmt: skip
    way_on = _("Nothing was written. Go back to the decision, or say here what was done by hand.")
    return Stuck(f"{words} {way_on}", facts=facts)


def _taken(outcome: Outcome) -> None:
    if not outcome.worked:
        raise Stuck(_("It stays in Salesforce: %(words)s") % {"words": outcome.words})

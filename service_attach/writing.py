"""What is written at Salesforce, each once, read back, and taken back in the reverse order.

The registration becomes Closed-Won; then the document hangs at the opportunity; then the post stands there with it.
Each look comes before each write (`integrations.salesforce`), so a worker that dies between any two goes on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import outcomes
from integrations.outcomes import Outcome
from journal.record import DESK, actor_of
from service_attach import answering, checking, deciding, posting, proofs, stages
from service_attach.models import Proof, ProofDocument
from service_attach.registration_steps import proof_of
from service_attach.registrations import APPROVED, WON
from tickets import steps
from tickets.actions import Refused
from tickets.procedures import At, Change, Done, Fact, Stuck
from web import failpoints

DECIDE: Final = "decide"
CLOSE: Final = "salesforce.close_deal"
REOPEN: Final = "salesforce.reopen_deal"
ATTACH: Final = "salesforce.attach_file"
DETACH: Final = "salesforce.detach_file"
POST: Final = "salesforce.post_chatter"
UNPOST: Final = "salesforce.delete_post"
ANSWERED: Final = "ANSWERED"  # of a post: as the desk's client says it


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
    note = _("%(deal)s is Approved again.") % {"deal": change.record}
    return Done(note=f"{note} {_told(at, proof)}".strip(), link=change.link)


def _told(at: At, proof: Proof) -> str:
    """What was sent cannot be taken back: it is corrected in words, by a person."""
    try:
        if not answering.correct(at, proof):
            return ""
    except Refused as problem:
        return _("The partner was told that it is submitted: write to them. %(why)s") % {"why": problem}
    return _("The partner was told that it is submitted. The correction is in the composer: say why, then send it.")


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
        raise Stuck(_("The document is at the opportunity. With the post something is wrong: %(words)s")
                    % {"words": posted.words})  # fmt: skip
    if not posted.ref:  # shadow mode
        return Done(note=posted.words)
    with proofs.holding(proof) as row:
        row.file_ref, row.post_ref = hung[0].ref[:18], posted.ref[:18]
        row.save(update_fields=["file_ref", "post_ref"])
    return _posted(proof, posted)


def take_post_back(at: At) -> Done:
    """The post first, then the documents that we have hung there; what others hung stays.

    By what was written, not by what the step kept: one that broke off between two writes has kept nothing.
    """
    proof, gone, left = proof_of(at), [], ""
    for one in steps.written(at.step):
        if one.operation == POST:
            change = _back(posting.post(proof, text=str(one.payload["text"])))
            outcome = at.write(UNPOST, {"post": one.vendor_ref}, changes=[change])
            failpoints.reach("proof unposted")
        else:
            change = _back(posting.file(proof, str(one.payload["name"])))
            payload = {"record": one.payload["record"], "document": one.vendor_ref}
            outcome = at.write(DETACH, payload, changes=[change])
            failpoints.reach("proof detached")
        if outcome.code == ANSWERED:  # the registration is not to stay closed for that
            left = _("%(words)s Answer there that it was taken back.") % {"words": outcome.words}
            continue
        if not outcome.worked:
            raise Stuck(_("It stays in Salesforce: %(words)s") % {"words": outcome.words})
        gone.append(change)
    Proof.objects.filter(pk=proof.pk).update(file_ref="", post_ref="")
    note = left or _("What the desk had put there is gone from the opportunity.")
    return Done(note=note, changes=gone, link=posting.licence_of(proof).link)


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


def _posted(proof: Proof, posted: Outcome) -> Done:
    licence, name = posting.licence_of(proof), posting.mention_of(proof)
    told = bool(name and posted.data.get("mentioned", True))
    value = _("%(name)s was not mentioned. Tell them yourself.") % {"name": name or _("The channel manager")}
    return Done(
        note=_("%(name)s has the document and the post, read back.") % {"name": name} if told else posted.words,
        facts=[] if told else [Fact(name=_("Channel manager"), value=value, tone="bad")],
        link=str(posted.data.get("link") or licence.link),
        keep={"told": told},
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

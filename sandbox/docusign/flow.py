"""The life of an envelope: routing order, pauses, and what each step tells Connect. No I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.docusign.errors import Refused, invalid
from sandbox.docusign.store import Json

OPEN = ("sent", "delivered")
ENDED = ("completed", "declined", "voided")
FINISHED = ("completed", "declined")
MAX_REASON = 200


@dataclass(frozen=True)
class News:
    """What Connect sends: an event of the envelope, or of one recipient."""

    event: str
    recipient: str = ""


def send(envelope: Json, *, at: str) -> list[News]:
    if envelope["status"] != "created":
        raise invalid("Only an envelope in the 'Created' state can be sent.")
    turn(envelope, "sent", at=at)
    note(envelope, "Sent Invitations", by=envelope["sender"]["userName"], at=at)
    return [News("envelope-sent"), *advance(envelope, at=at)]


def deliver(envelope: Json, recipient: Json, *, at: str) -> list[News]:
    """The recipient opened it. The envelope is delivered when everybody has seen it."""
    must_have_turn(envelope, recipient)
    if recipient["status"] != "sent":
        return []
    recipient.update(status="delivered", deliveredDateTime=at)
    note(envelope, "Viewed", by=recipient["name"], at=at)
    news = [News("recipient-delivered", recipient["recipientId"])]
    if all(one["status"] not in ("created", "sent") for one in envelope["signers"]) and envelope["status"] == "sent":
        turn(envelope, "delivered", at=at)
        news.append(News("envelope-delivered"))
    return news


def complete(envelope: Json, recipient: Json, *, at: str, values: dict[str, str] | None = None) -> list[News]:
    """Approved or signed; the next in line get their turn."""
    news = deliver(envelope, recipient, at=at)
    for tab in recipient.get("tabs", {}).get("textTabs", []):
        tab["value"] = (values or {}).get(tab["tabLabel"], tab.get("value", ""))
    for tab in recipient.get("tabs", {}).get("dateSignedTabs", []):
        tab["value"] = at[:10]
    recipient.update(status="completed", signedDateTime=at)
    note(envelope, "Signed", by=recipient["name"], at=at)
    return [*news, News("recipient-completed", recipient["recipientId"]), *advance(envelope, at=at)]


def decline(envelope: Json, recipient: Json, *, at: str, reason: str) -> list[News]:
    """Ends it for everybody."""
    if not reason.strip():
        raise invalid("A reason is required to decline.")
    news = deliver(envelope, recipient, at=at)
    recipient.update(status="declined", declinedDateTime=at, declinedReason=reason.strip())
    turn(envelope, "declined", at=at)
    note(envelope, "Declined", by=recipient["name"], at=at)
    return [*news, News("recipient-declined", recipient["recipientId"]), News("envelope-declined")]


def void(envelope: Json, *, user: str, at: str, reason: str) -> list[News]:
    if envelope["sender"]["userId"] != user:
        raise Refused("USER_NOT_ENVELOPE_SENDER", "The user is not the sender of the envelope.")
    if not reason.strip():
        raise invalid("A 'voidedReason' is required to void an envelope.")
    if len(reason) > MAX_REASON:
        raise invalid(f"The 'voidedReason' has more than {MAX_REASON} characters.")
    if envelope["status"] not in OPEN:
        raise Refused(
            "ENVELOPE_CANNOT_VOID_INVALID_STATE",
            "Envelope cannot be voided. Only envelopes in the 'Sent' or 'Delivered' states may be voided.",
        )
    turn(envelope, "voided", at=at)
    envelope["voidedReason"] = reason
    note(envelope, "Voided", by=envelope["sender"]["userName"], at=at)
    return [News("envelope-voided")]


def release(envelope: Json, *, user: str, at: str) -> list[News]:
    """Ends the pause: `workflowStatus` becomes `in_progress`."""
    if envelope["sender"]["userId"] != user:
        raise Refused("USER_NOT_ENVELOPE_SENDER", "The user is not the sender of the envelope.")
    workflow = envelope.get("workflow") or {}
    if envelope["status"] not in OPEN or workflow.get("workflowStatus") != "paused":
        raise invalid("The workflow of the envelope is not paused.")
    step = next(one for one in workflow["workflowSteps"] if one["status"] == "in_progress")
    step.update(status="completed", completedDate=at)
    workflow.update(workflowStatus="in_progress", currentWorkflowStepId="")
    note(envelope, "Workflow Resumed", by=envelope["sender"]["userName"], at=at)
    return advance(envelope, at=at)


def advance(envelope: Json, *, at: str) -> list[News]:
    """Invites whoever is next, unless the workflow pauses before them; completes the envelope after the last."""
    news: list[News] = []
    while waiting := unfinished(envelope):
        order = min(int(one["routingOrder"]) for one in waiting)
        if pause(envelope, order, at=at):
            return news
        news += invite(envelope, order, at=at)
        if any(int(one["routingOrder"]) == order for one in unfinished(envelope)):
            return news
    turn(envelope, "completed", at=at)
    note(envelope, "Completed", by="DocuSign", at=at)
    return [*news, News("envelope-completed")]


def pause(envelope: Json, order: int, *, at: str) -> bool:
    workflow = envelope.get("workflow") or {}
    for step in workflow.get("workflowSteps", []):
        stops = step["action"] == "pause_before" and step["triggerOnItem"] == "routing_order"
        if stops and int(step["itemId"]) == order and step["status"] != "completed":
            if step["status"] == "pending":
                step.update(status="in_progress", triggeredDate=at)
                workflow.update(workflowStatus="paused", currentWorkflowStepId=step["workflowStepId"])
                note(envelope, "Workflow Paused", by="DocuSign", at=at)
            return True
    return False


def invite(envelope: Json, order: int, *, at: str) -> Iterator[News]:
    """Signers wait for a click; a copy is done when it is sent."""
    for one in everybody(envelope):
        if int(one["routingOrder"]) != order or one["status"] != "created":
            continue
        one.update(status="sent", sentDateTime=at)
        yield News("recipient-sent", one["recipientId"])
        if one["recipientType"] == "carboncopy":
            one["status"] = "completed"
            yield News("recipient-completed", one["recipientId"])


def turn(envelope: Json, status: str, *, at: str) -> None:
    envelope.update({"status": status, f"{status}DateTime": at, "statusChangedDateTime": at})
    envelope["lastModifiedDateTime"] = at


def note(envelope: Json, action: str, *, by: str, at: str) -> None:
    envelope["lastModifiedDateTime"] = at
    envelope["audit"].append({"at": at, "action": action, "by": by, "status": envelope["status"]})


def must_have_turn(envelope: Json, recipient: Json) -> None:
    if envelope["status"] == "voided":
        raise Refused("ENVELOPE_HAS_BEEN_VOIDED", "This envelope has been voided.")
    if envelope["status"] not in OPEN:
        raise Refused("ENVELOPE_INVALID_STATUS", f"Nobody can act on an envelope that is {envelope['status']}.")
    if recipient["status"] not in OPEN:
        raise Refused("RECIPIENT_NOT_IN_SEQUENCE", "The token for an out of sequence recipient cannot be generated.")


def everybody(envelope: Json) -> list[Json]:
    """In routing order."""
    both = [*envelope["signers"], *envelope["carbonCopies"]]
    return sorted(both, key=lambda one: (int(one["routingOrder"]), one["recipientId"]))


def unfinished(envelope: Json) -> list[Json]:
    return [one for one in everybody(envelope) if one["status"] not in FINISHED]


def recipient_of(envelope: Json, identifier: str) -> Json | None:
    return next((one for one in everybody(envelope) if one["recipientId"] == identifier), None)


def whose_turn(envelope: Json) -> list[Json]:
    if envelope["status"] not in OPEN:
        return []
    return [one for one in envelope["signers"] if one["status"] in OPEN]

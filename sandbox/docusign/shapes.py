"""Envelopes and their parts in the JSON of eSignature REST v2.1: every number and flag is a string."""

from __future__ import annotations

from collections.abc import Collection

from sandbox.docusign import flow
from sandbox.docusign.store import Json

SHOWN = (
    "status",
    "emailSubject",
    "emailBlurb",
    "createdDateTime",
    "lastModifiedDateTime",
    "statusChangedDateTime",
    "sentDateTime",
    "deliveredDateTime",
    "completedDateTime",
    "declinedDateTime",
    "voidedDateTime",
    "voidedReason",
    "transactionId",
    "sender",
)
SUB = ("documents", "recipients", "attachments", "customFields", "notification", "templates")
PATHS = {"customFields": "custom_fields"}
PRIVATE = ("recipientType",)


def envelope(found: Json, *, include: Collection[str] = ()) -> Json:
    base = f"/envelopes/{found['envelopeId']}"
    shown = {name: found[name] for name in SHOWN if found.get(name) is not None}
    uris = {f"{name}Uri": f"{base}/{PATHS.get(name, name)}" for name in SUB}
    result = {
        **shown,
        **uris,
        "envelopeUri": base,
        "envelopeId": found["envelopeId"],
        "documentsCombinedUri": f"{base}/documents/combined",
        "certificateUri": f"{base}/documents/certificate",
        "initialSentDateTime": found.get("sentDateTime"),
        "signingLocation": "online",
        "purgeState": "unpurged",
        "envelopeIdStamping": "true",
        "is21CFRPart11": "false",
        "allowReassign": "true",
        "anySigner": None,
        "envelopeLocation": "current_site",
    }
    return {**result, **parts(found, include)}


def parts(found: Json, include: Collection[str]) -> Json:
    result: Json = {}
    if "recipients" in include or "tabs" in include:
        result["recipients"] = recipients(found, tabs="tabs" in include)
    if "custom_fields" in include:
        result["customFields"] = found["customFields"]
    if "workflow" in include and found["workflow"]:
        result["workflow"] = found["workflow"]
    if "powerform" in include and found["powerForm"]:
        result["powerForm"] = found["powerForm"]
    if "documents" in include:
        result["envelopeDocuments"] = documents(found)
    return result


def recipients(found: Json, *, tabs: bool) -> Json:
    both = flow.everybody(found)
    pending = [one["routingOrder"] for one in both if one["status"] not in flow.FINISHED]
    orders = pending or [one["routingOrder"] for one in both]
    return {
        "signers": [recipient(one, tabs=tabs) for one in found["signers"]],
        "agents": [],
        "editors": [],
        "intermediaries": [],
        "carbonCopies": [recipient(one, tabs=False) for one in found["carbonCopies"]],
        "certifiedDeliveries": [],
        "inPersonSigners": [],
        "seals": [],
        "witnesses": [],
        "notaries": [],
        "recipientCount": str(len(both)),
        "currentRoutingOrder": (min if pending else max)(orders, key=int, default="1"),
    }


def recipient(one: Json, *, tabs: bool) -> Json:
    hidden = PRIVATE if tabs else (*PRIVATE, "tabs")
    shown = {name: value for name, value in one.items() if name not in hidden and value is not None}
    count = sum(len(kind) for kind in one["tabs"].values())
    flags = {"isBulkRecipient": "false", "requireIdLookup": "false", "deliveryMethod": "email"}
    return {"creationReason": "sender", **flags, "totalTabCount": str(count), **shown}


def documents(found: Json) -> list[Json]:
    base = f"/envelopes/{found['envelopeId']}/documents"
    listed = [
        {
            "documentId": one["documentId"],
            "name": one["name"],
            "type": "content",
            "uri": f"{base}/{one['documentId']}",
            "order": one["order"],
            "display": "inline",
            "includeInDownload": "true",
            "signerMustAcknowledge": "no_interaction",
        }
        for one in found["documents"]
    ]
    summary = {"documentId": "certificate", "name": "Summary", "type": "summary", "uri": f"{base}/certificate"}
    return [*listed, {**summary, "order": "999", "display": "inline", "includeInDownload": "true"}]


def form_data(found: Json) -> Json:
    people = [
        {
            "recipientId": one["recipientId"],
            "name": one["name"],
            "email": one["email"],
            "SentTime": one.get("sentDateTime"),
            "DeliveredTime": one.get("deliveredDateTime"),
            "SignedTime": one.get("signedDateTime"),
            "DeclinedTime": one.get("declinedDateTime"),
            "formData": values(one),
        }
        for one in found["signers"]
    ]
    return {
        "formData": [value for one in people for value in one["formData"]],
        "envelopeId": found["envelopeId"],
        "sentDateTime": found.get("sentDateTime"),
        "status": found["status"],
        "emailSubject": found["emailSubject"],
        "recipientFormData": people,
    }


def values(one: Json) -> list[Json]:
    """Text and date tabs; nothing of who has not signed yet."""
    if one["status"] != "completed":
        return []
    kinds = ("textTabs", "dateSignedTabs")
    filled = [tab for kind in kinds for tab in one["tabs"].get(kind, [])]
    return [{"name": str(tab.get("tabLabel", "")), "value": str(tab.get("value") or "")} for tab in filled]


def audit_events(found: Json) -> Json:
    def event(line: Json) -> Json:
        fields = {
            "logTime": line["at"],
            "Source": "online",
            "UserName": line["by"],
            "Action": line["action"],
            "Message": f"{line['by']}: {line['action'].lower()}",
            "EnvelopeStatus": line["status"],
            "ClientIPAddress": "127.0.0.1",
            "Information": "",
            "Language": "en",
        }
        return {"eventFields": [{"name": name, "value": value} for name, value in fields.items()]}

    return {"auditEvents": [event(line) for line in found["audit"]]}

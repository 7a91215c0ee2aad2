"""Makes an envelope: from a template (a PowerForm's, or by name) or from documents and recipients."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from sandbox.docusign import flow
from sandbox.docusign.errors import invalid
from sandbox.docusign.seeding import Person, Role, Seed, Template
from sandbox.docusign.store import Json, new_id

FIELDS = ("Company", "Requester", "Requester Email", "End Customer", "Country", "Purpose")


def blank(sender: Person, *, seed: Seed, at: str, identifier: str = "") -> Json:
    return {
        "envelopeId": identifier or new_id(),
        "status": "created",
        "emailSubject": "",
        "emailBlurb": "",
        "createdDateTime": at,
        "lastModifiedDateTime": at,
        "statusChangedDateTime": at,
        "sender": {"userName": sender.name, "userId": sender.id, "accountId": seed.account_id, "email": sender.email},
        "customFields": {"textCustomFields": [], "listCustomFields": []},
        "powerForm": None,
        "workflow": None,
        "signers": [],
        "carbonCopies": [],
        "documents": [{"documentId": "1", "name": "Letter of Authorization.pdf", "order": "1", "kind": "letter"}],
        "audit": [{"at": at, "action": "Registered", "by": sender.name, "status": "created"}],
    }


def from_template(
    template: Template, sender: Person, *, people: dict[str, Json], seed: Seed, at: str, identifier: str = ""
) -> Json:
    """`people`: role name → name, email, and where it was created embedded clientUserId."""
    envelope = blank(sender, seed=seed, at=at, identifier=identifier)
    for number, role in enumerate(template.roles, start=1):
        given = people.get(role.name, {})
        name, email = given.get("name") or role.person, given.get("email") or role.email
        if not name or not email:
            raise invalid(f"The role '{role.name}' of the template has no name and e-mail.")
        one = recipient(number, name=name, email=email, order=role.order, role=role.name, seed=seed)
        one["clientUserId"] = str(given.get("clientUserId") or "") or None
        if role.kind == "copy":
            envelope["carbonCopies"].append({**one, "recipientType": "carboncopy"})
        else:
            envelope["signers"].append({**one, "tabs": tabs_for(role, str(number), given)})
    first = envelope["signers"][0]["name"]
    envelope["emailSubject"] = template.subject.replace("[[Partner_UserName]]", first)
    envelope["emailBlurb"] = template.blurb
    envelope["workflow"] = workflow(template.pause_before)
    return envelope


def recipient(number: int, *, name: str, email: str, order: int, role: str, seed: Seed) -> Json:
    user = next((one for one in seed.users if one.email.lower() == email.lower()), None)
    return {
        "recipientId": str(number),
        "recipientIdGuid": new_id(),
        "recipientType": "signer",
        "name": name,
        "email": email,
        "roleName": role,
        "routingOrder": str(order),
        "status": "created",
        "userId": user.id if user else new_id(),
        "clientUserId": None,
        "tabs": {},
    }


def tabs_for(role: Role, number: str, given: Json) -> Json:
    """The partner fills fields, an approver has Approve and Decline, a signer a signature and the date."""

    def tab(kind: str, label: str, **more: str) -> Json:
        place = {"documentId": "1", "pageNumber": "1", "recipientId": number, "tabId": new_id(), "tabType": kind}
        return {**place, "tabLabel": label, **more}

    if role.kind == "approver":
        return {"approveTabs": [tab("approve", "Approve")], "declineTabs": [tab("decline", "Decline")]}
    signature = {
        "signHereTabs": [tab("signhere", "Signature")],
        "dateSignedTabs": [tab("datesigned", "Date", value="")],
    }
    if role.kind != "partner":
        return signature
    values = values_of(given)
    texts = [tab("text", label, value=values.get(label, ""), required="true") for label in FIELDS]
    return {"textTabs": texts, "signHereTabs": signature["signHereTabs"]}


def values_of(role: Json) -> dict[str, str]:
    """The text tabs a template role brings along."""
    texts = (role.get("tabs") or {}).get("textTabs") or []
    return {str(one.get("tabLabel")): str(one.get("value") or "") for one in texts}


def workflow(order: int) -> Json | None:
    if not order:
        return None
    step = {
        "workflowStepId": new_id(),
        "action": "pause_before",
        "triggerOnItem": "routing_order",
        "itemId": str(order),
        "status": "pending",
    }
    return {"workflowStatus": "in_progress", "currentWorkflowStepId": "", "workflowSteps": [step]}


def from_definition(definition: Json, sender: Person, *, seed: Seed, at: str) -> tuple[Json, dict[str, bytes]]:
    """What `POST /envelopes` asks for, and the bytes of its documents; Refused when it cannot be made."""
    if definition.get("status", "created") not in ("created", "sent"):
        raise invalid("The 'status' of a new envelope is 'created' or 'sent'.")
    files: dict[str, bytes] = {}
    if definition.get("templateId"):
        envelope = templated(definition, sender, seed=seed, at=at)
    else:
        envelope, files = composed(definition, sender, seed=seed, at=at)
    fields = (definition.get("customFields") or {}).get("textCustomFields") or []
    for number, one in enumerate(fields, start=1):
        field = {"fieldId": str(number), "name": str(one.get("name")), "show": "false", "required": "false"}
        envelope["customFields"]["textCustomFields"].append({**field, "value": str(one.get("value") or "")})
    envelope["emailSubject"] = definition.get("emailSubject") or envelope["emailSubject"]
    envelope["emailBlurb"] = definition.get("emailBlurb") or envelope["emailBlurb"]
    envelope["transactionId"] = definition.get("transactionId")
    return envelope, files


def templated(definition: Json, sender: Person, *, seed: Seed, at: str) -> Json:
    template = seed.template(str(definition["templateId"]))
    if template is None:
        raise invalid("The 'templateId' is not that of a template.")
    roles = {str(one.get("roleName")): one for one in definition.get("templateRoles") or []}
    return from_template(template, sender, people=roles, seed=seed, at=at)


def composed(definition: Json, sender: Person, *, seed: Seed, at: str) -> tuple[Json, dict[str, bytes]]:
    envelope = blank(sender, seed=seed, at=at)
    files: dict[str, bytes] = {}
    if not definition.get("documents"):
        raise invalid("An envelope needs 'documents' or a 'templateId'.")
    if not definition.get("emailSubject"):
        raise invalid("An envelope needs an 'emailSubject'.")
    envelope["documents"] = []
    for order, one in enumerate(definition["documents"], start=1):
        number, name = str(one.get("documentId") or order), str(one.get("name") or f"Document {order}")
        files[number] = decoded(one)
        envelope["documents"].append({"documentId": number, "name": name, "order": str(order), "kind": "file"})
    given = definition.get("recipients") or {}
    envelope["signers"] = list(named(given.get("signers"), "signer", seed=seed))
    envelope["carbonCopies"] = list(named(given.get("carbonCopies"), "carboncopy", seed=seed))
    if definition.get("status") == "sent" and not envelope["signers"]:
        raise invalid("An envelope needs a signer before it is sent.")
    identifiers = [one["recipientId"] for one in flow.everybody(envelope)]
    if len(set(identifiers)) < len(identifiers):
        raise invalid("A 'recipientId' is used twice.")
    envelope["workflow"] = asked_workflow(definition.get("workflow"))
    return envelope, files


def named(given: Any, kind: str, *, seed: Seed) -> Iterable[Json]:
    for number, one in enumerate(given or [], start=1):
        if not one.get("name") or "@" not in str(one.get("email")):
            raise invalid("A recipient needs a 'name' and an 'email'.")
        order, role = str(one.get("routingOrder") or 1), str(one.get("roleName") or "")
        if not order.isdecimal():
            raise invalid("A 'routingOrder' is a number.")
        made = recipient(number, name=one["name"], email=one["email"], order=int(order), role=role, seed=seed)
        made["recipientId"] = str(one.get("recipientId") or number)
        made["clientUserId"] = str(one.get("clientUserId") or "") or None
        yield {**made, "recipientType": kind, "tabs": one.get("tabs") or {}}


def asked_workflow(asked: Json | None) -> Json | None:
    steps = (asked or {}).get("workflowSteps") or []
    orders = [one for one in steps if one.get("action") == "pause_before" and str(one.get("itemId", "")).isdigit()]
    return workflow(int(orders[0]["itemId"])) if orders else None


def decoded(document: Json) -> bytes:
    try:
        return base64.b64decode(str(document.get("documentBase64") or ""), validate=True)
    except (binascii.Error, ValueError):
        raise invalid("A 'documentBase64' is not base64.") from None

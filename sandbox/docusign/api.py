"""eSignature REST v2.1, as far as the desk uses it: base `/restapi/v2.1/accounts/{accountId}`."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from sandbox.docusign import flow, letters, limits, listing, making, shapes, views
from sandbox.docusign.errors import Refused, invalid
from sandbox.docusign.flow import News
from sandbox.docusign.oauth import bearer
from sandbox.docusign.seeding import Person
from sandbox.docusign.store import Json, new_id, stamp
from sandbox.docusign.vendor import Vendor
from sandbox.web import Request, Response, Route

BASE = r"/restapi/v2\.1/accounts/(?P<account>[^/]+)"
ONE = BASE + r"/envelopes/(?P<envelope>[^/]+)"
JSON = "application/json; charset=utf-8"
PDF = "application/pdf"


@dataclass(frozen=True, kw_only=True)
class Call:
    """An authorised request."""

    vendor: Vendor
    request: Request
    user: Person
    query: dict[str, str]

    @property
    def envelope(self) -> Json:
        return self.vendor.envelope(self.identifier)

    @property
    def identifier(self) -> str:
        return unquote(self.request.parts["envelope"])

    def json(self) -> Json:
        body: Any = None
        with contextlib.suppress(ValueError):
            body = json.loads(self.request.body or b"{}")
        if not isinstance(body, dict):
            raise Refused("INVALID_REQUEST_BODY", "The request body is missing or improperly formatted.")
        return body


def routes(vendor: Vendor) -> list[Route]:
    def at(method: str, pattern: str, answer: Callable[[Call], Response]) -> Route:
        return Route(method, pattern, lambda request: answered(vendor, request, answer))

    return [
        at("GET", rf"{BASE}/envelopes", lambda call: as_json(listing.listing(call.vendor, call.query))),
        at("POST", rf"{BASE}/envelopes", create),
        at("GET", ONE, lambda call: as_json(shapes.envelope(call.envelope, include=included(call)))),
        at("PUT", ONE, update),
        at("GET", rf"{ONE}/recipients", recipients),
        at("GET", rf"{ONE}/custom_fields", lambda call: as_json(call.envelope["customFields"])),
        at("GET", rf"{ONE}/workflow", lambda call: as_json(call.envelope["workflow"] or {})),
        at("GET", rf"{ONE}/documents", documents),
        at("GET", rf"{ONE}/documents/(?P<document>[^/]+)", document),
        at("GET", rf"{ONE}/form_data", form_data),
        at("GET", rf"{ONE}/audit_events", lambda call: as_json(shapes.audit_events(call.envelope))),
        at("POST", rf"{ONE}/views/recipient", recipient_view),
        at("PUT", rf"{BASE}/connect/envelopes/(?P<envelope>[^/]+)/retry_queue", retry_queue),
    ]


def answered(vendor: Vendor, request: Request, answer: Callable[[Call], Response]) -> Response:
    """Signs the caller in, counts the call, answers or says no, and adds the headers every answer has."""
    query = {name: values[-1] for name, values in request.query.items()}
    try:
        user = caller(vendor, request)
        limits.count(vendor, request)
        response = answer(Call(vendor=vendor, request=request, user=user, query=query))
    except Refused as no:
        response = no.response()
    extra = {"X-DocuSign-TraceToken": new_id(), **limits.headers(vendor)}
    return Response(**{**vars(response), "headers": {**response.headers, **extra}})


def caller(vendor: Vendor, request: Request) -> Person:
    if not request.headers.get("authorization"):
        raise Refused("PARTNER_AUTHENTICATION_FAILED", "The specified Integrator Key was not found.", 401)
    user = bearer(vendor, request)
    if user is None:
        raise Refused("AUTHORIZATION_INVALID_TOKEN", "The access token provided is expired, revoked or malformed.", 401)
    if request.parts["account"].lower() != vendor.seed.account_id:
        raise Refused(
            "USER_DOES_NOT_BELONG_TO_SPECIFIED_ACCOUNT", "The user does not belong to the specified account.", 401
        )
    return user


def create(call: Call) -> Response:
    definition = call.json()
    envelope, files = making.from_definition(definition, call.user, seed=call.vendor.seed, at=stamp())
    made = call.vendor.add(envelope, files, sending=definition.get("status") == "sent")
    identifier = made["envelopeId"]
    uri = f"/envelopes/{identifier}"
    when = made["statusChangedDateTime"]
    body = {"envelopeId": identifier, "uri": uri, "statusDateTime": when, "status": made["status"]}
    return as_json(body, status=201)


def update(call: Call) -> Response:
    """Voids, sends a draft, releases a pause, or changes subject and text."""
    asked = call.json()

    def step(envelope: Json) -> list[News]:
        at, status = stamp(), str(asked.get("status") or "").lower()
        if status == "voided":
            return flow.void(envelope, user=call.user.id, at=at, reason=str(asked.get("voidedReason") or ""))
        if status == "sent":
            return flow.send(envelope, at=at)
        if status:
            raise invalid(f"The 'status' cannot be set to '{status}'.")
        if (asked.get("workflow") or {}).get("workflowStatus") == "in_progress":
            return flow.release(envelope, user=call.user.id, at=at)
        envelope.update({name: str(asked[name]) for name in ("emailSubject", "emailBlurb") if asked.get(name)})
        return []

    call.vendor.change(call.identifier, step)
    return as_json({"envelopeId": call.identifier})


def recipients(call: Call) -> Response:
    return as_json(shapes.recipients(call.envelope, tabs=call.query.get("include_tabs", "").lower() == "true"))


def documents(call: Call) -> Response:
    found = call.envelope
    return as_json({"envelopeId": found["envelopeId"], "envelopeDocuments": shapes.documents(found)})


def document(call: Call) -> Response:
    """One document, `combined`, or `certificate`."""
    found, name = call.envelope, unquote(call.request.parts["document"])
    certificate = call.vendor.settings()["certificate"] and call.query.get("certificate", "").lower() != "false"
    content = letters.document(call.vendor.store, found, name, certificate=certificate)
    if content is None:
        raise Refused("DOCUMENT_DOES_NOT_EXIST", "The document specified was not found.", 404)
    kind = PDF if content.startswith(b"%PDF") else "application/octet-stream"
    disposition = f'file; filename="{name}.pdf"; documentid="{name}"'
    safe = disposition if name.isalnum() else "file"
    return Response(body=content, content_type=kind, headers={"Content-Disposition": safe})


def form_data(call: Call) -> Response:
    if not call.vendor.settings()["form_data"]:
        raise Refused("USER_LACKS_PERMISSIONS", "This user lacks sufficient permissions to access this resource.", 401)
    return as_json(shapes.form_data(call.envelope))


def recipient_view(call: Call) -> Response:
    """An address for one click by a person: single use, a few minutes (vendors.md §5)."""
    asked, found = call.json(), call.envelope
    if not str(asked.get("returnUrl")).startswith(("https://", "http://")) or not asked.get("authenticationMethod"):
        raise invalid("A 'returnUrl' and an 'authenticationMethod' are required.")
    chosen = views.viewer(found, asked, call.user)
    flow.must_have_turn(found, chosen)
    token = views.new_view(call.vendor, found["envelopeId"], chosen["recipientId"], str(asked["returnUrl"]))
    host = call.request.headers.get("host", "127.0.0.1")
    return as_json({"url": f"http://{host}/sign/{token}"}, status=201)


def retry_queue(call: Call) -> Response:
    found = call.envelope
    count = call.vendor.connect.retry_queue(found["envelopeId"])
    row = {"envelopeId": found["envelopeId"], "status": "queued", "statusMessage": f"{count} messages"}
    return as_json({"retryQueue": [row] if count else []})


def included(call: Call) -> list[str]:
    return listing.listed(call.query.get("include", "").lower())


def as_json(value: Any, *, status: int = 200) -> Response:
    return Response(body=json.dumps(value, ensure_ascii=False).encode(), content_type=JSON, status=status)

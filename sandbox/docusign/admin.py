"""For tests and the demo: `POST /docusign/reset`, `expire`, `settings`, `connect` and `act`."""

from __future__ import annotations

import json

from sandbox.docusign.connect import CONFIGURATION
from sandbox.docusign.errors import Refused
from sandbox.docusign.store import Json
from sandbox.docusign.vendor import SETTINGS, Vendor
from sandbox.web import Request, Response, Route, as_json, problem


def routes(vendor: Vendor) -> list[Route]:
    return [
        Route("POST", r"/docusign/reset", lambda _request: reset(vendor)),
        Route("POST", r"/docusign/expire", lambda _request: expire(vendor)),
        Route("GET", r"/docusign/settings", lambda _request: as_json(vendor.settings())),
        Route("POST", r"/docusign/settings", lambda request: settings(vendor, request)),
        Route("GET", r"/docusign/connect", lambda _request: as_json(connection(vendor))),
        Route("POST", r"/docusign/connect", lambda request: connect(vendor, request)),
        Route("POST", r"/docusign/act", lambda request: act(vendor, request)),
    ]


def reset(vendor: Vendor) -> Response:
    """The seed again. Where Connect posts to stays as the process was started."""
    vendor.reset()
    return as_json({"envelopes": len(vendor.seed.envelopes)})


def expire(vendor: Vendor) -> Response:
    return as_json({"tokens": vendor.store.run("DELETE FROM token")})


def settings(vendor: Vendor, request: Request) -> Response:
    """Only what is named changes."""
    asked = body(request)
    unknown = sorted(set(asked or {}) - set(SETTINGS))
    if asked is None or unknown:
        return problem(400, f"Send JSON with some of {', '.join(SETTINGS)}.")
    with vendor.store.changing():
        vendor.store.set_value("settings", {**vendor.settings(), **asked})
    return as_json(vendor.settings())


def connect(vendor: Vendor, request: Request) -> Response:
    asked = body(request)
    if asked is None:
        return problem(400, f"Send JSON with some of {', '.join(CONFIGURATION)}.")
    try:
        vendor.connect.configure(**asked)
    except ValueError as bad:
        return problem(400, str(bad))
    return as_json(connection(vendor))


def connection(vendor: Vendor) -> Json:
    """Without the keys; with what became of the messages."""
    counted = vendor.store.rows("SELECT state, count(*) AS number FROM delivery GROUP BY state")
    states = {"pending": 0, "delivered": 0, "failed": 0, **{row["state"]: row["number"] for row in counted}}
    configuration = vendor.connect.configuration()
    return {**configuration, "keys": len(configuration["keys"]), "messages": states}


def act(vendor: Vendor, request: Request) -> Response:
    """`{"envelope", "recipient": id or role, "what": "open|complete|decline", "reason"}`: what a person would click."""
    asked = body(request)
    if asked is None or not {"envelope", "recipient", "what"} <= set(asked):
        return problem(400, 'Send JSON such as {"envelope": "…", "recipient": "PHD", "what": "complete"}.')
    values = {"reason": str(asked.get("reason", ""))}
    try:
        found = vendor.act(str(asked["envelope"]), str(asked["recipient"]), str(asked["what"]), values=values)
    except Refused as no:
        return no.response()
    return as_json({"envelopeId": found["envelopeId"], "status": found["status"]})


def body(request: Request) -> Json | None:
    try:
        asked = json.loads(request.body or b"{}")
    except ValueError:
        return None
    return asked if isinstance(asked, dict) else None

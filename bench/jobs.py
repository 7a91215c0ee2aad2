"""What is measured, each with the aim of the plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bench.client import Call, Maker
from bench.desk import Desk

CSRF = "b" * 32
TEXT = "Hello,\n\nthe proof of execution is submitted, thank you.\n\nKind regards"


@dataclass(frozen=True, kw_only=True)
class Job:
    name: str
    make: Maker
    repeat: int = 60
    most_ms: float = 0
    most_statements: int = 0
    least_rate: float = 0


def jobs(desk: Desk) -> list[Job]:
    signed_in = {"Cookie": f"sessionid={desk.session}; csrftoken={CSRF}"}
    return [
        Job(
            name="queue page, 50 rows",
            make=_get("/queue/all/", signed_in),
            most_ms=25,
            most_statements=10,
            least_rate=60,
        ),
        Job(
            name="ticket page, 20 messages",
            make=_get(f"/tickets/{desk.twenty}/", signed_in),
            most_ms=25,
            most_statements=12,
        ),
        Job(name="search, rare word", make=_get(f"/search/?q={quote(desk.rare)}", signed_in), most_ms=20),
        Job(name="search, common word", make=_get("/search/?q=partner", signed_in), most_ms=60),
        Job(name="reply", make=_reply(desk, signed_in), most_ms=20),
        Job(name="form post", make=_form, most_ms=20),
        Job(name="API create", make=_api_create(desk), most_ms=20),
        Job(name="API list, 50 rows", make=_get("/api/v1/tickets/", _token(desk)), most_ms=25, most_statements=10),
    ]


def _get(path: str, headers: Mapping[str, str]) -> Maker:
    return lambda _number: Call(path=path, headers=headers)


def _reply(desk: Desk, signed_in: Mapping[str, str]) -> Maker:
    def make(number: int) -> Call:
        """Each to another ticket, as specialists do."""
        values = {
            "kind": "reply",
            "act": "send",
            "body": TEXT,
            "to": "person1@partner1.load.example",
            "cc": "",
            "seen": 10**12,
        }
        reference = desk.active[number % len(desk.active)]
        return _post(
            f"/tickets/{reference}/messages/", {**values, "submission": f"bench-{number}-{desk.session[:8]}"}, signed_in
        )

    return make


def _form(number: int) -> Call:
    """Each from another visitor."""
    values = {
        "kind": "something-else",
        "name": "Ana Silva",
        "email": f"ana{number}@visitor{number % 997}.load.example",
        "subject": "A question about our listing",
        "message": TEXT,
    }
    address = f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"
    return _post("/request/", values, {"Cookie": f"csrftoken={CSRF}", "X-Forwarded-For": address})


def _api_create(desk: Desk) -> Maker:
    def make(number: int) -> Call:
        values = {
            "subject": f"PO {number} for Globex",
            "body": TEXT,
            "kind": "purchase_order",
            "requester": {"name": "Ana Silva", "email": f"api{number}@partner{number % 400 + 1}.load.example"},
        }
        headers = {**_token(desk), "Content-Type": "application/json"}
        return Call(path="/api/v1/tickets/", method="POST", headers=headers, body=json.dumps(values), expect=201)

    return make


def _token(desk: Desk) -> dict[str, str]:
    return {"Authorization": f"Token {desk.token}"}


def _post(path: str, values: Mapping[str, object], headers: Mapping[str, str]) -> Call:
    sent = {**headers, "X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded"}
    return Call(path=path, method="POST", headers=sent, body=urlencode(values), expect=302)

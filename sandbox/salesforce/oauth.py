"""`POST /services/oauth2/token`: the JWT bearer flow and the user's password; sessions end when somebody ends them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from jwt.types import Options

from sandbox.salesforce.errors import FAULTS
from sandbox.salesforce.objects import USER
from sandbox.salesforce.seeding import Consumer
from sandbox.salesforce.settings import Settings
from sandbox.salesforce.store import Row, Store
from sandbox.web import Request, Response, as_json

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE = re.compile(r"https://(login|test|[a-z0-9-]+(\.sandbox)?\.my)\.salesforce\.com/?", re.IGNORECASE)
AHEAD = 300  # seconds that an assertion may live
ORGANISATION = "00D8d0000000001EAA"


class Refused(Exception):  # noqa: N818 - it is an answer
    """OAuth has a shape of its own for errors."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True, kw_only=True)
class Door:
    """`public_keys` are the certificates of the connected app."""

    store: Store
    settings: Settings
    consumers: dict[str, Consumer]
    public_keys: Sequence[str]

    def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode(errors="replace")).items()}
        try:
            return self.granted(request, self.user_of(form))
        except Refused as refusal:
            return as_json({"error": refusal.error, "error_description": refusal.description}, status=400)

    def user_of(self, form: dict[str, str]) -> Row:
        grant = form.get("grant_type", "")
        if grant == JWT_BEARER:
            return self.by_assertion(form.get("assertion", ""))
        if grant == "password":
            return self.by_password(form)
        raise Refused("unsupported_grant_type", "grant type not supported")

    def by_assertion(self, assertion: str) -> Row:
        claims = self.claims(assertion)
        consumer = self.consumers.get(str(claims.get("iss")))
        if consumer is None:
            raise Refused("invalid_client_id", "client identifier invalid")
        if not AUDIENCE.fullmatch(str(claims.get("aud"))):
            raise Refused("invalid_grant", "audience is invalid")
        if not 0 < expiry(claims) - self.store.clock().timestamp() <= AHEAD:
            raise Refused("invalid_grant", "expired authorization code")
        user = self.active(str(claims.get("sub")))
        if user["Username"] not in consumer.approved:
            raise Refused("invalid_grant", "user hasn't approved this consumer")
        return user

    def claims(self, assertion: str) -> dict[str, Any]:
        """Signed by one of the keys; times and audience are looked at later, in the vendor's words."""
        unchecked: Options = {"verify_exp": False, "verify_aud": False, "verify_iat": False, "verify_nbf": False}
        for key in self.public_keys:
            try:
                found: dict[str, Any] = jwt.decode(assertion, key, algorithms=["RS256"], options=unchecked)
            except jwt.PyJWTError:
                continue
            return found
        raise Refused("invalid_grant", "invalid assertion")

    def by_password(self, form: dict[str, str]) -> Row:
        consumer = self.consumers.get(form.get("client_id", ""))
        if consumer is None:
            raise Refused("invalid_client_id", "client identifier invalid")
        if not secrets.compare_digest(form.get("client_secret", "").encode(), consumer.secret.encode()):
            raise Refused("invalid_client", "invalid client credentials")
        user = self.active(form.get("username", ""))
        password = self.settings.password + self.settings.security_token
        given = form.get("password", "")
        if user["Username"] not in consumer.approved or given not in {password, self.settings.password}:
            raise Refused("invalid_grant", "authentication failure")
        return user

    def active(self, username: str) -> Row:
        found = self.store.where(USER, "Username", username)
        if not found:
            raise Refused("invalid_grant", "user hasn't approved this consumer")
        if not found[0]["IsActive"]:
            raise Refused("inactive_user", "user is inactive")
        return found[0]

    def granted(self, request: Request, user: Row) -> Response:
        token = f"{ORGANISATION[:15]}!{secrets.token_urlsafe(48)}"
        issued = self.store.clock().timestamp()
        with self.store.turn():
            self.store.run("INSERT INTO session VALUES (?, ?, ?)", [token, user["Id"], issued])
        origin = f"http://{request.headers.get('host', '127.0.0.1')}"
        return as_json(
            {
                "access_token": token,
                "scope": "api",
                "instance_url": origin,
                "id": f"{origin}/id/{ORGANISATION}/{user['Id']}",
                "token_type": "Bearer",
                "issued_at": str(int(issued * 1000)),
                "signature": secrets.token_urlsafe(32),
            }
        )

    def session(self, request: Request) -> str:
        """The id of the user whose session the request carries."""
        scheme, _blank, token = request.headers.get("authorization", "").partition(" ")
        found = self.store.rows("SELECT user, issued FROM session WHERE token = ?", [token.strip()])
        if scheme.lower() not in {"bearer", "oauth"} or not found:
            raise FAULTS["401"]
        user, issued = found[0]
        if self.settings.session_seconds and self.store.clock().timestamp() - issued > self.settings.session_seconds:
            raise FAULTS["401"]
        return str(user)


def expiry(claims: dict[str, Any]) -> float:
    """The library sends it as a string; both are taken."""
    try:
        return float(claims["exp"])
    except (KeyError, TypeError, ValueError):
        return 0.0


def public_halves(pems: Sequence[str]) -> list[str]:
    """A file may hold the private or the public half of a key; believed is the public one."""
    keys = [
        load_pem_private_key(pem.encode(), None).public_key()
        if "PRIVATE KEY" in pem
        else load_pem_public_key(pem.encode())
        for pem in pems
    ]
    return [key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode() for key in keys]

"""DocuSign's account server: JWT bearer tokens for the users of the account, and who they are."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from sandbox.docusign.seeding import Person
from sandbox.docusign.vendor import Vendor
from sandbox.web import Request, Response, Route, as_json

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
NEEDED = {"signature", "impersonation"}
LONGEST = 3600 + 60


class Denied(Exception):  # noqa: N818 - an answer
    """The account server's no: `{"error", "error_description"}`."""


def routes(vendor: Vendor) -> list[Route]:
    return [
        Route("POST", r"/oauth/token", lambda request: token(vendor, request)),
        Route("GET", r"/oauth/userinfo", lambda request: userinfo(vendor, request)),
    ]


def public_keys(pems: Sequence[str]) -> list[Any]:
    """Of each PEM the public key, whether it holds that or the private one."""
    keys: list[Any] = []
    for pem in pems:
        data = pem.encode()
        private = "PRIVATE KEY" in pem
        keys.append(load_pem_private_key(data, None).public_key() if private else load_pem_public_key(data))
    return keys


def token(vendor: Vendor, request: Request) -> Response:
    form = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
    try:
        user = impersonated(vendor, form)
    except Denied as no:
        return denied(*no.args)
    value, lives = secrets.token_urlsafe(48), int(vendor.settings()["expires_in"])
    vendor.store.run("INSERT INTO token VALUES (?, ?, ?)", [value, user.id, time.time() + lives])
    scope = "signature impersonation"
    return as_json({"access_token": value, "token_type": "Bearer", "expires_in": lives, "scope": scope})


def impersonated(vendor: Vendor, form: dict[str, str]) -> Person:
    if form.get("grant_type") != GRANT:
        raise Denied("unsupported_grant_type")
    claims = verified(vendor, form.get("assertion", ""))
    if claims["iss"] not in vendor.seed.integration_keys:
        raise Denied("invalid_grant", "issuer_not_found")
    if not HOST.fullmatch(str(claims["aud"])):
        raise Denied("invalid_grant", "the audience is not the name of a host")
    if int(claims["exp"]) - time.time() > LONGEST:
        raise Denied("invalid_grant", "the assertion lives longer than an hour")
    user = vendor.seed.user(str(claims["sub"]))
    if user is None:
        raise Denied("invalid_grant", "user_not_found")
    if user.id in vendor.settings()["consent_required"] or not set(str(claims["scope"]).split()) >= NEEDED:
        raise Denied("consent_required")
    return user


def verified(vendor: Vendor, assertion: str) -> dict[str, Any]:
    """The claims, when one of the known keys has signed them."""
    options: Any = {"require": ["iss", "sub", "aud", "iat", "exp", "scope"], "verify_aud": False}
    problem = "no_valid_keys_or_signatures"
    for key in vendor.keys:
        try:
            return jwt.decode(assertion, key, algorithms=["RS256"], options=options, leeway=60)
        except jwt.InvalidSignatureError:
            continue
        except jwt.ExpiredSignatureError:
            problem = "expired_assertion"
        except jwt.InvalidTokenError as bad:
            problem = str(bad)
    raise Denied("invalid_grant", problem)


def userinfo(vendor: Vendor, request: Request) -> Response:
    user = bearer(vendor, request)
    if user is None:
        return denied("invalid_token", status=401)
    account = {
        "account_id": vendor.seed.account_id,
        "is_default": True,
        "account_name": vendor.seed.account_name,
        "base_uri": f"http://{request.headers.get('host', '127.0.0.1')}",
    }
    first, _blank, last = user.name.partition(" ")
    who = {"sub": user.id, "name": user.name, "given_name": first, "family_name": last, "email": user.email}
    return as_json({**who, "created": "2024-01-15T09:00:00", "accounts": [account]})


def bearer(vendor: Vendor, request: Request) -> Person | None:
    """Whose token it is, while it lives."""
    kind, _blank, value = request.headers.get("authorization", "").partition(" ")
    found = vendor.store.row("SELECT user, expires FROM token WHERE value = ?", [value.strip()])
    if kind.lower() != "bearer" or found is None or found["expires"] < time.time():
        return None
    return vendor.seed.user(found["user"])


def denied(error: str, description: str = "", status: int = 400) -> Response:
    body = {"error": error, **({"error_description": description} if description else {})}
    return Response(body=json.dumps(body).encode(), content_type="application/json", status=status)

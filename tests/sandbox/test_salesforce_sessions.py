"""Signing in and staying signed in, with the real library and with what it never sends."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceRefusedRequest,
)
from simple_salesforce.format import format_soql

from sandbox.salesforce import fault_body, ids
from tests.sandbox.salesforce_org import APP, USERNAME, Clock, Org

BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
PASSWORD = "partner-desk-demo"


def assertion(org: Org, key: Any = None, **claims: Any) -> Any:
    """The answer to a hand-made assertion."""
    whole = {
        "iss": APP,
        "sub": USERNAME,
        "aud": "https://login.salesforce.com",
        "exp": str(int(time.time()) + 180),
        **claims,
    }
    form = {"grant_type": BEARER, "assertion": jwt.encode(whole, key or org.key, algorithm="RS256")}
    return org.http.post(f"{org.url}/services/oauth2/token", data=form)


@pytest.mark.parametrize("domain", ["login", "test", "acme.my", "acme--uat.sandbox.my"])
def test_the_library_signs_in_whatever_its_domain(org: Org, domain: str) -> None:
    """F-08: its `exp` is a string, its audience the vendor's, its host ours."""
    token, instance = org.login(domain=domain)
    assert f"http://{instance}" == org.url
    headers = {"Authorization": f"Bearer {token}"}
    assert org.http.get(f"{org.url}/services/data/v62.0/limits", headers=headers).status_code == 200


def test_the_shape_of_a_token(org: Org) -> None:
    answer = assertion(org, exp=int(time.time()) + 60).json()
    assert answer.keys() >= {"access_token", "instance_url", "id", "token_type", "issued_at", "signature"}
    assert "expires_in" not in answer
    assert answer["token_type"] == "Bearer"
    user = org.one(format_soql("SELECT Id FROM User WHERE Username = {}", USERNAME))
    assert answer["id"].endswith(f"/{user['Id']}")


@pytest.mark.parametrize(
    ("claims", "error", "words"),
    [
        ({"aud": "https://login.salesforce.example"}, "invalid_grant", "audience is invalid"),
        ({"exp": str(int(time.time()) - 5)}, "invalid_grant", "expired authorization code"),
        ({"exp": str(int(time.time()) + 3600)}, "invalid_grant", "expired authorization code"),
        ({"exp": "soon"}, "invalid_grant", "expired authorization code"),
        ({"iss": "another-app"}, "invalid_client_id", "client identifier invalid"),
        ({"sub": "nobody@example.com"}, "invalid_grant", "user hasn't approved this consumer"),
        ({"sub": "sofia.marchetti@example.com"}, "invalid_grant", "user hasn't approved this consumer"),
        ({"sub": "retired@example.com"}, "inactive_user", "user is inactive"),
    ],
)
def test_an_assertion_that_is_refused(org: Org, claims: dict[str, str], error: str, words: str) -> None:
    answer = assertion(org, **claims)
    assert (answer.status_code, answer.json()) == (400, {"error": error, "error_description": words})


def test_only_the_key_of_the_app_is_believed(org: Org) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert assertion(org, stranger).json()["error_description"] == "invalid assertion"
    form = {"grant_type": BEARER, "assertion": jwt.encode({"iss": APP}, "", algorithm="none")}
    assert org.http.post(f"{org.url}/services/oauth2/token", data=form).status_code == 400


def test_the_password_of_a_user(org: Org) -> None:
    """The token may stand behind it."""
    for password in (PASSWORD, f"{PASSWORD}sandbox"):
        token, _instance = org.login(privatekey=None, password=password, consumer_secret=APP)
        assert token
    with pytest.raises(SalesforceAuthenticationFailed, match="authentication failure"):
        org.login(privatekey=None, password="wrong", consumer_secret=APP)
    with pytest.raises(SalesforceAuthenticationFailed, match="invalid client credentials"):
        org.login(privatekey=None, password=PASSWORD, consumer_secret="wrong")


def test_sessions_end(org: Org) -> None:
    """F-08: a token that was good is refused, in the vendor's words; a new one is taken."""
    assert org.sf.limits()
    assert org.act("expire") == {"ended": 1}
    with pytest.raises(SalesforceExpiredSession) as caught:
        org.sf.limits()
    content: Any = caught.value.content
    assert content == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]
    del org.sf
    assert org.sf.limits()
    org.act("settings", session_seconds=60)
    org.clock.later = timedelta(seconds=61)
    with pytest.raises(SalesforceExpiredSession):
        org.sf.limits()


def test_the_daily_limit(org: Org) -> None:
    """S-27: every answer says how much is used; at the end of it the vendor refuses with 403."""
    org.act("settings", limit_used=17, limit_max=20)
    assert org.sf.limits()["DailyApiRequests"] == {"Max": 20, "Remaining": 2}
    assert org.sf.api_usage["api-usage"].used == 18
    for _ in range(2):
        org.sf.query("SELECT Id FROM User LIMIT 1")
    with pytest.raises(SalesforceRefusedRequest) as caught:
        org.sf.query("SELECT Id FROM User LIMIT 1")
    content: Any = caught.value.content
    assert content == [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]


def test_versions_and_unknown_places(org: Org) -> None:
    assert {"label": "Release 62", "url": "/services/data/v62.0", "version": "62.0"} in org.http.get(
        f"{org.url}/services/data/"
    ).json()
    assert org.ask("GET", "/").json()["sobjects"] == "/services/data/v62.0/sobjects"
    for path in ("/nothing", "/sobjects/Acount/describe", "/sobjects/Account/0018dQx0000"):
        answer = org.ask("GET", path)
        assert (answer.status_code, answer.json()[0]["errorCode"]) == (404, "NOT_FOUND")
    assert org.ask("PUT", "/limits").json()[0]["errorCode"] == "METHOD_NOT_ALLOWED"
    old = {"Authorization": f"Bearer {org.sf.session_id}"}
    assert org.http.get(f"{org.url}/services/data/v12.0/limits", headers=old).status_code == 404


@pytest.mark.parametrize(
    ("mode", "status", "code"),
    [
        ("401", 401, "INVALID_SESSION_ID"),
        ("403-limit", 403, "REQUEST_LIMIT_EXCEEDED"),
        ("503", 503, "SERVER_UNAVAILABLE"),
        ("lock", 400, "UNABLE_TO_LOCK_ROW"),
        ("duplicates", 400, "DUPLICATES_DETECTED"),
        ("validation", 400, "FIELD_CUSTOM_VALIDATION_EXCEPTION"),
        ("anything else", 500, "UNKNOWN_EXCEPTION"),
    ],
)
def test_the_words_of_the_switchboard(mode: str, status: int, code: str) -> None:
    given, body, headers = fault_body(mode)
    assert given == status
    assert f'"errorCode": "{code}"' in body.decode()
    assert headers["Content-Type"].startswith("application/json")


def test_what_was_written_survives_a_restart(tmp_path: Path) -> None:
    first = Org(tmp_path, Clock())
    made = first.sf.Account.create({"Name": "Kept"})["id"]
    token = first.sf.session_id
    first.act("settings", page_size=3)
    first.stop()
    first.start()
    first.sf.sf_instance = first.url.removeprefix("http://")
    headers = {"Authorization": f"Bearer {token}"}
    answer = first.http.get(f"{first.url}/services/data/v62.0/sobjects/Account/{made}", headers=headers)
    assert answer.json()["Name"] == "Kept"
    query = {"q": "SELECT Id FROM Account"}
    page = first.http.get(f"{first.url}/services/data/v62.0/query", params=query, headers=headers).json()
    assert len(page["records"]) == 3
    first.stop()


def test_rows_of_another_organisation_are_thrown_away(tmp_path: Path) -> None:
    """A newer sandbox finds the file of an older one."""
    file = tmp_path / "salesforce.sqlite3"
    with contextlib.closing(sqlite3.connect(file)) as old, old:
        old.execute('CREATE TABLE "Account" (Id TEXT, Name TEXT)')
        old.execute("PRAGMA user_version = 7")
    org = Org(tmp_path, Clock())
    assert org.one("SELECT Name FROM Account WHERE Name = 'Leerfeld'")
    org.stop()


def test_the_three_letters_of_an_id() -> None:
    assert ids.full("0018dQx00000aBc") == "0018dQx00000aBcABI"
    assert ids.full("0018dQx00000aBcABI") == "0018dQx00000aBcABI"
    assert ids.full("0018dQx00000abcABI") == ids.full("0018dQx00000aBcAAA") == ids.full("0018") == ""


def test_it_needs_nothing_of_the_house() -> None:
    """The sandbox is a program of its own."""
    code = (
        "import sys, sandbox.salesforce; "
        "print([name for name in sys.modules if name.partition('.')[0] in {'django', 'integrations', 'partners'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "[]"

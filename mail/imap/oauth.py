"""Access tokens from a refresh token (RFC 6749 §6): kept in this process until shortly before they run out."""

from __future__ import annotations

import hashlib
import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext as _

from mail import sealing
from mail.imap.hosts import is_loopback
from mail.imap.trouble import Trouble
from mail.models import Mailbox

TIMEOUT: Final = 15
EARLY: Final = 120.0  # seconds before a token runs out in which it is not used any more
FOR_GOOD: Final = frozenset({"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope"})


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    until: float


_kept: dict[str, Token] = {}
_one_at_a_time = threading.Lock()


def access_token(mailbox: Mailbox, *, fresh: bool = False) -> str:
    """A token to sign in with; `fresh` when the server has just refused the one we keep."""
    with _one_at_a_time:
        key = _key(mailbox)
        kept = _kept.get(key)
        if kept is None or fresh or kept.until < time.monotonic():
            kept = _asked(mailbox)
            _kept[_key(mailbox)] = kept
        return kept.text


def forget() -> None:
    """For tests: the next sign-in asks for a token."""
    _kept.clear()


def _key(mailbox: Mailbox) -> str:
    parts = [mailbox.oauth_token_url, mailbox.oauth_client_id, mailbox.oauth_scope, mailbox.oauth_refresh_token]
    return hashlib.sha256("\0".join([str(mailbox.pk), *parts]).encode()).hexdigest()


def _asked(mailbox: Mailbox) -> Token:
    answer = _answer(mailbox)
    text = answer.get("access_token")
    if not isinstance(text, str) or not text:
        raise Trouble(_("The token address answered without a token: check it."), error=sorted(answer), lasting=True)
    renewed = answer.get("refresh_token")
    if isinstance(renewed, str) and renewed:
        _keep_successor(mailbox, renewed)
    lifetime = answer.get("expires_in", 3600)
    seconds = float(lifetime) if isinstance(lifetime, int | float | str) and str(lifetime).isdigit() else 3600.0
    return Token(text, time.monotonic() + max(0.0, seconds - min(EARLY, seconds / 2)))


def _keep_successor(mailbox: Mailbox, refresh_token: str) -> None:
    """Some servers give a new refresh token each time, and the old one dies."""
    before = mailbox.oauth_refresh_token
    if refresh_token == sealing.unseal(before):
        return
    after = sealing.seal(refresh_token, instead_of=before)
    Mailbox.objects.filter(pk=mailbox.pk, oauth_refresh_token=before).update(oauth_refresh_token=after)
    mailbox.oauth_refresh_token = after


def _answer(mailbox: Mailbox) -> dict[str, Any]:
    host = urlsplit(mailbox.oauth_token_url).hostname or ""
    try:
        with urllib.request.urlopen(_request(mailbox, host), timeout=TIMEOUT) as answer:  # noqa: S310 - checked there
            said = answer.read(100_000)
    except urllib.error.HTTPError as problem:
        raise _refusal(mailbox, problem) from None
    except (OSError, HTTPException) as problem:
        sentence = _("The token address does not answer at %(host)s. We go on trying.") % {"host": host}
        raise Trouble(sentence, error=problem) from None
    return _object(said)


def _request(mailbox: Mailbox, host: str) -> urllib.request.Request:
    scheme = urlsplit(mailbox.oauth_token_url).scheme
    if scheme != "https" and not (scheme == "http" and is_loopback(host)):
        raise Trouble(_("The token address must begin with https://."), lasting=True)
    form = {
        "grant_type": "refresh_token",
        "client_id": mailbox.oauth_client_id,
        "client_secret": sealing.unseal(mailbox.oauth_client_secret),
        "refresh_token": sealing.unseal(mailbox.oauth_refresh_token),
        "scope": mailbox.oauth_scope,
    }
    body = urlencode({name: value for name, value in form.items() if value}).encode()
    return urllib.request.Request(mailbox.oauth_token_url, data=body, headers={"Accept": "application/json"})  # noqa: S310 - checked above


def _refusal(mailbox: Mailbox, problem: urllib.error.HTTPError) -> Trouble:
    """`invalid_grant` means revoked or run out: only a person can give access again."""
    code = str(_object(problem.read(100_000)).get("error", ""))[:100]
    error = f"HTTP {problem.code} {code}"
    if code == "invalid_grant":
        sentence = _("Access to %(user)s was taken back or has run out: give the mailbox access again.")
        return Trouble(sentence % {"user": mailbox.imap_user}, error=error, lasting=True)
    if code in FOR_GOOD or problem.code in {400, 401, 403, 404}:
        return Trouble(_("The token address refused us: check client id, secret and scope."), error=error, lasting=True)
    return Trouble(_("The token address has a problem of its own. We go on trying."), error=error)


def _object(said: bytes) -> dict[str, Any]:
    try:
        found = json.loads(said)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

"""Signing in to Salesforce: JWT bearer, or the user's password where no key is given (vendors.md §2.1)."""

from __future__ import annotations

import hashlib
import re
from functools import partial
from typing import Final

import jwt
import requests
from django.conf import settings
from django.utils.translation import gettext as _
from simple_salesforce.login import SalesforceLogin

from integrations import breaker, calls
from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor
from integrations.tokens import Token

LASTS: Final = 45 * 60.0  # no answer says how long; by default a session lives for two hours
TRUSTED: Final = re.compile(r"[\w.-]+\.(salesforce\.com|force\.com|salesforce\.mil)", re.IGNORECASE)


def identity() -> str:
    """One token per way of signing in: other settings, another token."""
    given = settings.SALESFORCE
    parts = (given.consumer_key, given.username, given.domain, given.base_url, given.private_key, given.password)
    return "salesforce." + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def sign_in(session: requests.Session) -> Token:
    """One login; a refusal opens the breaker at once, so that nobody tries it a second time."""
    try:
        with calls.doing("login", patience=calls.READ):
            value, instance = _login(session)
    except VendorError as problem:
        if problem.kind is ErrorClass.AUTH:
            breaker.failed(Vendor.SALESFORCE, ErrorClass.AUTH, why=problem.words)
        raise
    if not value or not instance:
        words = _("Salesforce's answer to the sign-in holds no token.")
        raise VendorError(Vendor.SALESFORCE, ErrorClass.BUSY, "NO_TOKEN", words)
    _check_instance(instance)
    return Token(value=value, seconds=LASTS, extra={"instance": instance})


def _login(session: requests.Session) -> tuple[str, str]:
    given = settings.SALESFORCE
    sign_in = partial(
        SalesforceLogin,
        username=given.username,
        consumer_key=given.consumer_key,
        domain=given.domain,
        session=session,
    )
    try:
        if given.private_key:
            value, instance = sign_in(privatekey=given.private_key)
        else:
            value, instance = sign_in(password=given.password, consumer_secret=given.consumer_secret)
    except VendorError:
        raise
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):  # the key is none, or the answer is an odd one
        words = _("Signing in to Salesforce failed: the private key or the answer cannot be read.")
        raise VendorError(Vendor.SALESFORCE, ErrorClass.AUTH, "UNREADABLE", words) from None
    return str(value or ""), str(instance or "").partition("/")[0]


def _check_instance(instance: str) -> None:
    """The token goes to Salesforce's own servers, or to the one that the settings name."""
    if not settings.SALESFORCE.base_url and not TRUSTED.fullmatch(instance):
        words = _("Salesforce names a server that is not its own.")
        raise VendorError(Vendor.SALESFORCE, ErrorClass.AUTH, "FOREIGN_INSTANCE", words)

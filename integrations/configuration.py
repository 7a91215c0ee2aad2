"""How the vendors are reached (contract §6), read from the environment by the settings; errors are sentences."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ENV = Callable[[str, str], str]  # name, value when it is not set → value

# What the sandbox knows; used in local mode where nothing else is named.
LOCAL: Final = {
    "SALESFORCE_CONSUMER_KEY": "partner-help-desk",
    "SALESFORCE_USERNAME": "integration@example.com",
    "DOCUSIGN_INTEGRATION_KEY": "5f1a6c3e-0f0e-4c39-9a53-1f0c8f0d6b11",
    "DOCUSIGN_ACCOUNT_ID": "8c1d7a52-63f4-4b8e-9d27-3e5a90c4f701",
    "DOCUSIGN_APPROVER_USER_ID": "b7e2f4d1-1c35-4f6a-8e90-5d4c3b2a1f02",
    "DOCUSIGN_SENDER_USER_ID": "d94c8a36-7b1e-4e52-a0f3-6c5b4d3e2f13",
    "DOCUSIGN_POWERFORM_IDS": "3a9e5d70-2c84-4f1b-b6a7-8d9c0e1f2a34,4bafe681-3d95-402c-87b8-9ead1f203b45",
}


class BadSetting(Exception):  # noqa: N818 - the text is a sentence for the operator
    """A value that cannot be used."""


@dataclass(frozen=True, kw_only=True)
class Salesforce:
    """With a private key the JWT bearer flow is used, else the user's password."""

    consumer_key: str
    username: str
    private_key: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    consumer_secret: str = field(default="", repr=False)
    domain: str = "login"
    api_version: str = "62.0"
    base_url: str = ""  # an origin instead of the vendor's; empty: the vendor's
    field_map: Path | None = None


@dataclass(frozen=True, kw_only=True)
class DocuSign:
    """Two people are impersonated: the approver, and the sender of the envelopes (vendors.md §5)."""

    integration_key: str
    account_id: str
    approver_user_id: str
    sender_user_id: str
    private_key: str = field(repr=False)
    oauth_host: str = "account.docusign.com"
    base_url: str = ""  # an origin instead of the vendor's; empty: the one the vendor names for the account
    hmac_keys: tuple[str, ...] = field(default=(), repr=False)
    powerform_ids: tuple[str, ...] = ()


def salesforce(env: ENV, *, required: Callable[[str], str], base_url: str) -> Salesforce:
    """`required` answers a value or ends the start; `base_url` stands in for one that is not named."""
    private_key, password = _pem(env("SALESFORCE_PRIVATE_KEY", "")), env("SALESFORCE_PASSWORD", "")
    if not private_key and not password:
        private_key = _pem(required("SALESFORCE_PRIVATE_KEY"))
    field_map = env("SALESFORCE_FIELD_MAP", "")
    return Salesforce(
        consumer_key=required("SALESFORCE_CONSUMER_KEY"),
        username=required("SALESFORCE_USERNAME"),
        private_key=private_key,
        password=password,
        consumer_secret=required("SALESFORCE_CONSUMER_SECRET") if not private_key else "",
        domain=env("SALESFORCE_DOMAIN", "login"),
        api_version=env("SALESFORCE_API_VERSION", "62.0").removeprefix("v"),
        base_url=origin("SALESFORCE_BASE_URL", env("SALESFORCE_BASE_URL", base_url)),
        field_map=Path(field_map) if field_map else None,
    )


def docusign(env: ENV, *, required: Callable[[str], str], base_url: str) -> DocuSign:
    """As for Salesforce. Callbacks are refused without a key, so one is required."""
    keys = _listed(required("DOCUSIGN_HMAC_KEYS"))
    if not keys:
        raise BadSetting("DOCUSIGN_HMAC_KEYS holds no key: put those of the Connect configuration there, with commas.")
    return DocuSign(
        integration_key=required("DOCUSIGN_INTEGRATION_KEY"),
        account_id=required("DOCUSIGN_ACCOUNT_ID"),
        approver_user_id=required("DOCUSIGN_APPROVER_USER_ID"),
        sender_user_id=required("DOCUSIGN_SENDER_USER_ID"),
        private_key=_pem(required("DOCUSIGN_PRIVATE_KEY")),
        oauth_host=env("DOCUSIGN_OAUTH_HOST", "account.docusign.com").removeprefix("https://").rstrip("/"),
        base_url=origin("DOCUSIGN_BASE_URL", env("DOCUSIGN_BASE_URL", base_url)),
        hmac_keys=keys,
        powerform_ids=_listed(required("DOCUSIGN_POWERFORM_IDS")),
    )


def origin(name: str, value: str) -> str:
    """`https://host[:port]`, or `http://` on this machine only; empty stays empty."""
    url = urlsplit(value.strip().rstrip("/"))
    if not value.strip():
        return ""
    if url.scheme not in {"http", "https"} or not url.hostname or url.path or url.query or url.username:
        raise BadSetting(
            f"{name} is an origin such as https://example.my.salesforce.com, with nothing behind the host."
        )
    if url.scheme == "http" and not is_loopback(url.hostname):
        raise BadSetting(f"{name} says http:// for {url.hostname}: plain HTTP is for this machine only, take https://.")
    return url.geturl()


def new_private_key() -> str:
    """A PEM, for the sandbox."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _pem(value: str) -> str:
    """A key whose line breaks are written out is put right again."""
    return value.replace("\\n", "\n").strip()


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())

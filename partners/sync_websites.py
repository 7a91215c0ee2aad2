"""From the website Salesforce has to the domain its people write from; nothing rather than a guess."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from partners import domains

LONGEST: Final = 253
COUNTRY: Final = 2  # letters of a country's own top level
# Under a country's top level these are nobody's: acme.co.uk is a company, co.uk is not.
SHARED: Final = frozenset(
    ["ac", "co", "com", "edu", "gob", "gouv", "gov", "ltd", "mil", "ne", "net", "nom", "or", "org", "plc"]
)


def domain_of(website: str) -> str:
    """`https://www.shop.acme.co.uk/en` → `acme.co.uk`; empty for what names no company of its own."""
    host = _host(website)
    labels = host.split(".")
    if len(labels) < 2 or _is_address(host) or not all(labels):
        return ""
    shared = len(labels[-1]) == COUNTRY and labels[-2] in SHARED
    wanted = 3 if shared else 2
    domain = ".".join(labels[-wanted:])
    if len(labels) < wanted or len(domain) > LONGEST or domains.is_free_mail(domain):
        return ""
    return domain


def _host(website: str) -> str:
    text = website.strip()
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
        return host.rstrip(".").encode("idna").decode().lower()
    except ValueError:  # UnicodeError is one too
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True

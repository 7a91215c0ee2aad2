"""From the website Salesforce has to the domain its people write from; nothing rather than a guess."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from partners import domains

LONGEST: Final = 253


def domain_of(website: str) -> str:
    """`https://www.shop.acme.co.uk/en` → `acme.co.uk`; empty for what names no company of its own."""
    host = _host(website)
    if _is_address(host) or not all(host.split(".")) or domains.is_free_mail(host):
        return ""
    domain = domains.registered(host)
    return "" if len(domain) > LONGEST or domains.is_free_mail(domain) else domain


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

"""How often somebody may send: counted per caller and per address in the cache; without a cache nobody is held up."""

from __future__ import annotations

import hashlib
import logging
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from web.clients import client_ip

log = logging.getLogger(__name__)
MINUTE = 60
HOUR = 60 * MINUTE


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `most` within a window of `seconds`."""

    name: str
    most: int
    seconds: int


ATTEMPTS = Limit(name="attempt", most=200, seconds=10 * MINUTE)  # right or wrong
REQUESTS = Limit(name="request", most=40, seconds=10 * MINUTE)
REQUESTS_OF_ADDRESS = Limit(name="request-address", most=20, seconds=HOUR)
MESSAGES = Limit(name="message", most=40, seconds=10 * MINUTE)
DRAFTS = Limit(name="draft", most=400, seconds=10 * MINUTE)
UPLOADS = Limit(name="upload", most=80, seconds=10 * MINUTE)
UPLOADED_BYTES = Limit(name="upload-bytes", most=600 * 1024 * 1024, seconds=HOUR)
NEW_LINKS = Limit(name="link", most=20, seconds=HOUR)


def refused_for(request: HttpRequest, *, email: str = "") -> int:
    """0, or the seconds to wait before another request becomes a ticket; counts this one, for caller and address."""
    waits = [by_caller(request, REQUESTS)]
    if email:
        waits.append(by_address(email))
    return max(waits)


def by_caller(request: HttpRequest, limit: Limit, *, amount: int = 1) -> int:
    """Counts for who calls: the person who has signed in, else the network address."""
    return _spend(limit, _caller(request), amount)


def by_address(email: str) -> int:
    return _spend(REQUESTS_OF_ADDRESS, email.strip().lower(), 1)


def sentence(seconds: int) -> str:
    """What the page says to somebody who has to wait."""
    minutes = max(1, round(seconds / MINUTE))
    wait = ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return _("That was too much at once. Nothing was sent, your text is kept. Try again in %(wait)s.") % {"wait": wait}


def _caller(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    ip = client_ip(request)
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    # One household or office has all of a /64.
    return str(ip_network(f"{address}/64", strict=False)) if isinstance(address, IPv6Address) else ip


def _spend(limit: Limit, who: str, amount: int) -> int:
    """Adds to the count of the running window; the seconds until it ends when the count is over the limit."""
    now = time.time()
    key = f"portal:{limit.name}:{hashlib.sha256(who.encode()).hexdigest()[:32]}:{int(now // limit.seconds)}"
    try:
        cache.add(key, 0, timeout=limit.seconds + MINUTE)
        count = cache.incr(key, amount)
    except (RedisError, OSError, ValueError):  # ValueError: it fell out between the two
        log.warning("the cache does not answer; nobody is throttled")
        return 0
    return 0 if count <= limit.most else max(1, int(limit.seconds - now % limit.seconds))

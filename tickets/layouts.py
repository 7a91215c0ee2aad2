"""A mail in its own layout, ready for the frame: pictures of the message in place, those of the web only on demand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tickets import pictures
from tickets.models import Attachment, Message

_TAG = re.compile(r"<(?:img|table|td|th)\s[^>]*>")  # as nh3 writes them: no `>` stands inside an attribute
_CID = re.compile(r'\ssrc="cid:([^"]*)"', re.IGNORECASE)
_REMOTE = re.compile(r'\sdata-remote="([^"]*)"')
_GIVEN = re.compile(r'\s([\w-]+)="([^"]*)"')
_FOLD = "<summary>…</summary>"
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:{pictures}; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)


def headers(*, images: bool) -> dict[str, str]:
    """What the browser may do with it: show it. Nothing runs, so sharing our origin only lets the page measure it."""
    return {
        "Content-Security-Policy": POLICY.format(pictures=" https: http:" if images else ""),
        "X-Frame-Options": "SAMEORIGIN",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }


def of(message: Message, files: Sequence[Attachment], *, host: str, images: bool) -> SafeString:
    """The body of the frame; `host` is ours, no picture of a mail comes from there by its address."""
    known = pictures.by_content_id(files)

    def filled(tag: re.Match[str]) -> str:
        if tag[0].startswith("<img") and not images and "data-remote" in tag[0]:
            return _waiting(tag[0])
        with_parts = _CID.sub(lambda found: _part(found[1], known, message), tag[0])
        return _REMOTE.sub(lambda found: _remote(found[1], tag=tag[0], host=host) if images else "", with_parts)

    label = escape(_("Show the quoted text"))
    html = _TAG.sub(filled, message.rich_html)
    html = html.replace(_FOLD, f'<summary aria-label="{label}" title="{label}">…</summary>')
    return mark_safe(html)  # noqa: S308 - made safe when the message was stored


def _part(name: str, known: Mapping[str, Attachment], message: Message) -> str:
    file = known.get(unquote(unescape(name)).strip("<> ").lower())
    return f' src="{escape(pictures.address_of(file, ticket=message.ticket_id))}"' if file else ""


def _waiting(tag: str) -> str:
    """A place as large as the picture that is not loaded, with its words."""
    given = dict(_GIVEN.findall(tag))
    sizes = ";".join(f"{side}:{given[side]}px" for side in ("width", "height") if given.get(side, "").isdecimal())
    style = ";".join(part for part in (given.get("style", ""), sizes) if part)
    return f'<span class="waiting" style="{style}">{given.get("alt", "")}</span>'


def _remote(address: str, *, tag: str, host: str) -> str:
    """A picture of the web as the reader asked for it; never one of our own addresses, which would know the reader."""
    ours = {_name(host), *(_name(one) for one in settings.ALLOWED_HOSTS if one not in {"*", ""})}
    try:
        theirs = (urlsplit(unescape(address)).hostname or "").lower()
    except ValueError:
        return ""
    if theirs in ours or any(one.startswith(".") and f".{theirs}".endswith(one) for one in ours):
        return ""
    return f' {"src" if tag.startswith("<img") else "background"}="{address}"'


def _name(host: str) -> str:
    return host.rpartition(":")[0].lower() if re.search(r":\d+$", host) else host.lower()

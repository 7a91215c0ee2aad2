"""What IMAP_URL says: `imaps://user:password@host:993/INBOX`. The settings read it, so nothing of Django is here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from mail.imap.hosts import is_loopback

SCHEMES = {"imaps": ("tls", 993), "imap+starttls": ("starttls", 143), "imap": ("plain", 143)}
OPTIONS = frozenset({"auth", "after", "moved_to"})


class BadAddress(ValueError):  # noqa: N818 - said of the address
    """Says what is wrong, and never the address itself: there is a password in it."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Fields of the mailbox that may be seen, and the secrets that may not."""

    fields: Mapping[str, str | int]
    password: str = field(default="", repr=False)
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)


def read(url: str, oauth: Mapping[str, str]) -> Source | None:
    """None where nothing is set; `oauth` has token_url, client_id, client_secret, refresh_token and scope."""
    if not url:
        return None
    parts = split(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    if unknown := sorted(set(options) - OPTIONS):
        raise BadAddress(f"IMAP_URL has an option that is not known: {unknown[0]}. Known are auth, after and moved_to.")
    security, port = SCHEMES[parts.scheme]
    shown: dict[str, str | int] = {
        "imap_host": parts.hostname or "",
        "imap_port": parts.port or port,
        "imap_security": security,
        "imap_user": unquote(parts.username or ""),
        "imap_folder": unquote(parts.path.lstrip("/")) or "INBOX",
        **after(options),
    }
    if options.get("auth", "password") == "oauth2":
        return by_token(shown, oauth)
    if options.get("auth", "password") != "password":
        raise BadAddress("IMAP_URL: auth is password or oauth2.")
    if not parts.password:
        raise BadAddress("IMAP_URL has no password: write imaps://user:password@host/INBOX, or add ?auth=oauth2.")
    return Source(fields={**shown, "imap_auth": "password"}, password=unquote(parts.password))


def split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        raise BadAddress("IMAP_URL cannot be read: percent-encode what is special in user name and password.") from None
    if parts.scheme not in SCHEMES:
        raise BadAddress("IMAP_URL begins with imaps://, imap+starttls:// or imap://.")
    if not parts.hostname or not parts.username or not port_fits:
        raise BadAddress("IMAP_URL names a user and a host: imaps://user:password@host:993/INBOX.")
    if parts.scheme == "imap" and not is_loopback(parts.hostname):
        raise BadAddress("IMAP_URL: imap:// is for this machine only; use imaps:// or imap+starttls://.")
    return parts


def after(options: Mapping[str, str]) -> dict[str, str | int]:
    how, folder = options.get("after", "flag"), options.get("moved_to", "")
    if how not in {"flag", "move"}:
        raise BadAddress("IMAP_URL: after is flag or move.")
    if how == "move" and not folder:
        raise BadAddress("IMAP_URL: with after=move, moved_to names the folder.")
    return {"imap_after": how, "imap_moved_to": folder}


def by_token(shown: Mapping[str, str | int], oauth: Mapping[str, str]) -> Source:
    for name in ("token_url", "client_id", "refresh_token"):
        if not oauth.get(name):
            raise BadAddress(f"IMAP_URL says auth=oauth2: IMAP_OAUTH_{name.upper()} is missing.")
    fields = {
        **shown,
        "imap_auth": "oauth2",
        "oauth_token_url": oauth["token_url"],
        "oauth_client_id": oauth["client_id"],
        "oauth_scope": oauth.get("scope", ""),
    }
    return Source(fields=fields, client_secret=oauth.get("client_secret", ""), refresh_token=oauth["refresh_token"])

"""Which hosts are DocuSign's, and which of them we speak to: never production by accident (vendors.md §1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from integrations.docusign import answers
from integrations.errors import VendorError
from integrations.models import ErrorClass

OWN: Final = (".docusign.net", ".docusign.com")
DEVELOPER: Final = "account-d.docusign.com"
DEVELOPER_HOSTS: Final = frozenset({"demo.docusign.net"})


def oauth() -> str:
    """The origin of sign-in: another server that speaks the protocol does that, too."""
    base: str = settings.DOCUSIGN.base_url
    if base and not _is_own(urlsplit(base).hostname or ""):
        return base
    return f"https://{settings.DOCUSIGN.oauth_host}"


def learned(user_info: Mapping[str, Any]) -> str:
    """The origin that userinfo names for our account, checked."""
    wanted = settings.DOCUSIGN.account_id.lower()
    for account in user_info.get("accounts") or []:
        if str(account.get("account_id", "")).lower() == wanted:
            return checked(str(account.get("base_uri") or "").rstrip("/"))
    raise no_member()


def no_member() -> VendorError:
    words = _("The impersonated user is no member of the DocuSign account %(account)s.")
    return answers.error(ErrorClass.PERMANENT, "NOT_A_MEMBER", words % {"account": settings.DOCUSIGN.account_id})


def checked(base: str) -> str:
    """The origin itself when we may speak to it: the one that is set, or one of DocuSign's that fits the sign-in."""
    if base and base == settings.DOCUSIGN.base_url:
        return base
    parts = urlsplit(base)
    host = parts.hostname or ""
    is_developer = settings.DOCUSIGN.oauth_host == DEVELOPER
    plain = parts.scheme == "https" and not parts.path and not parts.query and not parts.username
    if plain and _is_own(host) and (host in DEVELOPER_HOSTS) == is_developer:
        return base
    words = _("DocuSign names %(host)s for our account, which does not fit the sign-in at %(oauth)s.")
    named = {"host": host or _("no host"), "oauth": settings.DOCUSIGN.oauth_host}
    raise answers.error(ErrorClass.PERMANENT, "WRONG_HOST", words % named)


def _is_own(host: str) -> bool:
    return host.endswith(OWN)

"""Can the desk do at DocuSign what it has to: both people, the account, the PowerForms, the gate, Connect's keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations import registry
from integrations.docusign import answers, client, envelopes, hosts, reading
from integrations.docusign.auth import APPROVER, SENDER, Identity
from integrations.docusign.shapes import EnvelopeView
from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor
from integrations.registry import Finding

LATELY: Final = timedelta(days=90)
NAMES: Final = {APPROVER: "DOCUSIGN_APPROVER_USER_ID", SENDER: "DOCUSIGN_SENDER_USER_ID"}


def check() -> Iterator[Finding]:
    """A line for each; where signing in is not possible, the rest is not asked for."""
    signed_in = [_tried(NAMES[identity], _member(identity)) for identity in (APPROVER, SENDER)]
    yield from signed_in
    yield _keys()
    if not all(one.ok for one in signed_in):
        return
    for powerform in settings.DOCUSIGN.powerform_ids:
        yield from _powerform(powerform)


def _member(identity: Identity) -> Callable[[], str]:
    def ask() -> str:
        info = client.user_info(identity)
        accounts = [str(one.get("account_id", "")).lower() for one in info.get("accounts") or []]
        if settings.DOCUSIGN.account_id.lower() not in accounts:
            raise hosts.no_member()
        base = settings.DOCUSIGN.base_url or hosts.learned(info)
        words = _("signed in as %(name)s, a member of the account at %(base)s")
        return words % {"name": info.get("name") or info.get("email") or identity.user_id, "base": base}

    return ask


def _keys() -> Finding:
    count = len(settings.DOCUSIGN.hmac_keys)
    words = ngettext("%(count)d key for callbacks", "%(count)d keys for callbacks", count) % {"count": count}
    return Finding(ok=count > 0, subject="DOCUSIGN_HMAC_KEYS", words=words)


def _powerform(powerform: str) -> Iterator[Finding]:
    """Its envelopes can be listed, and what the newest one is able to: approved by the desk, or released at a gate."""
    subject = _("PowerForm %(id)s") % {"id": powerform}
    found: list[EnvelopeView] = []

    def ask() -> str:
        since = envelopes.clock() - LATELY
        found.extend(reading.envelopes_since(since, powerforms=[powerform]))
        words = ngettext("%(count)d envelope in 90 days", "%(count)d envelopes in 90 days", len(found))
        return words % {"count": len(found)}

    yield _tried(subject, ask)
    if found:
        newest = max(found, key=lambda one: one.sent or envelopes.clock() - LATELY)
        yield _tried(_("%(subject)s, approval") % {"subject": subject}, lambda: _approval(newest.id))


def _approval(envelope_id: str) -> str:
    """How PHD approves there (vendors.md §5)."""
    view = reading.envelope(envelope_id)
    if view.gate:
        return _("the workflow has a gate: the desk approves by releasing it")
    if view.recipient(user_id=APPROVER.user_id):
        return _("the approver is a recipient: the desk approves in DocuSign")
    words = _("neither is the user of DOCUSIGN_APPROVER_USER_ID a recipient, nor has the workflow a gate")
    raise answers.error(ErrorClass.PERMANENT, "NO_APPROVAL", words)


def _tried(subject: str, ask: Callable[[], str]) -> Finding:
    try:
        return Finding(ok=True, subject=subject, words=ask())
    except VendorError as problem:
        return Finding(ok=False, subject=subject, words=problem.words)


registry.checker(Vendor.DOCUSIGN, check)

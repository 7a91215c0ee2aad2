"""Messages that are nobody's request: our own come back, and delivery reports about mail we never sent (M-16, M-19)."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from mail import addresses, returned
from mail.hooks import Quarantine
from mail.models import IncomingMail, OutgoingMail
from mail.parsing import ParsedMail


def ignored(mail: IncomingMail, parsed: ParsedMail, *, bounced: OutgoingMail | None) -> str:
    """Why nobody needs to see this message; empty for every message somebody does."""
    if addresses.is_own_message_id(parsed.message_id):
        return _("This is a mail of ours that came back.")
    if any(addresses.is_own_loop_header(value) for value in parsed.headers.get_all("x-phd-loop")):
        return _("This is a mail of ours that came back under another Message-ID.")
    report = parsed.bounce
    if report and report.certain and bounced is None and not returned.is_about_us(mail, parsed, report):
        return _("A delivery report about a mail that we did not send.")
    return ""


def refuse_unusable(mail: IncomingMail, *, ignored: bool) -> None:
    """A message without a sender cannot be answered: a person looks at it, and may make it a ticket anyway (M-06)."""
    if not ignored and not mail.from_address and mail.bounce_of is None:
        raise Quarantine(_("The message names no sender."))


def digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()

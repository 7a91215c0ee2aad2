"""Messages that are nobody's request: our own come back, and delivery reports about mail we never sent (M-16, M-19)."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mail import addresses
from mail.bounces import Bounce
from mail.hooks import Quarantine
from mail.models import IncomingMail, OutgoingMail
from mail.parsing import ParsedMail

REPORTS_WITHIN: Final = timedelta(days=14)


def ignored(mail: IncomingMail, parsed: ParsedMail, *, bounced: OutgoingMail | None) -> str:
    """Why nobody needs to see this message; empty for every message somebody does."""
    if addresses.is_own_message_id(parsed.message_id):
        return _("This is a mail of ours that came back.")
    if any(addresses.is_own_loop_header(value) for value in parsed.headers.get_all("x-phd-loop")):
        return _("This is a mail of ours that came back under another Message-ID.")
    if parsed.bounce is not None and bounced is None and not is_about_us(mail, parsed, parsed.bounce):
        return _("A delivery report about a mail that we did not send.")
    return ""


def bounced(parsed: ParsedMail) -> OutgoingMail | None:
    """The mail of ours that a delivery report is about."""
    if parsed.bounce is None:
        return None
    named = [parsed.bounce.message_id, *parsed.in_reply_to, *reversed(parsed.references)]
    known = OutgoingMail.objects.filter(message_id__in=[mid.lower() for mid in named if mid])
    return known.first() or written_to(parsed.bounce)


def written_to(bounce: Bounce) -> OutgoingMail | None:
    """For a report without the returned message: the last mail to that address within two weeks."""
    if bounce.message_id or not bounce.recipients:
        return None
    person = [{"address": bounce.recipients[0].address.lower()}]
    named = Q(to__contains=person) | Q(cc__contains=person) | Q(bcc__contains=person)
    recent = OutgoingMail.objects.filter(created__gt=timezone.now() - REPORTS_WITHIN)
    return recent.filter(named).order_by("-created").first()


def is_about_us(mail: IncomingMail, parsed: ParsedMail, bounce: Bounce) -> bool:
    """A signed address or id proves it; a report that names neither message nor recipient gets the benefit of doubt."""
    if not bounce.message_id and not bounce.recipients:
        return True
    recipients = [*mail.envelope_to, *(one.address for one in (*parsed.to, *parsed.cc))]
    named = [bounce.message_id, *parsed.in_reply_to, *parsed.references]
    return any(map(addresses.read_token, recipients)) or any(map(addresses.is_own_message_id, named))


def refuse_unusable(mail: IncomingMail, *, ignored: bool) -> None:
    """A message without a sender cannot be answered: a person looks at it (M-06)."""
    if not ignored and not mail.from_address:
        raise Quarantine(_("The message names no sender."))


def digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()

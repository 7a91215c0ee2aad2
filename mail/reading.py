"""What the row of an incoming message shows of what was read in it."""

from __future__ import annotations

import re
from typing import Any, Final

from django.utils.translation import gettext as _

from mail import address_lists, loops, mailboxes, returned, verdicts
from mail.address_lists import Address
from mail.models import IncomingMail
from mail.parsing import ParsedMail


def fields_of(mail: IncomingMail, parsed: ParsedMail) -> dict[str, Any]:
    sender = author_of(mail, parsed)
    address = sender.address if sender else ""
    why_automatic = loops.is_automatic(
        parsed.headers,
        address,
        content_type=parsed.content_type,
        envelope_from=mail.envelope_from,
    )
    verdict, why_verdict = verdicts.verdict_of(parsed.headers, mailbox=mail.mailbox, from_address=address)
    if sender is not parsed.from_:
        verdict, why_verdict = verdict_by_group(parsed)
    return {
        "subject": parsed.subject,
        "from_address": address,
        "from_name": sender.name if sender else "",
        "reply_to": [one.address for one in parsed.reply_to],
        "to": [one.address for one in parsed.to],
        "cc": [one.address for one in parsed.cc],
        "message_id": parsed.message_id,
        "in_reply_to": list(parsed.in_reply_to),
        "references": list(dict.fromkeys([*parsed.references, *parsed.in_reply_to])),  # what it answers comes last
        "date_claimed": parsed.date,
        "auto_submitted": bool(why_automatic),
        "auto_reason": why_automatic,
        "body_text": parsed.body_text,
        "verdict": verdict,
        "verdict_why": why_verdict,
        "remarks": [{"kind": one.kind, "text": one.text} for one in parsed.remarks],
        "report": returned.rows_of(parsed.bounce),
    }


def author_of(mail: IncomingMail, parsed: ParsedMail) -> Address | None:
    """Who wrote: From, except where our own group had to put its address there (a sender's domain that forbids lists).

    Then what the group noted says who it was, where it says one thing; and where our server checks senders, only if it
    proves the group's address.
    """
    given = parsed.from_
    if given is None or not mailboxes.is_ours(given.address) or not loops.came_by_our_group(parsed.headers):
        return given
    verdict, _why = verdicts.verdict_of(parsed.headers, mailbox=mail.mailbox, from_address=given.address)
    if mail.mailbox.authserv_id and verdict != IncomingMail.Verdict.PASS:
        return given
    fields = [field for name in NOTED for field in parsed.headers.raw_all(name)]
    named = [one for one in address_lists.parse(fields) if not mailboxes.is_ours(one.address)]
    return named[0] if len({one.address.lower() for one in named}) == 1 else given


def verdict_by_group(parsed: ParsedMail) -> tuple[str, str]:
    """What the group's server found out before it changed the message; a pass there proves nothing to us."""
    noted = parsed.headers.get("x-original-authentication-results")
    if FORGED.search(noted):
        return IncomingMail.Verdict.FAIL, _("Our own group noted that the sender is not who they say.")
    return IncomingMail.Verdict.NONE, _("Our own group put its address in place of the sender's.")


NOTED: Final = ("x-original-from", "x-original-sender")
FORGED: Final = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)

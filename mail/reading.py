"""What the row of an incoming message shows of what was read in it."""

from __future__ import annotations

from typing import Any

from mail import loops, returned, verdicts
from mail.models import IncomingMail
from mail.parsing import ParsedMail


def fields_of(mail: IncomingMail, parsed: ParsedMail) -> dict[str, Any]:
    sender = parsed.from_
    address = sender.address if sender else ""
    why_automatic = loops.is_automatic(
        parsed.headers,
        address,
        content_type=parsed.content_type,
        envelope_from=mail.envelope_from,
    )
    verdict, why_verdict = verdicts.verdict_of(parsed.headers, mailbox=mail.mailbox, from_address=address)
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

"""Raw messages for the tests, written out so that a reader sees every byte."""

from __future__ import annotations

SUPPORT = "partnersupport@gitlab.com"


def raw(body: str | bytes = "Hello\r\n", /, *extra: str, **fields: str) -> bytes:
    """A message with sensible fields; `fields` replaces them (`message_id="<x@y>"`), an empty value leaves one out."""
    known = {
        "from": "Ana Silva <ana@acme.example>",
        "to": SUPPORT,
        "subject": "PO 4711",
        "date": "Tue, 22 Nov 2022 14:10:00 +0100",
        "message-id": "<1@acme.example>",
    }
    known |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = [f"{name.title()}: {value}" for name, value in known.items() if value] + list(extra)
    content = body if isinstance(body, bytes) else body.encode()
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + content


def multipart(kind: str, *parts: str) -> bytes:
    """`kind` such as `mixed`; each part with its own header block."""
    inner = "".join(f"--sep\r\n{part}\r\n" for part in parts)
    return raw(inner + "--sep--\r\n", f'Content-Type: multipart/{kind}; boundary="sep"')


TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n"


def report(*, returned: str, status: str = "5.1.1", to: str = SUPPORT) -> bytes:
    """A delivery report as Postfix writes it."""
    status_part = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.acme.example\r\n\r\n"
        f"Final-Recipient: rfc822; ana@acme.example\r\nAction: failed\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 No such user"
    )
    parts = [
        "Content-Type: text/plain\r\n\r\nI'm sorry to have to inform you that your message could not be delivered.",
        status_part,
    ]
    if returned:
        parts.append(f"Content-Type: message/rfc822\r\n\r\nMessage-ID: {returned}\r\nSubject: x\r\n\r\nbody")
    inner = "".join(f"--sep\r\n{part}\r\n" for part in parts)
    return raw(
        inner + "--sep--\r\n",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="sep"',
        "Auto-Submitted: auto-replied",
        **{"from": "MAILER-DAEMON@mx.acme.example", "to": to, "subject": "Undelivered", "message_id": "<b@mx.acme>"},
    )

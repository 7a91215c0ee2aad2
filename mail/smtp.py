"""One conversation with the mail server: who took the message, who refused it, and whether trying again can help."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from mail.headers import one_line

TIMEOUT: Final = 20.0
TIMEOUT_FOR_DATA: Final = 60.0
TIMEOUT_TO_QUIT: Final = 2.0
OUR_FAULT: Final = frozenset({530, 534, 535, 538})  # the sign-in of the desk itself: no reason to give a mail up


class NotNow(Exception):  # noqa: N818 - the message waits
    """Nothing was sent; trying again can help. The text is a sentence for people."""


class Never(Exception):  # noqa: N818
    """The server refused the message for good. The text is a sentence for people."""


@dataclass(slots=True)
class Delivery:
    """What became of each recipient."""

    accepted: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    delayed: dict[str, str] = field(default_factory=dict)
    reply: str = ""


@contextlib.contextmanager
def session() -> Iterator[smtplib.SMTP]:
    """An open, greeted, encrypted (where configured) and signed-in connection."""
    wanted: dict[str, Any] = settings.MAIL_SMTP
    server = connect(wanted)
    try:
        prepare(server, wanted)
        yield server
        with contextlib.suppress(smtplib.SMTPException, OSError):
            set_timeout(server, TIMEOUT_TO_QUIT)
            server.quit()
    finally:
        server.close()


def connect(wanted: dict[str, Any]) -> smtplib.SMTP:
    host, port = str(wanted["EMAIL_HOST"] or "localhost"), int(wanted["EMAIL_PORT"] or 25)
    try:
        if wanted.get("EMAIL_USE_SSL"):
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=TIMEOUT)
    except (OSError, smtplib.SMTPException) as problem:
        raise NotNow(no_answer(problem)) from problem


def prepare(server: smtplib.SMTP, wanted: dict[str, Any]) -> None:
    try:
        server.ehlo_or_helo_if_needed()
        if wanted.get("EMAIL_USE_TLS"):
            server.starttls(context=ssl.create_default_context())
        if wanted.get("EMAIL_HOST_USER"):
            server.login(wanted["EMAIL_HOST_USER"], wanted["EMAIL_HOST_PASSWORD"])
    except smtplib.SMTPAuthenticationError as problem:
        raise NotNow(_("The mail server refused our sign-in. We try again by ourselves.")) from problem
    except (OSError, smtplib.SMTPException) as problem:
        raise NotNow(no_answer(problem)) from problem


def transmit(server: smtplib.SMTP, *, sender: str, recipients: list[str], message: bytes, utf8: bool) -> Delivery:
    """MAIL, RCPT for each, DATA. Raises NotNow or Never when nobody's copy was taken for a reason of the message."""
    try:
        return converse(server, sender=sender, recipients=recipients, message=message, utf8=utf8)
    except smtplib.SMTPDataError as problem:  # DATA itself was refused, before a byte of the message left
        error = problem.smtp_error
        check(problem.smtp_code, error if isinstance(error, bytes) else error.encode())
        raise NotNow(no_answer(problem)) from problem
    except (OSError, smtplib.SMTPException) as problem:
        raise NotNow(no_answer(problem)) from problem


def converse(server: smtplib.SMTP, *, sender: str, recipients: list[str], message: bytes, utf8: bool) -> Delivery:
    if utf8 and not server.has_extn("smtputf8"):
        raise Never(_("The mail server cannot take an address with letters outside ASCII."))
    options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
    if server.has_extn("size"):
        options.append(f"SIZE={len(message)}")
    check(*server.mail(sender, options))
    delivery = Delivery()
    for recipient in recipients:
        ask_for(server, recipient, delivery)
    if not delivery.accepted:
        server.rset()
        return delivery
    set_timeout(server, TIMEOUT_FOR_DATA)
    code, reply = server.data(message)
    check(code, reply)
    delivery.reply = shown(code, reply)
    return delivery


def set_timeout(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def ask_for(server: smtplib.SMTP, recipient: str, delivery: Delivery) -> None:
    code, reply = server.rcpt(recipient)
    if code in {250, 251, 252}:
        delivery.accepted.append(recipient)
    elif is_final(code):
        delivery.refused[recipient] = shown(code, reply)
    else:
        delivery.delayed[recipient] = shown(code, reply)


def check(code: int, reply: bytes) -> None:
    if 200 <= code < 300:
        return
    if is_final(code):
        raise Never(_("The mail server refused the message: %(reply)s.") % {"reply": shown(code, reply)})
    raise NotNow(later(shown(code, reply)))


def is_final(code: int) -> bool:
    return 500 <= code < 600 and code not in OUR_FAULT


def later(reply: str) -> str:
    return _("The mail server asked us to wait: %(reply)s. We try again by ourselves.") % {"reply": reply}


def no_answer(problem: Exception) -> str:
    if isinstance(problem, smtplib.SMTPResponseException):
        error = problem.smtp_error if isinstance(problem.smtp_error, bytes) else str(problem.smtp_error).encode()
        return later(shown(problem.smtp_code, error))
    return _("The mail server did not answer (%(problem)s). We try again by ourselves.") % {
        "problem": one_line(str(problem) or type(problem).__name__)[:200]
    }


def shown(code: int, reply: bytes) -> str:
    """`550 No such user`, on one line, without the full stop."""
    text = one_line(reply.decode("utf-8", "replace"))[:300].rstrip(". ")
    return f"{code} {text}".strip()

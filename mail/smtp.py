"""One conversation with the mail server: who took the message, who refused it, and whether trying again can help.

No conversation lasts longer than LONGEST, however slowly the other side talks: then the connection is cut.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from mail.composing import Letter
from mail.headers import one_line
from web import failpoints

TIMEOUT: Final = 10.0
TIMEOUT_FOR_DATA: Final = 60.0
TIMEOUT_TO_QUIT: Final = 2.0
LONGEST: Final = 80.0  # below the time a task may take
EXPIRED: Final = 10  # what OpenSSL calls a certificate whose time is over
OUR_FAULT: Final = frozenset({530, 534, 535, 538})  # the sign-in of the desk itself: no reason to give a mail up
DOT: Final = re.compile(rb"(?m)^\.")


class NotNow(Exception):  # noqa: N818 - the message waits
    """Nothing was sent; trying again can help. The text is a sentence for people."""


class Away(NotNow):
    """The server itself is the trouble, not this message: no answer, no encryption, no sign-in."""


class Lost(NotNow):
    """The conversation broke off, or took too long; this message may be the reason, or the server."""


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
    watch = threading.Timer(LONGEST, cut, [server])
    watch.daemon = True
    watch.start()
    try:
        prepare(server, wanted)
        yield server
        with contextlib.suppress(smtplib.SMTPException, OSError):
            set_timeout(server, TIMEOUT_TO_QUIT)
            server.quit()
    finally:
        watch.cancel()
        server.close()


def cut(server: smtplib.SMTP) -> None:
    """Whoever waits for a word of the server gets the end of the connection instead."""
    line = server.sock
    if line is not None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def connect(wanted: dict[str, Any]) -> smtplib.SMTP:
    host, port = str(wanted["EMAIL_HOST"] or "localhost"), int(wanted["EMAIL_PORT"] or 25)
    try:
        if wanted.get("EMAIL_USE_SSL"):
            return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=TIMEOUT)
    except (OSError, smtplib.SMTPException) as problem:
        raise Away(no_answer(problem)) from problem


def prepare(server: smtplib.SMTP, wanted: dict[str, Any]) -> None:
    try:
        server.ehlo_or_helo_if_needed()
        if wanted.get("EMAIL_USE_TLS"):
            server.starttls(context=ssl.create_default_context())
        if wanted.get("EMAIL_HOST_USER"):
            server.login(wanted["EMAIL_HOST_USER"], wanted["EMAIL_HOST_PASSWORD"])
    except smtplib.SMTPAuthenticationError as problem:
        raise Away(_("The mail server refused our sign-in. We try again by ourselves.")) from problem
    except (OSError, smtplib.SMTPException) as problem:
        raise Away(no_answer(problem)) from problem


def transmit(server: smtplib.SMTP, *, sender: str, recipients: list[str], letter: Letter, utf8: bool) -> Delivery:
    """MAIL, RCPT for each, DATA. Raises NotNow or Never when nobody's copy was taken for a reason of the message."""
    try:
        return converse(server, sender=sender, recipients=recipients, letter=letter, utf8=utf8)
    except (OSError, smtplib.SMTPException) as problem:
        raise Lost(no_answer(problem)) from problem


def converse(server: smtplib.SMTP, *, sender: str, recipients: list[str], letter: Letter, utf8: bool) -> Delivery:
    delivery = Delivery()
    if utf8 and not server.has_extn("smtputf8"):
        utf8, letter, recipients = False, plain(letter), refuse_foreign(recipients, delivery)
        if not recipients:
            return delivery
    options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
    if server.has_extn("size"):
        options.append(f"SIZE={letter.size}")
    check(*server.mail(sender, options))
    for recipient in recipients:
        ask_for(server, recipient, delivery)
    if not delivery.accepted:
        server.rset()
        return delivery
    failpoints.reach("before DATA")
    delivery.reply = shown(*hand_over(server, letter))
    failpoints.reach("after DATA")
    return delivery


def plain(letter: Letter) -> Letter:
    """The letter for a server without SMTPUTF8; there is none when our own address is what it cannot take."""
    if letter.plain is None:
        raise Never(_("The mail server cannot take an address with letters outside ASCII."))
    return letter.plain


def refuse_foreign(recipients: list[str], delivery: Delivery) -> list[str]:
    """One address that this server cannot take keeps the mail from nobody else."""
    words = _("our mail server takes no address with letters outside ASCII")
    delivery.refused.update({one: words for one in recipients if not one.isascii()})
    return [one for one in recipients if one.isascii()]


def hand_over(server: smtplib.SMTP, letter: Letter) -> tuple[int, bytes]:
    """The message itself, piece by piece; the server's word that it has it."""
    code, reply = server.docmd("data")
    if code != 354:  # refused before a byte of the message left
        check(code if code >= 400 else 451, reply)
    set_timeout(server, TIMEOUT_FOR_DATA)
    for piece in letter.pieces:
        server.send(DOT.sub(b"..", piece))
    server.send(b".\r\n")
    code, reply = server.getreply()
    check(code, reply)
    return code, reply


def set_timeout(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def ask_for(server: smtplib.SMTP, recipient: str, delivery: Delivery) -> None:
    code, reply = server.rcpt(recipient)
    if code in {250, 251, 252}:
        delivery.accepted.append(recipient)
    elif code == 421:  # it says goodbye: nobody has got anything yet
        raise smtplib.SMTPServerDisconnected(shown(code, reply))
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
    if isinstance(problem, ssl.SSLCertVerificationError):
        return bad_certificate(problem)
    return _("The mail server did not answer (%(problem)s). We try again by ourselves.") % {
        "problem": one_line(str(problem) or type(problem).__name__)[:200]
    }


def bad_certificate(problem: ssl.SSLCertVerificationError) -> str:
    if problem.verify_code == EXPIRED:
        return _(
            "The certificate of the mail server has expired, so nothing is sent. Ask whoever runs the server to renew"
            " it. We try again by ourselves."
        )
    return _(
        "The certificate of the mail server cannot be trusted (%(problem)s), so nothing is sent. Check its name and"
        " certificate. We try again by ourselves."
    ) % {"problem": one_line(problem.verify_message)[:200]}


def shown(code: int, reply: bytes) -> str:
    """`550 No such user`, on one line, without the full stop."""
    text = one_line(reply.decode("utf-8", "replace"))[:300].rstrip(". ")
    return f"{code} {text}".strip()

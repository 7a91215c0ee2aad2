"""What can go wrong with a mailbox, in sentences for people."""

from __future__ import annotations

import socket
import ssl
from imaplib import IMAP4
from typing import Final

from django.utils.translation import gettext as _

# What a broken, hanging or garbling connection raises; the next connection may work.
LOST: Final = (OSError, IMAP4.abort)


class Trouble(Exception):  # noqa: N818 - said of the mailbox, not of the program
    """Fetching cannot go on. `lasting`: only a person can mend it, so it is tried less often."""

    def __init__(self, sentence: str, *, error: object = "", lasting: bool = False) -> None:
        super().__init__(sentence)
        self.sentence, self.error, self.lasting = sentence, words(error), lasting


class Lost(Exception):  # noqa: N818 - an event
    """The connection broke between question and answer."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Undeliverable(Exception):  # noqa: N818 - said of one message
    """The server has this message and does not give it; the text is the sentence people read."""


def words(error: object) -> str:
    """What a library or a server said, fit for a row: one line, no control characters."""
    text = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else str(error)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:500]


def unreachable(host: str, port: int, error: Exception) -> Trouble:
    """Why no connection came about."""
    place = {"host": host, "port": port}
    if isinstance(error, ssl.SSLCertVerificationError):
        sentence = _("The certificate of the mail server %(host)s is not valid: %(why)s.")
        return Trouble(sentence % {**place, "why": error.verify_message}, error=error, lasting=True)
    if isinstance(error, ssl.SSLError):
        sentence = _("The mail server %(host)s does not speak TLS on port %(port)d: check the port and the encryption.")
        return Trouble(sentence % place, error=error, lasting=True)
    if isinstance(error, socket.gaierror):
        sentence = _(
            "There is no mail server named %(host)s: check its name. It may also be that our name server is away."
        )
        return Trouble(sentence % place, error=error)
    if isinstance(error, ConnectionRefusedError):
        sentence = _(
            "Nothing takes connections at %(host)s, port %(port)d: the mail server is down, or the port is another."
        )
        return Trouble(sentence % place, error=error)
    return silent(host, port, error)


def silent(host: str, port: int, error: Exception) -> Trouble:
    sentence = _("The mail server does not answer at %(host)s, port %(port)d. We go on trying.")
    return Trouble(sentence % {"host": host, "port": port}, error=error)


def refused(user: str, error: Exception, *, oauth: bool) -> Trouble:
    """It answered and does not let us in; its own words are kept apart, they may quote what we sent."""
    if "[UNAVAILABLE]" in str(error).upper() or "[INUSE]" in str(error).upper():
        return Trouble(_("The mail server cannot sign anybody in just now. We go on trying."), error=error)
    sentence = (
        _("The mail server refused the token for %(user)s: give the mailbox access again.")
        if oauth
        else _("The mail server refused the password for %(user)s: enter it again.")
    )
    return Trouble(sentence % {"user": user}, error=error, lasting=True)


def broke(error: Exception) -> Trouble:
    return Trouble(_("The connection to the mail server broke while we were fetching. We go on trying."), error=error)

"""A signed-in connection to a mailbox: TLS with a valid certificate, or plain on this machine only."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from imaplib import IMAP4
from typing import Final

from django.utils.translation import gettext as _
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from mail import sealing
from mail.imap import oauth, trouble
from mail.imap.hosts import is_loopback
from mail.imap.trouble import Trouble
from mail.models import Mailbox

TIMEOUTS: Final = SocketTimeout(connect=10, read=30)
imaplib._MAXLINE = 20_000_000  # type: ignore[attr-defined]  # noqa: SLF001 - the numbers of a big folder come in one line


def connect(mailbox: Mailbox) -> IMAPClient:
    """Signed in, or Trouble with a sentence. A token that was refused is renewed once."""
    if mailbox.imap_auth == Mailbox.Auth.PASSWORD:
        return _signed_in(mailbox, lambda client: _by_password(client, mailbox))
    try:
        return _signed_in(mailbox, lambda client: _by_token(client, mailbox, fresh=False))
    except LoginError:
        return _signed_in(mailbox, lambda client: _by_token(client, mailbox, fresh=True), last=True)


def close(client: IMAPClient) -> None:
    """Says good-bye where that is still possible."""
    with suppress(Exception):
        client.logout()
    cut(client)


def cut(client: IMAPClient) -> None:
    """Ends the connection at once, also while another thread waits for it."""
    with suppress(Exception):
        client.socket().shutdown(socket.SHUT_RDWR)
    with suppress(Exception):
        client.shutdown()


def _signed_in(mailbox: Mailbox, sign_in: Callable[[IMAPClient], object], *, last: bool = False) -> IMAPClient:
    oauth_used = mailbox.imap_auth == Mailbox.Auth.OAUTH2
    client = _reached(mailbox)
    try:
        sign_in(client)
    except BaseException as problem:
        cut(client)
        if isinstance(problem, LoginError) and oauth_used and not last:
            raise
        raise _explained(mailbox, problem) from None
    return client


def _explained(mailbox: Mailbox, problem: BaseException) -> BaseException:
    if isinstance(problem, sealing.Unreadable):
        sentence = _("The stored secret of this mailbox cannot be read with today's SECRET_KEY: enter it again.")
        return Trouble(sentence, lasting=True)
    if isinstance(problem, trouble.LOST):
        return trouble.silent(mailbox.imap_host, mailbox.imap_port, problem)
    if isinstance(problem, IMAP4.error):
        return trouble.refused(mailbox.imap_user, problem, oauth=mailbox.imap_auth == Mailbox.Auth.OAUTH2)
    return problem


def _reached(mailbox: Mailbox) -> IMAPClient:
    """Connected, encrypted, not signed in."""
    host, port = mailbox.imap_host, mailbox.imap_port
    if mailbox.imap_security == Mailbox.Security.PLAIN and not is_loopback(host):
        sentence = _("Mail is fetched without encryption from this machine only: choose TLS or STARTTLS for %(host)s.")
        raise Trouble(sentence % {"host": host}, lasting=True)
    try:
        client = _opened(mailbox)
    except (OSError, IMAP4.error, UnicodeError) as problem:
        raise trouble.unreachable(host, port, problem) from None
    client.normalise_times = False
    return client


def _opened(mailbox: Mailbox) -> IMAPClient:
    tls = mailbox.imap_security == Mailbox.Security.TLS
    context = ssl.create_default_context()
    client = IMAPClient(
        mailbox.imap_host, mailbox.imap_port, ssl=tls, ssl_context=context if tls else None, timeout=TIMEOUTS
    )
    if mailbox.imap_security == Mailbox.Security.STARTTLS:
        try:
            _start_tls(client, mailbox, context)
        except BaseException:
            cut(client)
            raise
    return client


def _start_tls(client: IMAPClient, mailbox: Mailbox, context: ssl.SSLContext) -> None:
    if not client.has_capability("STARTTLS"):
        sentence = _("The mail server %(host)s offers no STARTTLS on port %(port)d: choose TLS, or another port.")
        raise Trouble(sentence % {"host": mailbox.imap_host, "port": mailbox.imap_port}, lasting=True)
    client.starttls(context)


def _by_password(client: IMAPClient, mailbox: Mailbox) -> None:
    password = sealing.unseal(mailbox.imap_password)
    if client.has_capability("AUTH=PLAIN"):  # it takes every letter; LOGIN takes ASCII only
        client.sasl_login("PLAIN", lambda _challenge: f"\0{mailbox.imap_user}\0{password}".encode())
    else:
        client.login(mailbox.imap_user, password)


def _by_token(client: IMAPClient, mailbox: Mailbox, *, fresh: bool) -> None:
    token = oauth.access_token(mailbox, fresh=fresh)
    user, bearer = mailbox.imap_user, f"auth=Bearer {token}\x01\x01"
    words = {
        "XOAUTH2": f"user={user}\x01{bearer}",
        "OAUTHBEARER": f"n,a={user.replace('=', '=3D').replace(',', '=2C')},\x01{bearer}",
    }
    offered = next((name for name in words if client.has_capability(f"AUTH={name}")), None)
    if offered is None:
        raise Trouble(_("The mail server offers no sign-in with OAuth 2: choose the password."), lasting=True)
    answers = iter([words[offered].encode()])
    client.sasl_login(offered, lambda _challenge: next(answers, b""))  # what follows is why not; nothing answers it

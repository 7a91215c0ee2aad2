"""Signing in to a mailbox: by password or token, encrypted, and what is said when it fails."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from mail import sealing
from mail.imap import oauth
from mail.models import Mailbox
from tests.mail.imap.conftest import Box, MakeBox
from tests.mail.imap.dovecot import Dovecot, free_ports
from tests.mail.imap.faults import Proxy, Tokens

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def token_box(make_box: MakeBox, tokens: Tokens) -> Box:
    made = make_box(
        imap_auth="oauth2",
        imap_password="",
        oauth_token_url=tokens.url,
        oauth_client_id="desk",
        oauth_client_secret=sealing.seal("client secret"),
        oauth_scope="mail",
    )
    made.change(oauth_refresh_token=sealing.seal(tokens.allow(made.account.name)))
    return made


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_password_over_tls(
    make_box: MakeBox, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    """M-21: the certificate is checked against the name of the host."""
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.folder / "cert.pem"))
    port = dovecot.tls if security == "tls" else dovecot.plain
    box = make_box(imap_host="localhost", imap_security=security, imap_port=port)
    box.put("One")
    assert box.fetch().problem == ""
    assert box.stored == ["One"]


def test_a_certificate_nobody_vouches_for_is_refused(make_box: MakeBox, dovecot: Dovecot) -> None:
    """M-21"""
    box = make_box(imap_host="localhost", imap_security="tls", imap_port=dovecot.tls)
    box.put("One")
    assert box.fetch().problem.startswith("The certificate of the mail server localhost is not valid: self")
    assert box.stored == []


def test_a_certificate_for_another_host_is_refused(
    make_box: MakeBox, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """M-21"""
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.folder / "cert.pem"))
    box = make_box(imap_host="127.0.0.1", imap_security="starttls")
    assert "is not valid: IP address mismatch" in box.fetch().problem


def test_a_wrong_password_is_said_and_not_tried_all_the_time(
    make_box: MakeBox, caplog: pytest.LogCaptureFixture
) -> None:
    """M-21: and the password is in no message and no log."""
    box = make_box(imap_password=sealing.seal("very wrong"))
    with caplog.at_level(logging.DEBUG):
        state = box.fetch()
    assert state.problem == f"The mail server refused the password for {box.account.name}: enter it again."
    assert state.failing_since is not None
    assert state.next_try is not None
    assert (state.next_try - state.failing_since).total_seconds() > 200
    assert "very wrong" not in caplog.text + state.problem + state.error


def test_a_secret_that_cannot_be_read_any_more_is_said(make_box: MakeBox, settings: Any) -> None:
    box = make_box()
    settings.SECRET_KEY = "another key"
    assert box.fetch().problem == (
        "The stored secret of this mailbox cannot be read with today's SECRET_KEY: enter it again."
    )


def test_without_encryption_only_on_this_machine(make_box: MakeBox) -> None:
    box = make_box(imap_host="mail.example.com")
    assert "from this machine only" in box.fetch().problem


def test_nothing_there_is_said(make_box: MakeBox) -> None:
    port = free_ports(1)[0]
    box = make_box(imap_port=port)
    assert box.fetch().problem.startswith(f"Nothing takes connections at 127.0.0.1, port {port}")


def test_tls_where_there_is_none_is_said(make_box: MakeBox) -> None:
    assert "does not speak TLS on port" in make_box(imap_security="tls").fetch().problem


def test_a_folder_that_is_not_there_is_said_with_those_that_are(make_box: MakeBox) -> None:
    box = make_box(imap_folder="Partners")
    box.account.look(lambda client: client.create_folder("Anträge"))
    assert box.fetch().problem == "There is no folder “Partners”; the folders are Anträge, INBOX."


def test_a_token_is_asked_for_once_and_kept(token_box: Box, tokens: Tokens) -> None:
    """M-21: OAuth 2, XOAUTH2."""
    token_box.put("One")
    assert token_box.fetch().problem == ""
    token_box.put("Two")
    token_box.fetch()
    assert token_box.stored == ["One", "Two"]
    assert [(form["grant_type"], form["scope"]) for form in tokens.asked] == [("refresh_token", "mail")]


def test_oauthbearer_where_the_server_offers_only_that(token_box: Box, proxy: Proxy) -> None:
    """M-21"""
    proxy.rule("CAPABILITY", say="* CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER\r\n{tag} OK done\r\n", times=1)
    token_box.change(imap_port=proxy.port)
    token_box.put("One")
    assert token_box.fetch().problem == ""
    assert token_box.stored == ["One"]
    assert any("AUTHENTICATE OAUTHBEARER" in command for command in proxy.commands)


def test_a_token_about_to_run_out_is_not_used(token_box: Box, tokens: Tokens) -> None:
    """M-21"""
    tokens.lifetime = 0
    token_box.fetch()
    token_box.fetch()
    assert len(tokens.asked) == 2


def test_a_refused_token_is_renewed_once(token_box: Box, tokens: Tokens) -> None:
    """M-21"""
    token_box.fetch()
    tokens.access.clear()
    token_box.put("One")
    assert token_box.fetch().problem == ""
    assert token_box.stored == ["One"]
    assert len(tokens.asked) == 2


def test_a_server_that_refuses_every_token_is_asked_twice(token_box: Box, tokens: Tokens) -> None:
    """F-07: no hot loop."""
    tokens.refresh = dict.fromkeys(tokens.refresh, "somebody.else@desk.example.com")
    state = token_box.fetch()
    assert (
        state.problem
        == f"The mail server refused the token for {token_box.account.name}: give the mailbox access again."
    )
    assert len(tokens.asked) == 2


def test_revoked_access_is_said_and_not_tried_all_the_time(token_box: Box, tokens: Tokens) -> None:
    """F-07: revoked token → alert, no hot loop."""
    token_box.fetch()
    tokens.refresh.clear()
    tokens.access.clear()
    state = token_box.fetch()
    assert "was taken back or has run out: give the mailbox access again." in state.problem
    assert state.next_try is not None
    assert state.failing_since is not None
    assert (state.next_try - state.failing_since).total_seconds() > 200
    assert "invalid_grant" in state.error


def test_a_token_address_with_a_problem_of_its_own_is_tried_again_soon(token_box: Box, tokens: Tokens) -> None:
    tokens.broken = True
    assert "has a problem of its own" in token_box.fetch().problem
    tokens.broken = False
    assert token_box.fetch().problem == ""


def test_a_new_refresh_token_takes_the_place_of_the_old(token_box: Box, tokens: Tokens) -> None:
    """M-21: the old one is dead; the next process has only what is in the row."""
    tokens.rotating = True
    given = sealing.unseal(token_box.mailbox.oauth_refresh_token)
    token_box.fetch()
    oauth.forget()
    assert token_box.fetch().problem == ""
    renewed = Mailbox.objects.get(pk=token_box.mailbox.pk).oauth_refresh_token
    assert sealing.unseal(renewed) in tokens.refresh
    assert sealing.comes_from(renewed, given)

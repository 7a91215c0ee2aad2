"""IMAP_URL configures the default mailbox; what is wrong with it is said without the password in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from mail import mailboxes, sealing
from mail.imap import address, configured
from mail.models import Mailbox

OAUTH = {"token_url": "https://login.example.com/token", "client_id": "desk", "refresh_token": "r1"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "imaps://desk%40x.example:p%40ss@mail.x.example/INBOX",
            ("mail.x.example", 993, "tls", "desk@x.example", "INBOX"),
        ),
        ("imaps://u:p%40ss@mail.x.example:9993", ("mail.x.example", 9993, "tls", "u", "INBOX")),
        ("imap+starttls://u:p%40ss@mail.x.example/A%2FB", ("mail.x.example", 143, "starttls", "u", "A/B")),
        ("imap://u:p%40ss@127.0.0.1:1143/", ("127.0.0.1", 1143, "plain", "u", "INBOX")),
        ("imap://u:p%40ss@[::1]:1143/", ("::1", 1143, "plain", "u", "INBOX")),
    ],
)
def test_what_an_address_says(url: str, expected: tuple[str | int, ...]) -> None:
    source = address.read(url, {})
    assert source is not None
    names = ("imap_host", "imap_port", "imap_security", "imap_user", "imap_folder")
    assert tuple(source.fields[name] for name in names) == expected
    assert (source.password, source.fields["imap_after"]) == ("p@ss", "flag")
    assert "p@ss" not in repr(source)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://u:hidden@mail.x.example", "IMAP_URL begins with imaps://"),
        ("imap://u:hidden@mail.x.example", "imap:// is for this machine only"),
        ("imaps://mail.x.example/hidden", "IMAP_URL names a user and a host"),
        ("imaps://hidden@mail.x.example", "IMAP_URL has no password"),
        ("imaps://u:hidden@mail.x.example:99999/", "IMAP_URL cannot be read"),
        ("imaps://u:hidden@mail.x.example/?colour=red", "an option that is not known: colour"),
        ("imaps://u:hidden@mail.x.example/?after=burn", "after is flag or move"),
        ("imaps://u:hidden@mail.x.example/?after=move", "moved_to names the folder"),
        ("imaps://u:hidden@mail.x.example/?auth=smile", "auth is password or oauth2"),
        ("imaps://u@mail.x.example/?auth=oauth2", "IMAP_OAUTH_TOKEN_URL is missing"),
    ],
)
def test_what_is_wrong_is_one_sentence(url: str, sentence: str) -> None:
    with pytest.raises(address.BadAddress) as refusal:
        address.read(url, {})
    assert sentence in str(refusal.value)
    assert "hidden" not in str(refusal.value)


def test_nothing_set_means_nothing_fetched() -> None:
    assert address.read("", OAUTH) is None


@pytest.mark.django_db
def test_it_configures_the_default_mailbox_at_load_handbook(settings: Any) -> None:
    settings.IMAP_SOURCE = address.read("imaps://u:s3cret@mail.x.example/?after=move&moved_to=Done", {})
    call_command("load_handbook", verbosity=0)
    mailbox = Mailbox.objects.get(is_default=True)
    assert (mailbox.imap_host, mailbox.imap_user, mailbox.imap_moved_to) == ("mail.x.example", "u", "Done")
    assert "s3cret" not in str(Mailbox.objects.filter(pk=mailbox.pk).values())
    assert sealing.unseal(mailbox.imap_password) == "s3cret"
    assert not configured.apply()


@pytest.mark.django_db
def test_a_token_the_server_renewed_is_kept_until_another_is_given(settings: Any) -> None:
    settings.IMAP_SOURCE = address.read("imaps://u@mail.x.example/?auth=oauth2", OAUTH)
    assert configured.apply()
    given = Mailbox.objects.get(is_default=True).oauth_refresh_token
    Mailbox.objects.update(oauth_refresh_token=sealing.seal("r2", instead_of=given))
    mailboxes.memory.forget()
    assert not configured.apply()
    assert sealing.unseal(Mailbox.objects.get(is_default=True).oauth_refresh_token) == "r2"
    settings.IMAP_SOURCE = address.read("imaps://u@mail.x.example/?auth=oauth2", OAUTH | {"refresh_token": "r9"})
    assert configured.apply()
    assert sealing.unseal(Mailbox.objects.get(is_default=True).oauth_refresh_token) == "r9"


def test_a_bad_one_stops_the_start_with_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("imap://u:hidden@mail.x.example/")
    environment = {**os.environ, "IMAP_URL_FILE": str(file)}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "IMAP_URL: imap:// is for this machine only; use imaps:// or imap+starttls://."

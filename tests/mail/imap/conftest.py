"""A mailbox of ours on a real mail server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from mail import inbox, sealing
from mail.imap import oauth, service
from mail.models import FetchState, IncomingMail, Mailbox
from tests.mail.imap.dovecot import PASSWORD, Account, Dovecot
from tests.mail.imap.faults import Proxy, Tokens
from tests.mail.messages import raw

MakeBox = Callable[..., "Box"]


class Box:
    """The row, and the same mailbox as another mail program sees it."""

    def __init__(self, account: Account, mailbox: Mailbox) -> None:
        self.account, self.mailbox = account, mailbox

    def fetch(self, *, seconds: float = 60, recount: bool = False) -> FetchState:
        state = service.fetch(self.mailbox, seconds=seconds, recount=recount)
        assert state is not None
        return FetchState.objects.get(pk=state.pk)

    def put(self, *subjects: str, **options: Any) -> None:
        self.account.put(*(message(subject) for subject in subjects), **options)

    def change(self, **fields: Any) -> None:
        Mailbox.objects.filter(pk=self.mailbox.pk).update(**fields)
        self.mailbox.refresh_from_db()

    @property
    def state(self) -> FetchState:
        return service.state_of(self.mailbox)

    @property
    def rows(self) -> list[IncomingMail]:
        return list(IncomingMail.objects.filter(mailbox=self.mailbox).order_by("uid", "pk"))

    @property
    def stored(self) -> list[str]:
        """Subjects of what is stored, read from the bytes, in the order of the UIDs."""
        return [subject_of(row) for row in self.rows]

    def take_in(self) -> list[IncomingMail]:
        return [inbox.take_in(row.pk) for row in self.rows]


def message(subject: str, body: str = "Hello\r\n") -> bytes:
    return raw(body, subject=subject, message_id=f"<{subject.replace(' ', '.')}@acme.example>")


def subject_of(row: IncomingMail) -> str:
    lines = row.raw.read().split(b"\r\n")
    return next(line[9:].decode() for line in lines if line.startswith(b"Subject: "))


@pytest.fixture(scope="session")
def all_tokens() -> Iterator[Tokens]:
    server = Tokens()
    yield server
    server.end()


@pytest.fixture
def tokens(all_tokens: Tokens) -> Tokens:
    all_tokens.start_over()
    oauth.forget()
    return all_tokens


@pytest.fixture(scope="session")
def dovecot(all_tokens: Tokens) -> Iterator[Dovecot]:
    server = Dovecot(oauth_port=all_tokens.port)
    yield server
    server.end()


@pytest.fixture
def make_box(dovecot: Dovecot, transactional_db: None) -> MakeBox:
    def make(**fields: Any) -> Box:
        account = dovecot.new_user()
        known = {
            "name": account.name,
            "address": account.name,
            "imap_host": "127.0.0.1",
            "imap_port": dovecot.plain,
            "imap_security": "plain",
            "imap_user": account.name,
            "imap_password": sealing.seal(PASSWORD),
        }
        return Box(account, Mailbox.objects.create(**(known | fields)))

    return make


@pytest.fixture
def box(make_box: MakeBox) -> Box:
    """Empty, and visited before: what comes now is new."""
    made = make_box()
    made.fetch()
    return made


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[Proxy]:
    between = Proxy(dovecot.plain)
    yield between
    between.end()


@pytest.fixture
def ill_box(make_box: MakeBox, proxy: Proxy) -> Box:
    """A mailbox behind the proxy, visited before."""
    made = make_box(imap_port=proxy.port)
    made.fetch()
    return made


@pytest.fixture
def environment(settings: Any, tmp_path: Path) -> dict[str, str]:
    """For programs beside this process: the same database and files."""
    name = str(connection.settings_dict["NAME"])
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with suppress(FileExistsError):
        (tmp_path / "files").mkdir()
    return {**os.environ, "DATABASE_URL": url, "FILES_DIR": str(tmp_path / "files"), "SECRET_KEY": settings.SECRET_KEY}

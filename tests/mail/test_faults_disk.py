"""F-10: no room for files, really ENOSPC: said in words, nothing half there, mail waits, and it mends by itself."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents.models import StoredFile
from mail import inbox, smtp_door
from mail.models import IncomingMail
from tests.conftest import Cast
from tests.mail.messages import SUPPORT, TEXT, multipart, raw
from tests.tickets.conftest import opened  # noqa: F401 - a fixture
from tickets import actions
from tickets.actions import Recipient
from tickets.models import Attachment

pytestmark = pytest.mark.django_db(transaction=True)

FILE = TEXT.replace("text/plain", "application/pdf").replace(
    "\r\n\r\n", '\r\nContent-Disposition: attachment; filename="po.pdf"\r\n\r\n'
)


@pytest.fixture
def small_disk(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """The files lie on a file system of 256 KB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", str(disk)], check=False, capture_output=True
    )
    if not mounted or mounted.returncode:
        pytest.skip("only root may make a small file system")
    settings.MEDIA_ROOT = str(disk / "files")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """Takes all the room there is, to the last block."""
    ballast = disk / "ballast"
    with pytest.raises(OSError, match="No space left"):
        write_for_ever(ballast)
    return ballast


def write_for_ever(path: Path) -> None:
    with path.open("wb", buffering=0) as handle:
        while True:
            handle.write(b"x" * 4096)


def names(disk: Path) -> list[Path]:
    return [path for path in (disk / "files").rglob("*") if path.is_file()]


def test_mail_stays_with_its_sender_while_the_disk_is_full(small_disk: Path, cast: Cast) -> None:
    """F-10, R-03: no row without a file, no half file; the other side is asked to keep it, later it is taken."""
    message = raw("Hello\r\n" * 500, to=SUPPORT, message_id="<one@acme.example>")
    ballast = fill(small_disk)
    with pytest.raises(OSError, match="No space left"):
        smtp_door.take(message, "ana@acme.example", [SUPPORT])
    assert (IncomingMail.objects.count(), StoredFile.objects.count(), names(small_disk)) == (0, 0, [])
    ballast.unlink()
    smtp_door.take(message, "ana@acme.example", [SUPPORT])
    mail = inbox.take_in(IncomingMail.objects.get().pk)
    assert mail.outcome == "created"


def test_stored_mail_waits_for_room_for_its_files(small_disk: Path, cast: Cast) -> None:
    """F-10: the raw message is safe, its attachment has no room; nothing half, no outcome, done when there is room."""
    stored = inbox.store(multipart("mixed", TEXT + "See the file", FILE + "x" * 20_000), via="smtp")
    ballast = fill(small_disk)
    waiting = inbox.take_in(stored.pk)
    assert (waiting.state, waiting.outcome, waiting.attempts) == ("received", "", 0)
    assert waiting.reason
    assert "No space left" in waiting.error
    assert (StoredFile.objects.count(), len(names(small_disk))) == (1, 1)
    ballast.unlink()
    done = inbox.take_in(stored.pk)
    assert done.outcome == "created"
    assert Attachment.objects.get().filename == "po.pdf"


def test_an_upload_is_refused_in_words_and_text_works_on(
    small_disk: Path,
    cast: Cast,
    client: Client,
    opened: Any,  # noqa: F811 - the fixture
) -> None:
    """F-10: 422 in the composer with the text kept, 507 in the API; a reply without files leaves as ever."""
    ticket = opened()
    client.force_login(cast.nadia)
    fill(small_disk)
    words = "There is no room for files just now"
    where = f"/tickets/{ticket.reference}"
    upload = client.post(f"{where}/attachments/", {"kind": "reply", "files": SimpleUploadedFile("a.pdf", b"x" * 9000)})
    assert (upload.status_code, words in upload.content.decode()) == (422, True)
    given = {"kind": "reply", "body": "Kept words", "to": "katrin@northwind.example.com", "seen": ticket.last_event}
    sent = client.post(f"{where}/messages/", given | {"files": SimpleUploadedFile("a.pdf", b"x" * 9000)})
    assert sent.status_code == 422
    assert words in sent.content.decode()
    assert "Kept words</textarea>" in sent.content.decode()
    api = client.post(f"/api/v1{where}/attachments/", {"file": SimpleUploadedFile("a.pdf", b"x" * 9000)})
    assert (api.status_code, words in api.content.decode()) == (507, True)
    assert (StoredFile.objects.count(), Attachment.objects.count(), names(small_disk)) == (0, 0, [])
    message = actions.reply(ticket, by=cast.nadia, body="Text only", to=[Recipient(address=cast.katrin.email)])
    assert message.outgoing is not None

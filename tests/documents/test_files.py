"""Storing, sniffing, limits and serving."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse
from django.utils import timezone

from documents import limits, serving, sniffing, storing
from documents.models import StoredFile

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20
OPEN_DOCUMENT = b"PK\x03\x04" + b"\0" * 26 + b"mimetype"


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.django_db
def test_a_file_is_kept_under_a_key_of_ours() -> None:
    """S-01"""
    stored = storing.store(b"<?php evil();", name="..\\.htaccess.php", declared_type="Text/PHP; x=y")
    assert re.fullmatch(r"files/\d{4}/\d{2}/[0-9a-f]{2}/[0-9a-f]{32}", str(stored.key))
    assert (stored.name, stored.size, stored.declared_type) == ("htaccess.php", 13, "text/php")
    assert stored.sha256 == hashlib.sha256(b"<?php evil();").hexdigest()
    assert StoredFile.objects.get(pk=stored.pk).read() == b"<?php evil();"


@pytest.mark.django_db
def test_an_upload_is_read_in_pieces() -> None:
    content = os.urandom(3 * storing.CHUNK + 7)
    stored = storing.store(ContentFile(content, name="x"), name="x.bin")
    assert (stored.size, stored.read() == content) == (len(content), True)


@pytest.mark.django_db
def test_a_failed_write_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """R-06, F-10"""

    def full(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("documents.storing.write_all", full)
        with pytest.raises(OSError, match="No space"):
            storing.store(b"x", name="x")
    root = Path(default_storage.path(""))
    assert not [file for file in root.rglob("*") if file.is_file()]
    assert not StoredFile.objects.exists()


def test_other_storages_are_used_through_django() -> None:
    storage = InMemoryStorage()
    storing.write("files/a/b", b"x", storage=storage)
    assert storage.open("files/a/b").read() == b"x"
    with pytest.raises(FileExistsError):
        storing.write("files/a/b", b"y", storage=storage)


@pytest.mark.django_db
def test_orphans_are_swept_after_a_day() -> None:
    """R-06"""
    kept, orphan, fresh = (storing.put(b"x", name="x") for _ in range(3))
    kept.save()
    old = (timezone.now() - timedelta(hours=25)).timestamp()
    for stored in (kept, orphan):
        os.utime(stored.key.path, (old, old))
    foreign = Path(default_storage.path("notes.txt"))
    foreign.write_text("not ours")
    os.utime(foreign, (old, old))
    assert storing.sweep_orphans() == 1
    assert foreign.exists()
    assert [Path(stored.key.path).exists() for stored in (kept, orphan, fresh)] == [True, False, True]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"plain words", "text/plain"),
        ("Grüße".encode(), "text/plain"),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"hello <script>alert(1)</script>", "text/html"),
        (b'<svg xmlns="x">', "image/svg+xml"),
        (archive("a.txt"), "application/zip"),
        (
            archive("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            archive("[Content_Types].xml", "xl/workbook.xml"),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (OPEN_DOCUMENT + b"application/vnd.oasis.opendocument.textPK", "application/vnd.oasis.opendocument.text"),
        (OPEN_DOCUMENT + b"text/\0\r\nX-Evil: 1", "application/zip"),
        (OPEN_DOCUMENT + b"\0" * 60, "application/zip"),
        (b"MZ\x90\x00", "application/vnd.microsoft.portable-executable"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        (b"\x00\x01\x02\x03\xfe\xff", "application/octet-stream"),
        (b"", "text/plain"),
    ],
)
def test_types_are_read_from_the_bytes(content: bytes, kind: str) -> None:
    """M-11"""
    assert sniffing.content_type(content) == kind


def served(content: bytes, *, name: str = "a.bin", declared: str = "", inline: bool = False) -> Any:
    return serving.download(storing.store(content, name=name, declared_type=declared), inline=inline)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (b"<html><script>alert(1)</script>", "image/png"),
        (b'<svg onload="alert(1)">', "image/svg+xml"),
        (b"<?xml version='1.0'?>", "text/plain"),
        (b"%PDF-1.4", "text/html"),
    ],
)
def test_what_could_run_is_only_downloaded(content: bytes, declared: str) -> None:
    """S-05: whatever it says it is, also when inline was asked for."""
    response = served(content, declared=declared, inline=True)
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] in {"application/octet-stream", "application/pdf"}
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    response.close()


@pytest.mark.django_db
def test_only_raster_images_are_shown_inline() -> None:
    """S-05"""
    response = served(PNG, name="logo.html", inline=True)
    assert (response["Content-Type"], response["Content-Disposition"]) == ("image/png", 'inline; filename="logo.html"')
    assert b"".join(response.streaming_content) == PNG
    response.close()


@pytest.mark.django_db
def test_an_image_is_attached_unless_asked_for() -> None:
    response = served(PNG)
    assert response["Content-Disposition"].startswith("attachment")
    response.close()


@pytest.mark.django_db
def test_names_cannot_break_the_header() -> None:
    """S-10"""
    response = served(b"x", name='Grüße"\r\nSet-Cookie: a=b.pdf')
    assert isinstance(response, FileResponse)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe")
    assert "\n" not in response["Content-Disposition"]
    response.close()


@pytest.mark.django_db
def test_a_missing_file_is_an_alarm_not_a_404(caplog: Any) -> None:
    """R-06"""
    stored = storing.store(b"x", name="x")
    stored.key.storage.delete(str(stored.key))
    with caplog.at_level(logging.ERROR, logger="documents.serving"):
        response = serving.download(stored)
    assert response.status_code == 503
    assert "cannot be read" in caplog.text


def test_limits_are_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """S-23"""
    small = SimpleUploadedFile("a.pdf", b"x")
    assert limits.refuse(small) is None
    assert limits.refuse(SimpleUploadedFile("a.pdf", b"")) == "a.pdf is empty. Choose a file with content."
    assert limits.refuse_together([small] * 11) == "These are 11 files. Up to 10 can be attached."
    large = SimpleUploadedFile("scan.pdf", b"x")
    large.size = 26 * 1024 * 1024
    assert limits.refuse(large) == "scan.pdf is 26\xa0MB. A file may have up to 25\xa0MB."
    large.size = 20 * 1024 * 1024
    assert limits.refuse_together([large] * 3) == "The files have 60\xa0MB together. Up to 50\xa0MB can be attached."
    assert limits.refuse_together([small, large]) is None
    assert limits.hint() == "Any type, up to 25\xa0MB each, 10 files, 50\xa0MB together."

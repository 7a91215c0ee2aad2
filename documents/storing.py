"""Bytes in: written durably under a generated key (temporary file, fsync, rename), then the row.

A file whose row was never committed is an orphan; `orphans` finds those older than a day and `sweep_orphans` removes
them. A row whose file is missing is an alarm: serving and reading log it as an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, default_storage
from django.core.files.utils import validate_file_name
from django.utils import timezone

from documents import sniffing
from documents.models import StoredFile
from documents.names import safe_name
from web import rows

ORPHAN_AGE = timedelta(hours=24)
CHUNK = 1024 * 1024
OURS = re.compile(r"[a-z]+/\d{4}/\d{2}/[0-9a-f]{2}/(?:[0-9a-f]{32}|\.[0-9a-f]{32}\.part)")


def store(content: bytes | File[bytes], *, name: str, declared_type: str = "", area: str = "files") -> StoredFile:
    """Writes the bytes durably, then the row (in the caller's transaction)."""
    stored = put(content, name=name, declared_type=declared_type, area=area)
    rows.insert(stored)
    return stored


def put(content: bytes | File[bytes], *, name: str, declared_type: str = "", area: str = "files") -> StoredFile:
    """Writes the bytes durably and returns the row unsaved, for callers who insert several at once."""
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in chunks(content):
        digest.update(chunk)
        size += len(chunk)
        head = head or chunk[: sniffing.LOOKED_AT]
    key = generated_key(area)
    write(key, content)
    return StoredFile(
        key=key,
        name=safe_name(name),
        size=size,
        sha256=digest.hexdigest(),
        declared_type=safe_type(declared_type),
        content_type=sniffing.content_type(head),
    )


def chunks(content: bytes | File[bytes]) -> Iterable[bytes]:
    if isinstance(content, bytes):
        return (content,)
    content.seek(0)
    return iter(lambda: content.read(CHUNK), b"")


def safe_type(declared: str) -> str:
    kind = declared.split(";", 1)[0].strip().lower()
    return kind[:120] if kind.isascii() and kind.isprintable() else ""


def generated_key(area: str) -> str:
    """Nothing of the sender is in it: area, month, two hex digits, a random id."""
    name = uuid.uuid4().hex
    return f"{area}/{timezone.now():%Y/%m}/{name[:2]}/{name}"


def write(key: str, content: bytes | File[bytes], *, storage: Storage = default_storage) -> None:
    if isinstance(storage, FileSystemStorage) or isinstance(getattr(storage, "_wrapped", None), FileSystemStorage):
        write_durably(Path(storage.path(key)), content)
        return
    validate_file_name(key, allow_relative_path=True)
    saved = storage.save(key, ContentFile(content) if isinstance(content, bytes) else content)
    if saved != key:
        raise FileExistsError(key)


def write_durably(path: Path, content: bytes | File[bytes]) -> None:
    """The file is whole or absent after a crash: temporary name, fsync, rename, fsync of the directory."""
    make_directory(path.parent)
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("xb", buffering=0) as handle:
            for chunk in chunks(content):
                write_all(handle.fileno(), chunk)
            os.fsync(handle.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    fsync_directory(path.parent)


def write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


def make_directory(directory: Path) -> None:
    if directory.is_dir():
        return
    make_directory(directory.parent)
    with contextlib.suppress(FileExistsError):
        directory.mkdir()
    fsync_directory(directory.parent)


def fsync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep_orphans(*, storage: Storage = default_storage) -> int:
    """Removes files older than a day that no row names; returns how many."""
    removed = 0
    for key in orphans(storage=storage):
        storage.delete(key)
        removed += 1
    return removed


def orphans(*, storage: Storage = default_storage, root: str = "") -> Iterator[str]:
    """Keys older than a day without a row; what is not named like a file of ours is never touched."""
    folders, files = storage.listdir(root)
    keys = [key for name in files if OURS.fullmatch(key := f"{root}/{name}")]
    known = set(StoredFile.objects.filter(key__in=keys).values_list("key", flat=True)) if keys else set()
    yield from (key for key in keys if key not in known and is_old(key, storage=storage))
    for folder in folders:
        yield from orphans(storage=storage, root=f"{root}/{folder}" if root else folder)


def is_old(key: str, *, storage: Storage) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return storage.get_modified_time(key) < timezone.now() - ORPHAN_AGE
    return False

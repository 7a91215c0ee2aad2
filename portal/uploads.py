"""A file that has just arrived: its digest, and keeping it."""

from __future__ import annotations

import hashlib
from typing import Any, TypeAlias

from django.core.files.uploadedfile import UploadedFile

from documents.models import StoredFile
from documents.storing import store

Upload: TypeAlias = "UploadedFile[Any]"


def digest_of(upload: Upload) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def keep(upload: Upload) -> StoredFile:
    return store(upload, name=upload.name or "", declared_type=upload.content_type or "")

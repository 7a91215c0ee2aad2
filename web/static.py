"""Collected static files: css/desk.css with its @imports written into it, so that a page asks for one style sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

SHEET = "css/desk.css"
_IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>\w+)\);')


def bundle(paths: dict[str, tuple[Any, str]]) -> str:
    """The sheet with every imported file in place of its @import, in the same layer."""

    def written_out(found: re.Match[str]) -> str:
        text = _read(paths, f"css/{found['path']}")
        return f"@layer {found['layer']} {{\n{text}}}\n"

    return _IMPORT.sub(written_out, _read(paths, SHEET))


class Bundled:
    """Mixed into a manifest storage, before its names are hashed."""

    def post_process(self, paths: dict[str, tuple[Any, str]], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if SHEET in paths and not dry_run:
            memory = InMemoryStorage()
            memory.save(SHEET, ContentFile(bundle(paths).encode()))
            paths = {**paths, SHEET: (memory, SHEET)}
        yield from super().post_process(paths, dry_run, **options)  # type: ignore[misc]


class DeskStaticFiles(Bundled, ManifestStaticFilesStorage):  # type: ignore[misc]  # the stubs disagree with Django
    """For the demo and the tests: hashed names, uncompressed."""


class CompressedDeskStaticFiles(Bundled, CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # untyped
    """For an image: hashed names, compressed beforehand."""


def _read(paths: dict[str, tuple[Any, str]], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read().decode())

"""The files that came with a message: their bytes first, then their rows."""

from __future__ import annotations

from documents import storing
from documents.models import StoredFile
from mail.models import IncomingMail, IncomingPart
from mail.parsing import ParsedMail


def write_files(parsed: ParsedMail) -> list[StoredFile]:
    """Durable on disk, rows unsaved: what no row ever names is swept away."""
    return [
        storing.put(part.content, name=part.filename, declared_type=part.content_type) for part in parsed.attachments
    ]


def keep_files(mail: IncomingMail, parsed: ParsedMail, files: list[StoredFile]) -> None:
    if not files:
        return
    StoredFile.objects.bulk_create(files)
    IncomingPart.objects.bulk_create(
        IncomingPart(
            mail=mail,
            stored=stored,
            filename=part.filename,
            content_type=part.content_type,
            size=stored.size,
            content_id=part.content_id,
            inline=part.inline,
            position=position,
        )
        for position, (part, stored) in enumerate(zip(parsed.attachments, files, strict=True))
    )

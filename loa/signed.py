"""What DocuSign gives as the signed letter: that it is whole and this one, and the date it bears."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.utils import timezone
from django.utils.translation import gettext as _

from documents import pdf, tables
from documents.pdf import Pdf
from loa import clock, dating
from loa.models import LetterRequest
from partners import names

MARK: Final = b"%PDF-"
ENDING: Final = b"%%EOF"
LAST_BYTES: Final = 1024
CERTIFICATE: Final = re.compile(r"certificate\s+of\s+completion", re.IGNORECASE)
DatedBy = Literal["letter", "completed"]


class NotTheLetter(Exception):  # noqa: N818 - what a person has to look at
    """The file is not a whole PDF, or one about somebody else; the text is a sentence for people."""


@dataclass(frozen=True, kw_only=True)
class Signed:
    """`pages` is None where nobody could read it; `dated_by`: Legal's words, or the last signature."""

    content: bytes
    pages: int | None
    named: Literal["envelope", "company", ""]
    dated: date
    dated_by: DatedBy


def examine(request: LetterRequest, content: bytes) -> Signed:
    """Reads it in the cage, outside any transaction. What cannot be read is kept all the same: DocuSign signed it."""
    if not content.startswith(MARK) or ENDING not in content[-LAST_BYTES:]:
        raise NotTheLetter(_("DocuSign gave no whole PDF for the signed letter. Nothing was kept."))
    found = _read(content)
    text = "\n".join(found.texts if found else ())
    named = _named(request, text)
    if text.strip() and not named:
        raise NotTheLetter(
            _("The PDF that DocuSign gave names neither this envelope nor %(company)s. It was not kept: look there.")
            % {"company": request.company or _("the company")}
        )
    completed = _completed(request)
    letter = CERTIFICATE.split(text)[0]
    by_legal = dating.written(letter, earliest=_asked(request), latest=completed + timedelta(days=1))
    return Signed(
        content=content,
        pages=found.pages if found else None,
        named=named,
        dated=by_legal or completed,
        dated_by="letter" if by_legal else "completed",
    )


def _read(content: bytes) -> Pdf | None:
    """None where nobody can read it."""
    try:
        return pdf.read(content)
    except tables.Unfit:
        return None


def _named(request: LetterRequest, text: str) -> Literal["envelope", "company", ""]:
    bare = _bare(text)
    if request.envelope is not None and _bare(request.envelope.envelope_id) in bare:
        return "envelope"
    companies = {_bare(request.company), _bare(names.normalised(request.company))} - {""}
    return "company" if any(one in bare for one in companies) else ""


def _bare(text: str) -> str:
    """Letters and digits alone, without accents: a PDF breaks lines and words where it likes."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(one for one in plain if one.isalnum())


def _asked(request: LetterRequest) -> date:
    sent = request.envelope.sent if request.envelope is not None else None
    return clock.day_of(min(sent or request.requested, request.requested), clock.region_of(request)) - timedelta(days=1)


def _completed(request: LetterRequest) -> date:
    done = request.envelope.completed if request.envelope is not None else None
    return clock.day_of(done or request.ended or timezone.now(), clock.region_of(request))

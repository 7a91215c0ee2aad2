"""The documents of a request: the signed letter, and beside it what looks like one and is not valid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _

from loa.models import Letter, LetterRequest
from tickets.models import Attachment
from tickets.models.message import Visibility

PDF = "application/pdf"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One document. `standing`: valid, draft (looks like a letter and is none), old, or empty for anything else."""

    name: str
    standing: str
    words: str
    size: int | None = None
    href: str = ""
    digest: str = ""

    @property
    def is_pdf(self) -> bool:
        return self.name.lower().endswith(".pdf")


def of(request: LetterRequest, *, today: date) -> list[Paper]:
    """The letter first, or what DocuSign still holds; then what came with the conversation. One statement."""
    letter: Letter | None = getattr(request, "letter", None)
    first = [_signed(letter, today)] if letter else _in_docusign(request)
    return [*first, *_attached(request, letter)]


def _signed(letter: Letter, today: date) -> Paper:
    stored = letter.stored
    return Paper(
        name=stored.name if stored else _("Letter of %(day)s") % {"day": date_format(letter.dated, "j M Y")},
        standing="valid" if letter.state == Letter.State.IN_FORCE and today <= letter.valid_until else "old",
        words=_standing(letter, today),
        size=stored.size if stored else None,
        href=reverse("loa:file", args=[letter.pk]) if stored else "",
        digest=letter.sha256,
    )


def _standing(letter: Letter, today: date) -> str:
    if letter.state != Letter.State.IN_FORCE:
        return str(letter.get_state_display())
    day = {"day": date_format(letter.valid_until, "j M Y")}
    return _("Valid to %(day)s") % day if today <= letter.valid_until else _("Expired on %(day)s") % day


def _in_docusign(request: LetterRequest) -> list[Paper]:
    """Anybody in the envelope may download its document at any time; without Legal's date it proves nothing."""
    if request.envelope is None or request.stage == LetterRequest.Stage.COMPLETED:
        return []
    ended = request.ended is not None
    says = _("It was never dated by Legal.") if ended else _("Legal has not dated it yet.")
    return [Paper(name=_("Draft in DocuSign"), standing="draft", words=says)]


def _attached(request: LetterRequest, letter: Letter | None) -> Iterator[Paper]:
    if request.ticket is None:
        return
    shown = Attachment.objects.filter(ticket=request.ticket, message__isnull=False)
    for file in shown.exclude(message__visibility=Visibility.NOTE).select_related("stored").order_by("id")[:30]:
        stored = file.stored
        same = bool(letter and stored and letter.sha256 and stored.sha256 == letter.sha256)
        draft = not same and bool(stored and stored.content_type == PDF)
        yield Paper(
            name=file.filename,
            standing="valid" if same else "draft" if draft else "",
            words=_("The signed letter, as it came by mail")
            if same
            else _("Attached to %(reference)s") % {"reference": request.ticket.reference},
            size=file.size,
            href=f"/tickets/{request.ticket.reference}/attachments/{file.pk}/",
        )

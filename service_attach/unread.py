"""Documents whose text nobody could read: scans, files that are locked or damaged. A person looks at their pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from documents.models import Paper
from documents.papers import pictures
from tickets import papers
from tickets.models import Attachment, Ticket
from tickets.procedures import Fact


def cause(ticket: Ticket) -> str:
    """Why what was read is not all there is, as one sentence; empty where every document was read."""
    known = _papers(ticket)
    refused = next(((one, paper) for one, paper in known if paper.refused), None)
    if refused is not None:
        return f"{refused[0].filename}: {refused[1].refused}"
    scan = next((one for one, paper in known if _is_scan(paper)), None)
    return _("%(name)s is a scan that has no text we could read.") % {"name": scan.filename} if scan else ""


def facts(ticket: Ticket) -> list[Fact]:
    """One line for each file that could not be read, or not wholly."""
    return [
        Fact(name=one.attachment.filename, value=one.sentence, tone="unsure", link=papers.page_url(one.attachment))
        for one in papers.problems(ticket)
    ]


def has_pages(attachment: Attachment) -> bool:
    """Whether there is a picture of its pages."""
    paper = Paper.objects.filter(stored=attachment.stored_id).first()
    return paper is not None and pictures.has_pictures(paper)


def _papers(ticket: Ticket) -> list[tuple[Attachment, Paper]]:
    files = papers.files_of(ticket)
    rows = {one.stored_id: one for one in Paper.objects.filter(stored__in=[one.stored_id for one in files])}
    return [(one, rows[one.stored_id]) for one in files if one.stored_id in rows]


def _is_scan(paper: Paper) -> bool:
    """Some page is a picture of text that no program has read."""
    return any(page.get("scan") and not str(page.get("text", "")).strip() for page in paper.pages)

"""What a ticket may be, once its documents have been read; by itself the desk changes only what nobody has touched."""

from __future__ import annotations

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from documents.models import Paper
from journal.record import DESK, events_of
from people.roles import STAFF_ROLES
from tickets import actions, hooks, kinds, papers, recognition
from tickets.actions.core import locked
from tickets.kinds import Candidate, Clues, Document
from tickets.models import Draft, Message, Recognition, Status, Step, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import Channel

CERTAIN: Final = 80
AHEAD: Final = 15  # of what it is now
APART: Final = 5  # of the next one
READ_OF_EACH: Final = 2_000
_READ_OF_THE_TEXT: Final = 20_000


def papers_read(ticket: Ticket) -> None:
    """A worker has read what came with a ticket: what it is, is asked again before its procedure goes on."""
    if ticket.is_active:
        read_again(ticket)


def read_again(ticket: Ticket) -> Recognition | None:
    """Ranks anew with what the documents say. Twice is harmless; None where there is nothing to go by."""
    clues = clues_of(ticket)
    if clues is None:
        return None
    candidates = kinds.rank(clues)
    with locked(ticket) as row:
        found = recognition.keep_again(row, recognition.ranked_of(candidates, clues))
        better = surely_another(row, candidates)
        if better is not None and found.corrected is None and is_untouched(row):
            why = _("The documents were read. %(because)s") % {"because": better.evidence.because}
            actions.change_kind(row, to=better.kind.slug, topic=better.evidence.topic, by=DESK, why=why)
    ticket.refresh_from_db()
    return found


def clues_of(ticket: Ticket) -> Clues | None:
    """The first message as the mail came, its files, and what all of the partner's documents say at their heads."""
    first = ticket.messages.filter(visibility=Visibility.IN).select_related("incoming").order_by("pk").first()
    if first is None:
        return None
    return Clues(
        subject=first.incoming.subject if first.incoming else first.subject or ticket.subject,
        body=_text(first)[:_READ_OF_THE_TEXT],
        from_address=first.author_address,
        to=tuple(one["address"] for one in first.to),
        cc=tuple(one["address"] for one in first.cc),
        filenames=tuple(first.attachments.order_by("pk").values_list("filename", flat=True)),
        documents=_documents(ticket),
    )


def surely_another(ticket: Ticket, candidates: list[Candidate]) -> Candidate | None:
    """The type it certainly is, and is not yet: far ahead of what it is taken for, and of every other."""
    if not candidates:
        return None
    best, score = candidates[0], candidates[0].evidence.score
    present = max((one.evidence.score for one in candidates if one.kind.slug == ticket.kind), default=0)
    others = max((one.evidence.score for one in candidates if one.kind is not best.kind), default=0)
    is_sure = score >= CERTAIN and score - present >= AHEAD and score - others >= APART
    return best if is_sure and best.kind.slug != ticket.kind else None


def is_untouched(ticket: Ticket) -> bool:
    """Nobody has taken it, answered it, begun to write or decided a step; and the partner did not choose its type.

    What lay in a mailbox before we came was promised nothing: no procedure begins for it by itself.
    """
    if ticket.channel != Channel.MAIL or ticket.status != Status.NEW or ticket.assignee_id is not None:
        return False
    touched = (
        events_of(ticket).filter(actor__role__in=STAFF_ROLES).exists()
        or Draft.objects.filter(ticket=ticket).exists()
        or Step.objects.filter(ticket=ticket, by__isnull=False).exists()
        or ticket.messages.filter(Q(visibility=Visibility.REPLY) | Q(incoming__silent=True)).exists()
        or any(step.data.get("changes") for step in Step.objects.filter(ticket=ticket, state=Step.State.DONE))
    )
    return not touched and not hooks.why_no_other_kind(ticket)


def _text(message: Message) -> str:
    return message.incoming.body_text if message.incoming else message.body


def _documents(ticket: Ticket) -> tuple[Document, ...]:
    """Oldest file first, as they came; those that could not be read say nothing."""
    files = papers.files_of(ticket)[::-1]
    read = {one.stored_id: one for one in Paper.objects.filter(stored__in=[file.stored_id for file in files])}
    return tuple(
        Document(name=one.filename, text=_head(read[one.stored_id]), attachment=one.pk)
        for one in files
        if one.stored_id in read
    )


def _head(paper: Paper) -> str:
    """Of the first two pages: the first may be a cover."""
    return "\n".join(str(page.get("text", ""))[:READ_OF_EACH] for page in paper.pages[:2])

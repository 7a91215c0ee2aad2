"""The papers of a ticket: what the partner sent, read by a worker, and the texts in which values are looked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents import papers
from documents.models import Paper
from documents.papers import Source
from tickets import kinds, own_words, reading_once
from tickets.models import Attachment, Message, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import REFERENCE_PREFIX

MOST_READ: Final = 40  # files of a ticket, the newest
SMALL: Final = 20_000  # bytes of a picture inside a text: a logo
AS_READ: Final = {
    "pages": F("stored__paper__page_count"),  # None as long as nobody has read it
    "refused": F("stored__paper__refused"),
    "scanned": F("stored__paper__scanned"),
    "warnings": F("stored__paper__warnings"),
}  # how a file was read, beside its row


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A file that could not be read, or not wholly, and the sentence that says why."""

    attachment: Attachment
    sentence: str


def sources_of(ticket: Ticket) -> list[Source]:
    """What the form, the partner's mails (the newest first), the names of the files and the papers say, as far as read.

    The partner's are those that came in as theirs: a stranger's word in the conversation proves nothing.
    """
    messages = list(messages_of(ticket))
    files = files_of(ticket)
    read = papers.known(one.stored_id for one in files)
    form = _form(ticket, messages[-1:])
    mails = messages if form is None else messages[:-1]
    return [
        *([form] if form else []),
        *(_mail(one) for one in mails),
        *(_paper(one, read[one.stored_id]) for one in files if one.stored_id in read),
        *(_name(one) for one in files),
    ]


def read_all(ticket: Ticket) -> list[Paper]:
    """The papers of a ticket, the newest file first; those that nobody has read are read now. Only in a worker.

    Raises OSError where one cannot be read just now: a step is tried again then.
    """
    files = files_of(ticket)[:MOST_READ]
    read = papers.known(one.stored_id for one in files)
    return [read.get(one.stored_id) or reading_once.wait_or_read(one.stored) for one in files]


def problems(ticket: Ticket) -> list[Problem]:
    """Files that were not read, and what is odd about those that were."""
    files = files_of(ticket)
    read = papers.known(one.stored_id for one in files)
    found = [
        Problem(attachment=one, sentence=sentence)
        for one in files
        if one.stored_id in read
        for sentence in [read[one.stored_id].refused, *read[one.stored_id].warnings]
        if sentence
    ]
    left = [one for one in files[MOST_READ:] if one.stored_id not in read]
    if left:
        found.append(Problem(attachment=left[0], sentence=_left_words(len(left))))
    return found


def _left_words(count: int) -> str:
    words = ngettext(
        "It was not read: the newest %(most)d files of a ticket are. Open it yourself.",
        "It and %(others)d more were not read: the newest %(most)d files of a ticket are. Open them yourself.",
        count,
    )
    return words % {"others": count - 1, "most": MOST_READ}


def messages_of(ticket: Ticket) -> Iterator[Message]:
    """What the partner's side wrote, the newest first."""
    rows = Message.objects.filter(ticket=ticket, visibility=Visibility.IN, unknown_sender=False)
    yield from rows.only("subject", "body", "html", "author_name", "created", "ticket").order_by("-pk")


def files_of(ticket: Ticket) -> list[Attachment]:
    """The partner's files, the newest first; not the logos inside their mails."""
    rows = Attachment.objects.filter(
        ticket=ticket, message__visibility=Visibility.IN, message__unknown_sender=False
    ).select_related("stored")
    return [one for one in rows.order_by("-pk") if not _is_logo(one)]


def page_url(attachment: Attachment, page: int = 1, words: str = "") -> str:
    """A page of a file to look at, its text beside it; `words` are marked."""
    address = reverse("tickets:paper", args=[f"{REFERENCE_PREFIX}{attachment.ticket_id}", attachment.pk, page])
    return f"{address}?{urlencode({'words': words})}" if words else address


def picture_url(attachment: Attachment, page: int = 1) -> str:
    """How that page looks."""
    return reverse("tickets:paper_picture", args=[f"{REFERENCE_PREFIX}{attachment.ticket_id}", attachment.pk, page])


def _form(ticket: Ticket, first: Sequence[Message]) -> Source | None:
    """The answers as “label: value”; the first message of such a ticket repeats them."""
    given = {name: value.strip() for name, value in ticket.fields.items() if isinstance(value, str)}
    if not any(given.values()) or not first:
        return None
    named = {one.name: str(one.label) for kind in kinds.all_kinds() for one in fields_of(kind)}
    named |= {one.name: str(one.label) for one in fields_of(kinds.kind_of(ticket.kind))}
    lines = [f"{named.get(name, name.replace('_', ' '))}: {value}" for name, value in given.items() if value]
    return Source(name=_("the form"), pages=("\n".join(lines),), kind="form", address=_at(first[0]))


def fields_of(kind: kinds.Kind) -> Iterator[kinds.Field]:
    yield from kind.fields
    for card in kind.cards:
        yield from card.fields or ()


def _mail(message: Message) -> Source:
    words = _("%(name)s's message") % {"name": message.author_name}
    subject = f"{message.subject}\n" if message.subject else ""
    return Source(name=words, pages=(subject + own_words.of(message),), kind="mail", address=_at(message))


def _paper(attachment: Attachment, paper: Paper) -> Source:
    pages = [str(page.get("text", "")) for page in paper.pages]
    return Source(
        name=attachment.filename,
        pages=tuple(pages),
        recognised=frozenset(number for number, page in enumerate(paper.pages, start=1) if page.get("ocr")),
        address=page_url(attachment, 1).removesuffix("1/") + "{page}/?words={words}",
        stored_id=attachment.stored_id,
        attachment_id=attachment.pk,
    )


def _name(attachment: Attachment) -> Source:
    """What a file is called says something; its ending and the seams between words do not."""
    stem = attachment.filename.rpartition(".")[0] or attachment.filename
    return Source(
        name=_("the name of %(file)s") % {"file": attachment.filename},
        pages=(stem.replace("_", " "),),
        kind="name",
        address=page_url(attachment, 1),
        stored_id=attachment.stored_id,
        attachment_id=attachment.pk,
    )


def _at(message: Message) -> str:
    return reverse("tickets:ticket", args=[f"{REFERENCE_PREFIX}{message.ticket_id}"]) + f"#m{message.pk}"


def _is_logo(one: Attachment) -> bool:
    return one.inline and one.content_type.startswith("image/") and one.size < SMALL

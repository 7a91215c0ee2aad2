"""What a ticket may be, kept beside it: every candidate with its words, and whether a person has decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils import timezone

from people.models import User
from tickets import quoting
from tickets.kinds import Candidate, Clues, Place
from tickets.models import Recognition, Ticket
from web import rows

MOST: Final = 5
Ranked = list[dict[str, Any]]


def of(ticket: Ticket) -> Recognition | None:
    return Recognition.objects.filter(ticket=ticket).select_related("ticket", "corrected_by").first()


def ranked_of(candidates: Sequence[Candidate], clues: Clues) -> Ranked:
    """The surest few as they are kept: each place with the words as they were written, and around them."""
    return [
        {
            "kind": one.kind.slug,
            "topic": one.evidence.topic,
            "score": one.evidence.score,
            "because": one.evidence.because,
            "signs": [_sign(place, clues) for place in one.evidence.places],
        }
        for one in candidates[:MOST]
    ]


def keep(ticket: Ticket, ranked: Ranked) -> None:
    """Beside a ticket that has just been opened, in its transaction; nothing where no words spoke for anything."""
    if ranked:
        rows.insert(Recognition(ticket=ticket, ranked=ranked))


def keep_again(ticket: Ticket, ranked: Ranked) -> Recognition:
    """Read once more, with the documents. The caller holds the ticket."""
    row, made = Recognition.objects.get_or_create(ticket=ticket, defaults={"ranked": ranked, "papers": True})
    if not made:
        row.ranked, row.papers, row.read = ranked, True, timezone.now()
        row.save(update_fields=["ranked", "papers", "read"])
    return row


def chosen(ticket: Ticket, *, by: User) -> None:
    """A person said what it is: from now on nothing else decides. The caller holds the ticket."""
    decided = {"corrected_by": by, "corrected": timezone.now()}
    Recognition.objects.update_or_create(ticket=ticket, defaults=decided)


def _sign(place: Place, clues: Clues) -> Mapping[str, Any]:
    found = quoting.quote(_text_of(place, clues), place.words)
    shown = {"words": place.words, "before": "", "after": ""} if found is None else vars(found)
    return {"where": place.where, "source": place.source, "attachment": place.attachment, **shown}


def _text_of(place: Place, clues: Clues) -> str:
    if place.where == "document":
        return next((one.text for one in clues.documents if one.attachment == place.attachment), "")
    if place.where == "file":
        return next((name for name in clues.filenames if quoting.quote(name, place.words)), "")
    return clues.subject if place.where == "subject" else clues.body

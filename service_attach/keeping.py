"""The copy of each document that came with a proof, and which of them is the proof."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from service_attach.models import Proof, ProofDocument
from tickets import papers
from tickets.actions import Refused
from tickets.models import Attachment, Ticket

PICTURES: Final = "image/"
SMALL_PICTURE: Final = 40_000  # bytes: a logo below a mail, not a page somebody has photographed


def documents_of(ticket: Ticket) -> list[Attachment]:
    """What the partner has sent, oldest first, each content once; the logo of a signature is none of it."""
    first: dict[str, Attachment] = {}
    for one in reversed(papers.files_of(ticket)):
        if one.size and not _logo(one):
            first.setdefault(one.stored.sha256, one)
    return list(first.values())


def keep(proof: Proof, *, speaking: Iterable[str] = ()) -> list[ProofDocument]:
    """A row for each document; `speaking` are the stored files something was read from, the most telling first.

    The one that says most is the proof; a person may choose otherwise, and then it stays so.
    """
    known = {one.sha256: one for one in proof.documents.select_related("stored")}
    for one in documents_of(proof.ticket):
        if one.stored.sha256 not in known:
            row, _new = ProofDocument.objects.get_or_create(
                proof=proof,
                stored=one.stored,
                defaults={"sha256": one.stored.sha256, "name": one.filename, "proves": False},
            )
            known[row.sha256] = row
    kept = sorted(known.values(), key=lambda one: one.pk)
    if "proves" not in proof.corrected:
        _mark(kept, _proving(kept, list(speaking)))
    return kept


def has_document(proof: Proof) -> bool:
    return proof.documents.exists() or bool(documents_of(proof.ticket))


def choose(proof: Proof, ids: Collection[int]) -> Mapping[str, Any]:
    """A person says which documents are the proof; what is to be written down of that, empty where it is as before."""
    kept = list(proof.documents.all())
    wanted = [one for one in kept if one.pk in set(ids)]
    if kept and not wanted:
        raise Refused(_("Choose at least one document: it is what the channel manager gets."))
    before = {one.pk for one in kept if one.proves}
    _mark(kept, wanted)
    if before == {one.pk for one in wanted}:
        return {}
    if "proves" not in proof.corrected:
        proof.corrected = [*proof.corrected, "proves"]
    return {"documents": [one.name for one in wanted]}


def _proving(kept: list[ProofDocument], speaking: list[str]) -> list[ProofDocument]:
    order = {stored: place for place, stored in enumerate(speaking)}
    return sorted(kept, key=lambda one: (order.get(str(one.stored_id), len(order)), one.pk))[:1]


def _mark(kept: Iterable[ProofDocument], proving: Collection[ProofDocument]) -> None:
    chosen = {one.pk for one in proving}
    for one in kept:
        if one.proves != (one.pk in chosen):
            one.proves = one.pk in chosen
            one.save(update_fields=["proves"])


def _logo(one: Attachment) -> bool:
    return one.inline and one.content_type.startswith(PICTURES) and one.size < SMALL_PICTURE

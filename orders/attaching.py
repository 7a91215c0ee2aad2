"""The purchase order on its opportunity in Salesforce: which document it is, put there once, read back, taken off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import asking, outcomes
from integrations.models import ExternalAction
from integrations.outcomes import Outcome
from integrations.salesforce.shapes import FileRef
from journal.record import DESK, actor_of, record
from orders import attached
from orders.attached import PICTURE
from orders.models import OrderRequest
from people.models import User
from tickets.models import Attachment, Ticket
from tickets.models.message import Visibility
from tickets.procedures import At, Change, Retry, Stuck
from web import failpoints

SAYS_SO: Final = re.compile(
    r"(?<![a-z])(p\.?o\.?|purchase.?order|bestellung|bon.?de.?commande|orden.?de.?compra|pedido|order.?form)(?![a-z])"
    r"|注文書|発注書",
    re.IGNORECASE,
)
AGAIN: Final = 5.0  # seconds: Salesforce lists a new file a moment later


def documents(ticket: Ticket) -> list[Attachment]:
    """The partner's own files in the order they came, the same content under the same name once."""
    rows = ticket.attachments.filter(message__visibility=Visibility.IN, message__unknown_sender=False)
    found: dict[tuple[str, str], Attachment] = {}
    for one in filter(attached.is_document, rows.select_related("stored", "message").order_by("pk")):
        found.setdefault((one.stored.sha256, one.filename), one)
    return list(found.values())


def certain(request: OrderRequest) -> Attachment | None:
    """The one that is likely the order: a person said so, it holds the number, it is called so, or it is alone."""
    if (one := said(request)) is not None:
        return one
    files = documents(request.ticket)
    papers = [one for one in files if not one.content_type.startswith(PICTURE)]
    papers = papers or [one for one in files if not one.inline]  # what is pasted into a text, a person points at
    for mark in (_holds_number(request, papers), [one for one in papers if SAYS_SO.search(_spaced(one.filename))]):
        if len(mark) == 1:
            return mark[0]
    return papers[0] if len(papers) == 1 else None


def said(request: OrderRequest) -> Attachment | None:
    """The one a person has named."""
    files = documents(request.ticket) if request.document_id else []
    return next((one for one in files if (one.stored_id, one.filename) == _named(request)), None)


def came_after(request: OrderRequest) -> list[Attachment]:
    """What the partner has sent since the order was attached: it may be the right one."""
    since = request.attached
    return [one for one in documents(request.ticket) if since and one.message and one.message.created > since]


def change(request: OrderRequest, filename: str) -> Change:
    """The write, before → after."""
    known = request.opportunity
    name, link = str(known.get("name", "")), str(known.get("link", ""))
    return Change(record=name, field=_("Files"), before="", after=filename, link=link)


def say(request: OrderRequest, one: Attachment, *, by: User) -> None:
    """A person says which it is; in the transaction of their decision."""
    request.document, request.document_name = one.stored, one.filename
    request.save(update_fields=["document", "document_name"])
    record(request, "purchase order named", by=actor_of(by), after={"document": one.filename})


def attach(at: At, request: OrderRequest, one: Attachment) -> dict[str, Any]:
    """Puts it there, looks whether it is, and keeps where; `Stuck` in Salesforce's words."""
    record_id = request.opportunity_id
    payload = {"record": record_id, "file": str(one.stored_id), "title": _title(one), "name": one.filename}
    outcome = at.write("salesforce.attach_file", payload, changes=[change(request, one.filename)])
    failpoints.reach("purchase order attached")
    if not outcome.worked:
        raise Stuck(_("Salesforce says no: %(words)s") % {"words": outcome.words})
    if not outcome.ref:  # shadow mode: nothing was written, so there is nothing to read back
        return {}
    there = _read_back(record_id, outcome.ref)
    failpoints.reach("purchase order read back")
    _keep(request, one, there)
    failpoints.reach("purchase order kept")
    return {
        "record": record_id,
        "document": there.document,
        "link": there.link,
        "size": there.size,
        "ours": _is_ours(at, request, outcome, there),
    }


def detach(at: At, request: OrderRequest) -> str:
    """Takes off what this step has put there; what hung there before it stays."""
    kept = at.step.data.get("keep", {})
    if not kept.get("document"):
        raise Stuck(_("Nothing was attached by this step."))
    if not kept.get("ours"):
        raise Stuck(_("The file hung there before. Whoever put it there has to take it off."))
    hung = change(request, request.document_name)
    taken_off = replace(hung, before=hung.after, after="")
    payload = {"record": kept["record"], "document": kept["document"]}
    outcome = at.write("salesforce.detach_file", payload, changes=[taken_off])
    failpoints.reach("purchase order detached")
    if not outcome.worked:
        raise Stuck(_("Salesforce says no: %(words)s") % {"words": outcome.words})
    _forget(request, at.by)
    return request.document_name


def _named(request: OrderRequest) -> tuple[Any, str]:
    return request.document_id, request.document_name


def _holds_number(request: OrderRequest, files: Sequence[Attachment]) -> list[Attachment]:
    """Those the number of the purchase order was read in."""
    sources = [
        str(row.get("source", ""))
        for row in request.facts.get("po_no", ())
        if row.get("value") == request.po_no and request.po_no
    ]
    return [one for one in files if any(source.startswith(one.filename) for source in sources)]


def _read_back(record_id: str, document: str) -> FileRef:
    found: list[FileRef] = asking.ask("salesforce.files_of", record_id)
    there = next((one for one in found if one.document == document), None)
    if there is None:
        raise Retry(_("Salesforce has taken the file and does not show it at the opportunity yet."), seconds=AGAIN)
    return there


def _is_ours(at: At, request: OrderRequest, outcome: Outcome, there: FileRef) -> bool:
    """Not what hung there before we first wrote; a worker that died after the write finds its own file there."""
    if outcome.kind is outcomes.DONE:
        return True
    if OrderRequest.objects.filter(document_ref=there.document).exclude(pk=request.pk).exists():
        return False  # another ticket's
    first = ExternalAction.objects.filter(key__startswith=at.key).order_by("created").first()
    return first is not None and there.modified is not None and there.modified >= first.created.replace(microsecond=0)


def _keep(request: OrderRequest, one: Attachment, there: FileRef) -> None:
    with transaction.atomic():
        row = OrderRequest.objects.select_for_update().get(pk=request.pk)
        if row.document_ref == there.document:
            return
        row.document, row.document_name = one.stored, one.filename
        row.document_ref, row.attached = there.document, timezone.now()
        row.save(update_fields=["document", "document_name", "document_ref", "attached"])
        record(row, "purchase order attached", by=DESK, after={"document": one.filename, "link": there.link})


def _forget(request: OrderRequest, by: User | None) -> None:
    with transaction.atomic():
        row = OrderRequest.objects.select_for_update().get(pk=request.pk)
        if row.document_ref:
            row.document_ref, row.attached = "", None
            row.save(update_fields=["document_ref", "attached"])
            actor = actor_of(by) if by else DESK
            record(row, "purchase order taken off", by=actor, before={"document": row.document_name})


def _title(one: Attachment) -> str:
    """As Salesforce shows it: without the ending. The same document of two mails is so the same file there."""
    return (one.filename.rpartition(".")[0] or one.filename)[:255]


def _spaced(name: str) -> str:
    return re.sub(r"[_\-\d]+", " ", name)

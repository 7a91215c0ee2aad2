"""What DocuSign says, in our words: one call for an envelope, one for all that has changed (vendors.md §4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from integrations import calls
from integrations.docusign import answers, client, shapes, states
from integrations.docusign.client import APPROVER, SENDER
from integrations.docusign.shapes import AuditEvent, EnvelopeView, FormData, Json, RecipientView
from integrations.errors import VendorError
from integrations.models import ErrorClass

ALL_OF_IT: Final = "recipients,custom_fields,workflow,powerform"
PAGE: Final = 100
MOST_PAGES: Final = 100
EARLIEST_SIZE: Final = 200  # bytes; no PDF with a page in it is smaller


def envelope(envelope_id: str) -> EnvelopeView:
    """Everything about one envelope, in one call: each may be asked for a few times an hour only."""
    said = _json(
        client.ask(SENDER, "envelope", lambda api, account: api.get_envelope(account, envelope_id, include=ALL_OF_IT))
    )
    view = shapes.envelope_view(said)
    if view.id != envelope_id.lower() or not view.status:
        raise _empty()
    return view


def envelopes_since(
    since: datetime, *, text: str = "", powerforms: Sequence[str] | None = None, status: str = ""
) -> Iterator[EnvelopeView]:
    """Those that changed since then, of our PowerForms; with `text`, those whose subject holds it.

    DocuSign's own search is by any text, so the subject is looked at again. No envelope is given twice.
    """
    asked = {
        "from_date": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "powerformids": ",".join(settings.DOCUSIGN.powerform_ids if powerforms is None else powerforms),
        "include": "recipients,custom_fields,powerform",
        "search_text": text,
        "status": status,
    }
    seen: set[str] = set()
    for said in _pages({name: value for name, value in asked.items() if value}):
        view = shapes.envelope_view(said)
        if view.id and view.status and view.id not in seen and text.strip().casefold() in view.subject.casefold():
            seen.add(view.id)
            yield view


def form_data(envelope_id: str) -> FormData:
    """What was typed; where the account does not let the sender download form data, from the fields themselves."""
    try:
        said = _json(client.ask(SENDER, "form data", lambda api, account: api.get_form_data(account, envelope_id)))
    except VendorError as problem:
        if problem.kind is not ErrorClass.PERMANENT or not problem.code.startswith(answers.NO_RIGHT):
            raise
        return FormData(values=_tabs(envelope_id), source="tabs")
    if shapes.text(said, "envelopeId").lower() != envelope_id.lower():
        raise _empty()
    return FormData(values=shapes.form_values(said), source="form_data")


def audit_events(envelope_id: str) -> list[AuditEvent]:
    """Who did what with it and when, as DocuSign keeps it."""
    said = _json(client.ask(SENDER, "audit events", lambda api, account: api.list_audit_events(account, envelope_id)))
    if not isinstance(said.get("auditEvents"), list):
        raise _empty()
    return shapes.audit_events(said)


def completed_pdf(envelope_id: str) -> bytes:
    """The signed documents in one file; an envelope that is not completed has none."""
    view = envelope(envelope_id)
    if view.status != "completed":
        words = _("The envelope is %(status)s: there is no completed letter.") % {"status": view.status}
        raise answers.error(ErrorClass.PERMANENT, "NOT_COMPLETED", words)
    return _pdf(envelope_id, "completed letter", _("DocuSign gave no whole PDF for the completed letter."))


def draft_pdf(envelope_id: str) -> bytes:
    """The documents as they are now; before the envelope is completed they are no letter, only what was typed."""
    return _pdf(envelope_id, "draft of a letter", _("DocuSign gave no whole PDF of the envelope's documents."))


def _pdf(envelope_id: str, operation: str, broken: str) -> bytes:
    content = client.ask(
        SENDER,
        operation,
        lambda api, account: api.get_document(account, "combined", envelope_id),
        patience=calls.FILE,
    )
    if not isinstance(content, bytes) or not _is_whole_pdf(content):
        raise answers.error(ErrorClass.BUSY, "NOT_A_PDF", broken)
    return content


def approver_link(envelope_id: str, return_url: str) -> str:
    """The address where the approver decides in DocuSign: for one use, within minutes, to be followed at once.

    Never asked for twice by itself, kept nowhere and logged nowhere: it goes to the caller and to nobody else.
    """
    recipient = _open_task(envelope(envelope_id))
    asked = client.RecipientViewRequest(
        authentication_method="none",
        user_id=APPROVER.user_id,
        user_name=recipient.name,
        email=recipient.email,
        recipient_id=recipient.id,
        client_user_id=recipient.client_user_id or None,
        return_url=return_url,
    )
    said = _json(
        client.ask(
            APPROVER,
            "approver link",
            lambda api, account: api.create_recipient_view(account, envelope_id, recipient_view_request=asked),
            patience=calls.READ,
            changes=True,
        )
    )
    url = shapes.text(said, "url")
    if urlsplit(url).scheme != "https" and not (url and url.startswith(f"{settings.DOCUSIGN.base_url}/")):
        raise _empty()
    return url


def _open_task(view: EnvelopeView) -> RecipientView:
    recipient = view.recipient(user_id=APPROVER.user_id)
    if recipient is None:
        words = _("The approver is no recipient of this envelope.")
        raise answers.error(ErrorClass.PERMANENT, "NOT_A_RECIPIENT", words)
    if states.is_over(view.status) or recipient.status in states.ENDS:
        words = _("There is nothing to decide any more: the envelope is %(status)s, the approval %(approval)s.")
        named = {"status": view.status, "approval": recipient.status}
        raise answers.error(ErrorClass.PERMANENT, "NOTHING_TO_DECIDE", words % named)
    if recipient.status not in {"sent", "delivered"}:
        words = _("It is not the approver's turn yet.")
        raise answers.error(ErrorClass.PERMANENT, "NOT_THEIR_TURN", words)
    return recipient


def _pages(asked: Mapping[str, str]) -> Iterator[Json]:
    """Every envelope of the list; all sizes are strings, and the list may grow while it is read."""
    start = 0
    for _page in range(MOST_PAGES):
        where = {**asked, "count": str(PAGE), "start_position": str(start)}
        said = _json(
            client.ask(
                SENDER,
                "envelopes",
                lambda api, account, where=where: api.list_status_changes(account, **where),  # type: ignore[misc]
            )
        )
        if not shapes.text(said, "totalSetSize").isdecimal():
            raise _empty()
        found = shapes.items(said, "envelopes")
        yield from found
        start += len(found)
        if not found or start >= int(shapes.text(said, "totalSetSize")):
            return


def _tabs(envelope_id: str) -> dict[str, str]:
    said = _json(
        client.ask(
            SENDER,
            "fields of recipients",
            lambda api, account: api.list_recipients(account, envelope_id, include_tabs="true"),
        )
    )
    if not shapes.text(said, "recipientCount"):
        raise _empty()
    return shapes.tab_values(said)


def _is_whole_pdf(content: bytes) -> bool:
    return content.startswith(b"%PDF-") and len(content) >= EARLIEST_SIZE and b"%%EOF" in content[-1024:]


def _json(said: Json | bytes) -> Json:
    """The library makes an empty model of whatever it does not understand; it must say something."""
    if isinstance(said, bytes) or not said:
        raise _empty()
    return said


def _empty() -> VendorError:
    return answers.error(ErrorClass.BUSY, "EMPTY_ANSWER", _("DocuSign's answer is not about what was asked for."))

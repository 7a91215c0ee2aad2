"""Review & approve in DocuSign: a person asks for PHD's own signing page, and the journal says who opened it.

DocuSign knows one shared approver only; who it was stands here (vendors.md §5, A).
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from integrations.docusign import handing
from journal.record import actor_of, record
from loa import signers, verdicts
from loa.models import LetterRequest, Mode
from people.models import User
from tickets.actions import Refused

OPENED: Final = "opened in DocuSign"


def open_in_docusign(request: LetterRequest, *, by: User) -> str:
    """Asks a worker for the link; the token is what `by`, and nobody else, waits with for a minute."""
    reason = why_not(request)
    if reason or request.envelope is None:
        raise Refused(reason)
    back = settings.PUBLIC_URL + reverse("deciding:back", args=[request.pk])
    try:
        return handing.ask(request.envelope.envelope_id, return_url=back, user=by.pk)
    except handing.Unavailable as unavailable:
        raise Refused(str(unavailable)) from unavailable


def why_not(request: LetterRequest) -> str:
    """Why there is nothing to open there; empty where there is."""
    if request.envelope is None:
        return _("There is no envelope yet, so there is nothing to open.")
    if request.stage != LetterRequest.Stage.PHD_REVIEW:
        return verdicts.words(request) or _("The partner has not signed yet, so there is nothing to open.")
    if request.mode == Mode.WORKFLOW_GATE or signers.approver(request.envelope) is None:
        return _("PHD is no signer of this envelope: it is decided here, not in DocuSign.")
    return ""


def look(token: str, *, by: User) -> handing.Handed:
    """How it stands, without the link."""
    return handing.look(token, user=by.pk)


def take(request: LetterRequest, token: str, *, by: User) -> handing.Handed:
    """The link, once; that it was handed out is written down before it can be followed."""
    handed = handing.look(token, user=by.pk)
    if handed.state != handing.State.READY:
        return handed
    handed = handing.take(token, user=by.pk)
    if handed.url:
        record(request, OPENED, by=actor_of(by))
    return handed

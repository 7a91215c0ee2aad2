"""The PowerForms partners start from: their rows, how each is decided, and where partners are sent."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.models import Envelope
from journal.record import DESK, record
from loa import markers, signers
from loa.models import LetterRequest, Mode, PowerForm

ROLE: Final = "Partner"  # of the templates: DocuSign prefills its fields by <role>_UserName, _Email and _<field>


_WHERE: Final = {
    Mode.HUMAN_VIEW: gettext_lazy("in DocuSign"),
    Mode.WORKFLOW_GATE: gettext_lazy("here, before Legal gets it"),
}


def where_decided(request: LetterRequest) -> str:
    """Where somebody decides, or has decided; says nothing of whether that is done."""
    return str(_WHERE.get(Mode(request.mode), request.get_mode_display()))


def row_of(powerform_id: str) -> PowerForm | None:
    """The row of a PowerForm, made when an envelope names it for the first time."""
    if not powerform_id:
        return None
    return PowerForm.objects.get_or_create(powerform_id=powerform_id.lower())[0]


def everything() -> list[PowerForm]:
    """Those of the settings, and those that an envelope has named; `count` is how many requests came from each."""
    for powerform_id in settings.DOCUSIGN.powerform_ids:
        row_of(powerform_id)
    return list(PowerForm.objects.select_related("set_by").annotate(count=Count("requests")).order_by("id"))


def offered(region: str = "") -> PowerForm | None:
    """Where partners of a region are sent: the form of that region, else one for all."""
    known = list(PowerForm.objects.order_by("id")) or everything()
    rows = [one for one in known if one.offered and address_of(one)]
    here = [one for one in rows if region and one.region == region]
    return next(iter([*here, *(one for one in rows if not one.region)]), None)


def address_of(form: PowerForm) -> str:
    """What a lead has entered; of another origin than the vendor's own (the sandbox) it follows from the id."""
    if form.address or not settings.DOCUSIGN.base_url:
        return form.address
    return f"{settings.DOCUSIGN.base_url}/powerform/{form.powerform_id}"


def link_for(request: LetterRequest, form: PowerForm) -> str:
    """The form for one request: its company and person filled in, and the marker that brings the envelope back here."""
    known = {
        f"EnvelopeField_{markers.FIELD}": markers.marker_of(request.ticket) if request.ticket else "",
        f"{ROLE}_UserName": request.requester_name,
        f"{ROLE}_Email": request.requester_email,
        f"{ROLE}_Company": request.company,
    }
    parts = urlsplit(address_of(form))
    asked = urlencode({name: value for name, value in known.items() if value})
    return urlunsplit(parts._replace(query=f"{parts.query}&{asked}" if parts.query else asked))


def mode_of(envelope: Envelope) -> Mode:
    """PHD is one of the signers, or the workflow stops before Legal; unknown until one of them is seen."""
    if signers.approver(envelope) is not None:
        return Mode.HUMAN_VIEW
    if envelope.workflow_status:
        return Mode.WORKFLOW_GATE
    return Mode.UNKNOWN


def learn(request: LetterRequest, envelope: Envelope) -> None:
    """What an envelope shows of its PowerForm's mode; what a lead has said about the form stays."""
    mode = mode_of(envelope)
    if mode == Mode.UNKNOWN:
        return
    if request.mode != mode:
        request.mode = mode
        LetterRequest.objects.filter(pk=request.pk).update(mode=mode)
    form = request.powerform
    if form is None or form.mode == mode or form.set_by_id is not None:
        return
    before, form.mode, form.probed, form.probe_said = form.mode, mode, timezone.now(), _said(mode)
    form.save(update_fields=["mode", "probed", "probe_said"])
    record(form, "mode read", by=DESK, before={"mode": before}, after={"mode": mode}, why=form.probe_said)


def _said(mode: Mode) -> str:
    if mode == Mode.HUMAN_VIEW:
        return _("PHD is one of the signers of its envelopes.")
    return _("Its envelopes stop before Legal until the desk releases them.")

"""What the desk changes at DocuSign: it releases a paused workflow, or voids an envelope with a reason.

Each looks first and decides by what it finds, so it may be tried again after an answer that never came. Names in the
ledger: `docusign.release_gate` {"envelope": id}, `docusign.void` {"envelope": id, "reason": words, "unless_approved":
whether what PHD's own signer has approved meanwhile is left alone}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from integrations import calls, outcomes
from integrations.docusign import answers, client, envelopes, reading
from integrations.docusign.client import SENDER
from integrations.docusign.shapes import EnvelopeView
from integrations.errors import VendorError
from integrations.models import ErrorClass
from integrations.outcomes import Outcome
from integrations.registry import operation

Decide = Callable[[EnvelopeView], Outcome | None]
RELEASE: Final = "docusign.release_gate"
VOID: Final = "docusign.void"
MOST_REASON: Final = 200  # characters, as DocuSign takes them


@operation(RELEASE)
def release_gate(payload: Mapping[str, Any], *, key: str) -> Outcome:  # noqa: ARG001 - the envelope is its own key
    """Lets a paused workflow go on: PHD's approval, where the template has the gate (vendors.md §5, B)."""
    change = client.EnvelopeDefinition(workflow=client.Workflow(workflow_status="in_progress"))
    return _change(str(payload["envelope"]), "release gate", change, decide=_of_gate)


@operation(VOID)
def void(payload: Mapping[str, Any], *, key: str) -> Outcome:  # noqa: ARG001 - the envelope is its own key
    """Ends it for everybody, with the reason that all recipients read."""
    reason = str(payload.get("reason") or "").strip()
    if not 0 < len(reason) <= MOST_REASON:
        words = _("A reason of one to %(most)d characters is needed; every recipient reads it.")
        return outcomes.refused("REASON", words % {"most": MOST_REASON})
    change = client.Envelope(status="voided", voided_reason=reason)
    decide = partial(_of_void, unless_approved=bool(payload.get("unless_approved")))
    return _change(str(payload["envelope"]), "void", change, decide=decide)


def _change(envelope_id: str, name: str, change: object, *, decide: Decide) -> Outcome:
    """Looks, writes where there is something to write, and looks again where DocuSign says no."""
    decided = decide(_look(envelope_id))
    if decided is not None:
        return decided
    try:
        said = client.ask(
            SENDER,
            name,
            lambda api, account: api.update(account, envelope_id, envelope=change),
            patience=calls.WRITE,
            changes=True,
        )
    except VendorError as problem:
        if problem.kind is not ErrorClass.PERMANENT:
            raise
        return decide(_look(envelope_id)) or outcomes.refused(problem.code, problem.words)
    if isinstance(said, bytes) or str(said.get("envelopeId") or "").lower() != envelope_id.lower():
        words = _("DocuSign did not say that it was done.")
        raise answers.error(ErrorClass.AMBIGUOUS, "EMPTY_ANSWER", words)
    return outcomes.done(envelope_id)


def _look(envelope_id: str) -> EnvelopeView:
    """What DocuSign says now; our row learns it on the way."""
    asked = envelopes.clock()
    view = reading.envelope(envelope_id)
    if envelopes.is_ours(view) or envelopes.known(view.id):
        envelopes.keep(view, asked=asked)
    return view


def _of_gate(view: EnvelopeView) -> Outcome | None:
    """None where it has to be released."""
    if view.status == "completed" or (view.gate == "released" and view.is_open):
        return outcomes.already(view.id)
    if not view.is_open:
        return outcomes.refused("ENVELOPE_OVER", _("The envelope is %(status)s.") % {"status": view.status})
    if view.gate == "paused":
        return None
    if view.gate == "ahead":
        return outcomes.refused("GATE_AHEAD", _("The envelope has not come to the gate yet: somebody signs before it."))
    return outcomes.refused("NO_GATE", _("The template of this envelope has no gate: approve it in DocuSign."))


def _of_void(view: EnvelopeView, *, unless_approved: bool) -> Outcome | None:
    """None where it has to be voided."""
    if view.status == "voided":
        return outcomes.already(view.id)
    ours = settings.DOCUSIGN.approver_user_id.lower()
    approved = any(one.status == "completed" and one.user_id.lower() == ours for one in view.recipients if one.user_id)
    if unless_approved and approved and view.is_open:
        return outcomes.refused("APPROVED", _("It has been approved in DocuSign meanwhile, so it is not voided."))
    if view.is_open:
        return None
    words = _("Only an envelope that is under way can be voided; this one is %(status)s.")
    return outcomes.refused("ENVELOPE_OVER", words % {"status": view.status})

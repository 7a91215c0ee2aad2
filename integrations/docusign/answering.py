"""What workers answer about DocuSign by name (integrations.asking): each only reads there.

`docusign.envelope` → EnvelopeView, kept in our row on the way · `docusign.form_data` → FormData ·
`docusign.draft_pdf` and `docusign.completed_pdf` → bytes · `docusign.audit_events` → list of AuditEvent ·
`docusign.approver_link` → an address for one use, kept nowhere · `docusign.completed_since` → envelopes.
"""

from __future__ import annotations

from datetime import datetime

from integrations.asking import question
from integrations.docusign import envelopes, reading
from integrations.docusign.shapes import EnvelopeView

question("docusign.form_data")(reading.form_data)
question("docusign.draft_pdf")(reading.draft_pdf)
question("docusign.completed_pdf")(reading.completed_pdf)
question("docusign.audit_events")(reading.audit_events)
question("docusign.approver_link")(reading.approver_link)


@question("docusign.envelope")
def envelope(envelope_id: str) -> EnvelopeView:
    """As DocuSign says it now; our row, and whoever follows it, learn it too."""
    asked = envelopes.clock()
    view = reading.envelope(envelope_id)
    if envelopes.known(view.id) or envelopes.is_ours(view):
        envelopes.keep(view, asked=asked)
    return view


@question("docusign.completed_since")
def completed_since(since: datetime) -> list[EnvelopeView]:
    """The envelopes of our PowerForms that were completed since then."""
    return [one for one in reading.envelopes_since(since, status="completed") if one.status == "completed"]

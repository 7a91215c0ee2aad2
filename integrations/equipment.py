"""What a worker brings to the vendors: everything here registers itself. A web process never imports this."""

from __future__ import annotations

from integrations.docusign import answering as docusign_answering
from integrations.docusign import checking as docusign_checking
from integrations.docusign import probing as docusign_probing
from integrations.docusign import writing as docusign_writing
from integrations.salesforce import answering, checking, probing, writing

__all__ = [
    "answering",
    "checking",
    "docusign_answering",
    "docusign_checking",
    "docusign_probing",
    "docusign_writing",
    "probing",
    "writing",
]

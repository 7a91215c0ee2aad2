"""What has to be there before a registration is looked for, and how it is called when it is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from service_attach.models import Proof
from tickets.kinds import Words

DOCUMENT: Final = "document"
SIGNATURE: Final = "signed"
NAMED: Final = ("partner_name", "customer_name", "deal_id")  # the handbook's three
FIELDS: Final = (*NAMED, SIGNATURE, "signed_on", "services_start", "services_end")

TITLES: Final[dict[str, Words]] = {
    DOCUMENT: gettext_lazy("Document"),
    "partner_name": gettext_lazy("Partner"),
    "customer_name": gettext_lazy("Customer"),
    "deal_id": gettext_lazy("Deal ID"),
    SIGNATURE: gettext_lazy("Signature"),
    "signed_on": gettext_lazy("Signed on"),
    "services_start": gettext_lazy("Services from"),
    "services_end": gettext_lazy("Services to"),
}
_TO_PARTNERS: Final[dict[str, Words]] = {
    DOCUMENT: gettext_lazy("The document itself: a statement of work, or another proof that the customer has signed"),
    "partner_name": gettext_lazy("Partner Name: your company, as your partner agreement writes it"),
    "customer_name": gettext_lazy("Customer Name: the company that received the services"),
    "deal_id": gettext_lazy("Service Attach Deal ID: it stands in the partner portal, under Deals"),
    SIGNATURE: gettext_lazy("The customer's signature: the document we have is not signed"),
}


def missing(proof: Proof, *, has_document: bool) -> list[str]:
    """Names of what is not there, in the order it is asked for. Whether a document is signed may stay open."""
    found = [] if has_document else [DOCUMENT]
    found += [name for name in NAMED if not getattr(proof, name).strip()]
    return [*found, SIGNATURE] if has_document and proof.signed is False else found


def title(name: str) -> str:
    return str(TITLES[name])


def named(names: Iterable[str]) -> str:
    """“Customer and Deal ID”."""
    return get_text_list([title(name) for name in names], _("and"))


def to_partner(names: Iterable[str]) -> str:
    """One line for each, with the way to find it."""
    return "\n".join(str(_TO_PARTNERS[name]) for name in names if name in _TO_PARTNERS)

"""What goes to the linked opportunity: the document, and the post that tells the channel manager, as they will look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from integrations.salesforce import ids
from people.models import User
from service_attach import checking
from service_attach.models import Proof, ProofDocument
from service_attach.registrations import Licence
from tickets import responses
from tickets.models import Response
from tickets.procedures import Change, Stuck

RESPONSE: Final = "poe-chatter"


def documents(proof: Proof) -> list[ProofDocument]:
    """Those that prove it; what only came along stays here."""
    return list(proof.documents.filter(proves=True).select_related("stored").order_by("pk"))


def uploads(proof: Proof) -> list[Change]:
    return [file(proof, one.name) for one in documents(proof)]


def file(proof: Proof, name: str) -> Change:
    licence = licence_of(proof)
    return Change(record=licence.name, field=_("File"), before=_("none"), after=name, link=licence.link)


def post(proof: Proof, *, text: str) -> Change:
    licence = licence_of(proof)
    whom = f"@{mention_of(proof)}" if mention_of(proof) else _("nobody mentioned")
    return Change(record=licence.name, field=_("Chatter"), before=_("none"), after=whom, text=text, link=licence.link)


def text(proof: Proof, *, by: User | None) -> str:
    """The desk's text without the mention, which Chatter gets by itself."""
    response = Response.objects.active().filter(slug=RESPONSE).first()
    if response is None:
        raise Stuck(_("The response “%(slug)s” is switched off. Switch it on, then try again.") % {"slug": RESPONSE})
    given = values(proof, by=by)
    rendered = responses.render(response, given)
    if rendered.unresolved:
        words = _("The response “%(slug)s” asks for %(names)s, which nobody can fill in here. Correct the response.")
        raise Stuck(words % {"slug": RESPONSE, "names": ", ".join(rendered.unresolved)})
    return rendered.body.removeprefix(f"@{given['approved_by']}").strip()


def values(proof: Proof, *, by: User | None) -> Mapping[str, str]:
    """By the names as Salesforce has them: the post stands there."""
    registration, licence = checking.registration_of(proof), licence_of(proof)
    assert registration is not None  # `licence_of` has said so
    return {
        **responses.values_of(proof.ticket),
        "partner_name": registration.partner_name or proof.partner_name,
        "customer": registration.customer or proof.customer_name,
        "deal_id": registration.deal_id,
        "opp_link": licence.link,
        "approved_by": mention_of(proof) or _("the channel manager"),
        "cam": mention_of(proof) or _("your channel manager"),
        "sender_name": str(by or _("Partner Help Desk")),
    }


def payload(proof: Proof, *, text: str, file: str) -> dict[str, Any]:
    """What `salesforce.post_chatter` gets; the manager by the id on the registration, which may be a name elsewhere."""
    registration = checking.registration_of(proof)
    assert registration is not None  # nothing is written without one
    by_id = registration.manager_id if ids.is_id(registration.manager_id) else ""
    return {
        "record": proof.opportunity_id,
        "mention": by_id or registration.manager_email or mention_of(proof),
        "text": text,
        "reference": proof.ticket.reference,
        "file": file,
    }


def mention_of(proof: Proof) -> str:
    return proof.manager_name or proof.manager_email


def licence_of(proof: Proof) -> Licence:
    licence = checking.licence_of(proof)
    if licence is None or not proof.registration_id:
        raise Stuck(_("The linked opportunity is not known. Go back to the registration."))
    return licence

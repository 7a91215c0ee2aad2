"""The licences the services are attached to: there has to be an opportunity, and only one service won for it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from integrations.salesforce import ids
from service_attach.checks.registration import there
from service_attach.checks.shapes import Check, Known
from service_attach.registrations import MSP, SERVICE_ATTACH, WON


def linked(known: Known) -> Check:
    """The document and the post go there, so without it nothing is written."""
    registration, licence = there(known), known.licence
    if licence is None:
        gone = _("The linked opportunity is not there any more, or the desk may not see it.")
        words = gone if registration.opportunity_id else _("The registration has no linked opportunity.")
        how = _("Ask the channel manager to link it in Salesforce, then look again.")
        return Check(slug="opportunity", verdict="missing", words=words, how=how, link=registration.link, blocks=True,
                     problem=_("its registration is linked to no licence deal."),
                     way_on=_("Your channel manager can link it; tell us when that is done."))  # fmt: skip
    if not licence.won:
        words = _("Not won yet: it is “%(stage)s”. The rebate counts when it is.") % {"stage": licence.stage}
        return Check(slug="opportunity", verdict="note", words=words, value=licence.name, link=licence.link)
    return Check(slug="opportunity", verdict="met", words=_("Won."), value=licence.name, link=licence.link)


def beside(known: Known) -> Check | None:
    """What else hangs on the opportunity: one service is won for it, and licences of an MSP are left out."""
    others = known.found.beside
    if not others:
        return None
    listed = ", ".join(f"{one.deal_id or one.id} ({one.kind}, {one.status})" for one in others)
    won = [one for one in others if one.kind == SERVICE_ATTACH and one.status == WON]
    if won:
        said = {"deal": won[0].deal_id or won[0].id}
        return Check(
            slug="beside",
            verdict="missing",
            words=_("%(deal)s is a Service Attach registration of the same opportunity and Closed-Won.") % said,
            value=listed,
            how=_("One counts for each opportunity; phases of one project may be an exception."),
            link=won[0].link,
            problem=_("another Service Attach registration of the same deal, %(deal)s, is Closed-Won already.") % said
            if known.is_theirs and ids.same_id(won[0].partner_id, known.sender_id)
            else _("another Service Attach registration of the same deal is Closed-Won already."),
            way_on=_("One service counts for each licence deal."),
        )
    msp = next((one for one in others if one.kind == MSP), None)
    if msp is not None:
        return Check(
            slug="beside",
            verdict="missing",
            words=_("%(deal)s is an MSP registration of the same opportunity.") % {"deal": msp.deal_id or msp.id},
            value=listed,
            how=_("Licences owned by an MSP are left out."),
            link=msp.link,
            problem=_("the licences of this deal are owned by an MSP, and those are left out of the programme."),
            way_on=_("Ask your channel manager if that is not so."),
        )
    return Check(slug="beside", verdict="note", words=_("None of them is in the way."), value=listed)

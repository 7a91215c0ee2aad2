"""The steps of a purchase order alone: which document it is, and that it hangs at the opportunity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from orders import attaching, shown, steps
from tickets.actions import Refused
from tickets.procedures import At, Done, Fact, Prepared, Stuck


def document_known(at: At) -> str:
    if reason := nothing_to_attach(at):
        return reason
    one = attaching.certain(shown.request_of(at))
    return one.filename if one is not None else ""


def documents_to_choose(at: At) -> Prepared:
    files = attaching.documents(at.ticket)
    return Prepared(
        initial={"files": [(str(one.pk), one.filename) for one in files]},
    )


def name_document(at: At, given: Mapping[str, Any]) -> Done:
    assert at.by is not None  # a person decides
    one = next((file for file in attaching.documents(at.ticket) if str(file.pk) == given["document"]), None)
    if one is None:
        raise Refused(_("That file is not on the ticket."))
    attaching.say(shown.request_of(at), one, by=at.by)
    return Done(note=one.filename)


def nothing_to_attach(at: At) -> str:
    if reason := steps.without_opportunity(at):
        return reason
    if not attaching.documents(at.ticket):
        return _("No document came with it. The answer asks for one.")
    return ""


def attach(at: At) -> Done:
    """Once, however often it is tried, and read back."""
    request = shown.request_of(at)
    one = attaching.certain(request)
    if one is None:
        raise Stuck(_("Nobody has said which document is the purchase order."))
    kept = attaching.attach(at, request, one)
    if not kept:
        return Done(note=one.filename)
    read_back = Fact(name=_("Read back"), value=one.filename, tone="good", source=_("Salesforce"), link=kept["link"])
    return Done(note=one.filename, facts=[read_back], link=kept["link"], keep=kept)


def detach(at: At) -> Done:
    name = attaching.detach(at, shown.request_of(at))
    return Done(note=_("%(name)s is off the opportunity again.") % {"name": name})

"""The steps of a purchase order alone: a person sees what is attached where, then it hangs at the opportunity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from orders import again, attaching, shown, steps
from orders.forms import NONE
from tickets import papers
from tickets.actions import Refused
from tickets.models import Attachment
from tickets.procedures import At, Done, Fact, Prepared, Stuck, Waiting, WaitsFor


def documents_to_choose(at: At) -> Prepared:
    """The write before → after, with the likely document chosen already; nothing is attached before a person agrees."""
    request = shown.request_of(at)
    likely = attaching.certain(request)
    files = [(str(one.pk), one.filename) for one in attaching.documents(at.ticket)]
    return Prepared(
        initial={"files": files, "document": str(likely.pk) if likely else None},
        facts=[_read_in(likely)] if likely else [],
        changes=[attaching.change(request, likely.filename if likely else _("the document you choose"))],
    )


def confirmed(at: At) -> Waiting:
    """It waits for a person; facts that changed meanwhile are looked at anew."""
    again.notice(at.ticket, at.kept("read"))
    return Waiting(for_whom=WaitsFor.DESK, due=at.ticket.resolution_due)


def name_document(at: At, given: Mapping[str, Any]) -> Done:
    assert at.by is not None  # a person decides
    if given["document"] == NONE:
        return Done(note=_("Nothing is attached."), keep={"what": NONE})
    one = next((file for file in attaching.documents(at.ticket) if str(file.pk) == given["document"]), None)
    if one is None:
        raise Refused(_("That file is not on the ticket."))
    attaching.say(shown.request_of(at), one, by=at.by)
    return Done(note=one.filename, keep={"what": str(one.stored_id)})


def nothing_to_attach(at: At) -> str:
    if reason := steps.without_opportunity(at):
        return reason
    if not attaching.documents(at.ticket):
        return _("No document came with it. The answer asks for one.")
    return ""


def not_agreed(at: At) -> str:
    """Written is only what a person has seen and agreed to."""
    if reason := nothing_to_attach(at):
        return reason
    what = at.kept("document").get("what")
    if what == NONE:
        return _("Somebody decided that nothing is attached.")
    return "" if what else _("Nobody has agreed to it.")


def attach(at: At) -> Done:
    """Once, however often it is tried, and read back."""
    request = shown.request_of(at)
    one = attaching.said(request)
    if one is None:
        raise Stuck(_("The document is not on the ticket any more. Attach it by hand and say so."))
    kept = attaching.attach(at, request, one)
    if not kept:
        return Done(note=one.filename)
    read_back = Fact(name=_("Read back"), value=one.filename, tone="good", source=_("Salesforce"), link=kept["link"])
    return Done(note=one.filename, facts=[read_back], link=kept["link"], keep=kept)


def detach(at: At) -> Done:
    name = attaching.detach(at, shown.request_of(at))
    return Done(note=_("%(name)s is off the opportunity again.") % {"name": name})


def _read_in(one: Attachment) -> Fact:
    return Fact(name=_("Document"), value=one.filename, link=papers.page_url(one))

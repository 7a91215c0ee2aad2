"""Messages put aside: looked at, released, made into tickets, discarded with a reason, put back (M-03)."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from documents.serving import download
from mail import hooks, looking, quarantine
from mail.models import IncomingMail
from mail.quarantine import Refused
from mail.views.forms import DiscardForm, TicketForm
from mail.views.places import around
from people.http import DeskRequest, desk_only
from web.http import respond, wants_part
from web.toasts import toast, toast_error


@require_safe
@desk_only
def aside(request: DeskRequest) -> HttpResponseBase:
    """What waits for a decision, or with `?discarded` what was left aside."""
    return _list(request)


@require_POST
@desk_only
def decide(request: DeskRequest) -> HttpResponseBase:
    """One decision about the messages chosen, or about `all` that wait."""
    chosen = [int(pk) for pk in request.POST.getlist("chosen") if pk.isascii() and pk.isdigit() and len(pk) < 19]
    try:
        if request.POST.get("act") == "discard":
            count = quarantine.discard_each(chosen, by=request.user, why=request.POST.get("why", ""))
            words = ngettext("%(count)d message discarded.", "%(count)d messages discarded.", count)
        else:
            everything = request.POST.get("act") == "release-all"
            count = quarantine.release_each(None if everything else chosen, by=request.user)
            words = ngettext("%(count)d message is taken in again.", "%(count)d messages are taken in again.", count)
        toast(request, words % {"count": count}) if count else toast_error(request, _("Choose a message first."))
    except Refused as refused:
        toast_error(request, str(refused))
    return _list(request) if wants_part(request) else redirect("mail:quarantine")


@require_safe
@desk_only
def message(request: DeskRequest, pk: int) -> HttpResponseBase:
    """One message: why it is aside, what can be read in it, what may be done."""
    return _message(request, looking.found(pk))


@require_safe
@desk_only
def original(request: DeskRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - the door has asked who it is
    """The bytes as they arrived."""
    return download(looking.found(pk).raw)


@require_POST
@desk_only
def release(request: DeskRequest, pk: int) -> HttpResponseBase:
    mail = looking.found(pk)
    try:
        mail = quarantine.release(mail, by=request.user, why=request.POST.get("why", ""))
    except Refused as refused:
        toast_error(request, str(refused))
        return redirect("mail:quarantined", pk)
    if mail.outcome == IncomingMail.Outcome.QUARANTINED:
        toast_error(request, _("It was put aside again: %(reason)s") % {"reason": mail.reason})
        return redirect("mail:quarantined", pk)
    toast(request, looking.became(mail))
    return _next(mail)


@require_POST
@desk_only
def make_ticket(request: DeskRequest, pk: int) -> HttpResponseBase:
    mail, form = looking.found(pk), TicketForm(request.POST)
    if not form.is_valid():
        return _message(request, mail, ticket_form=form, status=422)
    try:
        mail = quarantine.make_ticket(mail, by=request.user, **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _message(request, looking.found(pk), ticket_form=form, status=409)
    toast(request, looking.became(mail))
    return _next(mail)


@require_POST
@desk_only
def discard(request: DeskRequest, pk: int) -> HttpResponseBase:
    mail, form = looking.found(pk), DiscardForm(request.POST)
    if not form.is_valid():
        return _message(request, mail, discard_form=form, status=422)
    try:
        quarantine.discard(mail, by=request.user, why=form.cleaned_data["why"])
    except Refused as refused:
        toast_error(request, str(refused))
        return redirect("mail:quarantined", pk)
    toast(request, _("Discarded. The recorder still finds it."), undo=reverse("mail:quarantine_put_back", args=[pk]))
    return _next(mail)


@require_POST
@desk_only
def put_back(request: DeskRequest, pk: int) -> HttpResponseBase:
    try:
        quarantine.put_back(looking.found(pk), by=request.user)
        toast(request, _("It waits for a decision again."))
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("mail:quarantined", pk)


def _list(request: DeskRequest) -> HttpResponseBase:
    discarded = "discarded" in request.GET
    shown = looking.page(discarded=discarded, before=request.GET.get("before", ""))
    context = {"page": shown, **around("discarded" if discarded else "quarantine")}
    return respond(request, "mail_pages/quarantine.html", context, part="list")


def _message(
    request: DeskRequest,
    mail: IncomingMail,
    *,
    ticket_form: TicketForm | None = None,
    discard_form: DiscardForm | None = None,
    status: int = 200,
) -> HttpResponseBase:
    context = {
        "mail": mail,
        "look": looking.look(mail),
        "history": looking.history(mail),
        "ticket_url": hooks.address_of(mail.handled_ref),
        "ticket_form": ticket_form or TicketForm(initial=looking.sender_of(mail)),
        "discard_form": discard_form or DiscardForm(),
        **around("discarded" if mail.decision == IncomingMail.Decision.DISCARDED else "quarantine"),
    }
    return respond(request, "mail_pages/quarantined.html", context, status=status)


def _next(mail: IncomingMail) -> HttpResponseBase:
    """On to the message that waits behind this one, or back to the list."""
    behind = looking.behind(mail)
    return redirect("mail:quarantined", behind) if behind else redirect("mail:quarantine")

"""The mailboxes: how reading them goes, their settings, what leaves, and the brake on it (R-05, S-15)."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mail import brake, checking, health, mailbox_cards, mailbox_editing
from mail.checking import Found
from mail.imap import service
from mail.mailbox_editing import Refused
from mail.models import FetchState, Mailbox
from mail.views.forms import LimitForm
from mail.views.mailbox_form import MailboxForm
from mail.views.places import around
from people.http import DeskRequest, desk_only, leads_only
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@desk_only
def mailboxes(request: DeskRequest) -> HttpResponseBase:
    """Every mailbox, and what leaves; leads act, specialists read."""
    return _page(request)


@require_http_methods(["GET", "POST"])
@leads_only
def add(request: DeskRequest) -> HttpResponseBase:
    form = MailboxForm(request.POST or None, instance=Mailbox())
    if request.method == "POST" and form.is_valid():
        if "test" in request.POST:
            return _form(request, form, found=_tried(form))
        mailbox = mailbox_editing.add(form.settings(), by=request.user)
        toast(request, _("%(address)s is one of our mailboxes now.") % {"address": mailbox.address})
        return redirect("mail:mailboxes")
    return _form(request, form, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@leads_only
def edit(request: DeskRequest, pk: int) -> HttpResponseBase:
    mailbox = get_object_or_404(Mailbox, pk=pk)
    form = MailboxForm(request.POST or None, instance=mailbox, initial={"seen": mailbox_editing.version_of(mailbox)})
    if request.method == "POST" and form.is_valid():
        if "test" in request.POST:
            return _form(request, form, found=_tried(form))
        try:
            seen = form.cleaned_data["seen"] or 0
            mailbox_editing.change(mailbox, form.settings(), by=request.user, seen=seen)
        except Refused as refused:
            now = Mailbox.objects.get(pk=pk)
            form = MailboxForm(instance=now, initial={"seen": mailbox_editing.version_of(now)})
            return _form(request, form, refused=str(refused), status=409)
        toast(request, _("%(address)s is set.") % {"address": mailbox.address})
        return redirect("mail:mailboxes")
    return _form(request, form, status=422 if form.errors else 200)


@require_POST
@leads_only
def switch(request: DeskRequest, pk: int) -> HttpResponseBase:
    """On or off; what it brought stays."""
    wanted = request.POST.get("active") == "on"
    try:
        mailbox = mailbox_editing.set_active(get_object_or_404(Mailbox, pk=pk), active=wanted, by=request.user)
        words = _("%(address)s is on.") if mailbox.active else _("%(address)s is off. What it brought stays.")
        toast(request, words % {"address": mailbox.address})
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("mail:mailboxes")


@require_POST
@leads_only
def try_now(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Fetches at once, whatever pause is on."""
    mailbox = _fetched(pk)
    state = service.try_now(mailbox)
    return _told(request, state, _("%(address)s was read. Nothing waits there.") % {"address": mailbox.address})


@require_POST
@leads_only
def reconcile(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Counts what lies there against what is stored here."""
    mailbox = _fetched(pk)
    state = service.reconcile(mailbox)
    words = ngettext(
        "%(there)d message lies there, %(here)d of it is stored here.",
        "%(there)d messages lie there, %(here)d of them are stored here.",
        state.on_server or 0,
    )
    return _told(request, state, words % {"there": state.on_server or 0, "here": state.stored or 0})


@require_POST
@leads_only
def release_brake(request: DeskRequest) -> HttpResponseBase:
    """What was held back leaves; the person has read how much that is."""
    held = brake.held().count()
    brake.release(by=request.user)
    words = ngettext("%(count)d mail leaves now.", "%(count)d mails leave now, at the pace of the limit.", held)
    toast(request, words % {"count": held})
    return redirect("mail:mailboxes")


@require_POST
@leads_only
def set_limit(request: DeskRequest) -> HttpResponseBase:
    form = LimitForm(request.POST)
    if not form.is_valid():
        return _page(request, limit_form=form, status=422)
    row = brake.set_limit(form.cleaned_data["per_hour"], by=request.user)
    toast(request, _("From %(count)d mails an hour on, mail stops.") % {"count": row.per_hour})
    return redirect("mail:mailboxes")


@require_POST
@leads_only
def clear_address(request: DeskRequest, pk: int) -> HttpResponseBase:
    try:
        address = mailbox_editing.clear_undeliverable(pk, by=request.user)
        toast(request, _("We write to %(address)s again.") % {"address": address})
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("mail:mailboxes")


def _page(request: DeskRequest, *, limit_form: LimitForm | None = None, status: int = 200) -> HttpResponseBase:
    shown = mailbox_cards.overview()
    form = limit_form or LimitForm(initial={"per_hour": shown.brake.per_hour})
    context = {"page": shown, "limit_form": form, "may_act": request.user.leads, **around("mailboxes")}
    return respond(request, "mail_pages/mailboxes.html", context, part="answer", status=status)


def _form(
    request: DeskRequest, form: MailboxForm, *, found: Found | None = None, refused: str = "", status: int = 200
) -> HttpResponseBase:
    context = {"form": form, "mailbox": form.instance, "found": found, "refused": refused, **around("mailboxes")}
    return respond(request, "mail_pages/mailbox_form.html", context, status=status)


def _tried(form: MailboxForm) -> Found:
    form.settings().put_into(form.instance)
    return checking.check(form.instance)


def _fetched(pk: int) -> Mailbox:
    return get_object_or_404(service.fetched(), pk=pk)


def _told(request: DeskRequest, state: FetchState, words: str) -> HttpResponseBase:
    """What came of a visit: its problem, or what went well."""
    problem = state.problem or (health.missing_words(health.readings_of([state.mailbox])[0]) if state.missing else "")
    toast_error(request, problem) if problem else toast(request, words)
    return redirect("mail:mailboxes")

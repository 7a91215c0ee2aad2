"""Mail that could not be sent, sent again: one from the recorder, or all that failed since a moment (F-06)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from mail import again
from mail.models import OutgoingMail
from mail.views.forms import SinceForm
from mail.views.places import around
from people.http import DeskRequest, desk_only, leads_only
from web.http import respond
from web.toasts import toast, toast_error


@require_POST
@desk_only
def one(request: DeskRequest, pk: UUID) -> HttpResponseBase:
    """Back to the same answer of the recorder, which the address carries."""
    try:
        mail = again.try_again(pk, by=request.user)
        toast(request, _("The mail to %(addresses)s leaves again.") % {"addresses": ", ".join(mail.recipients)})
    except OutgoingMail.DoesNotExist as missing:
        raise Http404(_("There is no such mail.")) from missing
    except again.Refused as refused:
        toast_error(request, str(refused))
    return redirect(f"{reverse('mail:recorder')}?{request.GET.urlencode()}")


@require_http_methods(["GET", "POST"])
@leads_only
def everything(request: DeskRequest) -> HttpResponseBase:
    """GET says how many leave and to whom; POST lets them."""
    form = SinceForm(request.POST if request.method == "POST" else request.GET or SinceForm.week())
    if not form.is_valid():
        return respond(request, "mail_pages/again.html", {"form": form, **around("mailboxes")}, status=422)
    since = form.cleaned_data["since"]
    if request.method == "POST":
        count = again.try_all_again(since=since, by=request.user)
        toast(request, ngettext("%(n)d mail leaves again.", "%(n)d mails leave again.", count) % {"n": count})
        return redirect("mail:mailboxes")
    plan = again.plan(since=since)
    return respond(request, "mail_pages/again.html", {"form": form, "plan": plan, **around("mailboxes")})

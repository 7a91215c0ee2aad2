"""The register: its list, the list as a file, one licence, and what people write into it by hand."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nfr.models import Licence
from nfr.policy import Offer
from nfr.register import access, acting, exporting, writing
from nfr.register.asked import asked_for
from nfr.register.forms import CountForm, EndForm, LicenceForm
from nfr.register.listing import Listing
from nfr.register.opened import Opened
from people.http import DeskRequest, colleagues_only, desk_only
from tickets.actions import Refused
from web.http import respond
from web.toasts import toast, toast_error


@require_safe
@colleagues_only
def register(request: DeskRequest) -> HttpResponseBase:
    """By tab, narrowed and sorted; htmx asks for what the filters leave."""
    listing = Listing(asked_for(request.GET), request.user)
    return respond(request, "nfr/register/list.html", {"listing": listing}, part="main")


@require_safe
@colleagues_only
def export(request: DeskRequest) -> HttpResponseBase:
    listing = Listing(asked_for(request.GET), request.user)
    return exporting.register(listing, workbook=request.GET.get("format") == "xlsx")


@require_safe
@colleagues_only
def licence(request: DeskRequest, pk: int) -> HttpResponseBase:
    opened = Opened(access.licence_for(request.user, pk), request.user)
    return respond(request, "nfr/register/licence.html", {"opened": opened})


@require_http_methods(["GET", "POST"])
@desk_only
def new(request: DeskRequest) -> HttpResponseBase:
    """By hand; a look first at what the program says."""
    today = timezone.localdate()
    form = LicenceForm(request.POST) if request.method == "POST" else LicenceForm(starts=today, seen=0)
    return _granting(request, form)


@require_http_methods(["GET", "POST"])
@desk_only
def renew(request: DeskRequest, pk: int) -> HttpResponseBase:
    """A row of its own that goes on from this one."""
    old = access.licence_for(request.user, pk)
    form = LicenceForm(request.POST, licence=old) if request.method == "POST" else acting.renewal_form(old)
    return _granting(request, form, renewing=old)


@require_http_methods(["GET", "POST"])
@desk_only
def change(request: DeskRequest, pk: int) -> HttpResponseBase:
    found = access.licence_for(request.user, pk)
    form = LicenceForm(request.POST or None, licence=found)
    if request.method == "POST" and form.is_valid():
        try:
            acting.change(found, form, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, _("The licence is corrected. %(remark)s") % {"remark": form.remark})
            return redirect("nfr_register:licence", pk=pk)
    return _form(request, form, licence=found)


@require_http_methods(["GET", "POST"])
@desk_only
def end(request: DeskRequest, pk: int) -> HttpResponseBase:
    """Early: the partner gave it back, or GitLab took it."""
    found = access.licence_for(request.user, pk)
    form = EndForm(request.POST or None, initial={"on": timezone.localdate(), "seen": writing.version_of(found)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            writing.end(found, on=given["on"], why=given["end_why"], by=request.user, seen=given["seen"] or 0)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, _("The licence is ended."))
            return redirect("nfr_register:licence", pk=pk)
    context = {"opened": Opened(found, request.user), "form": form}
    return respond(request, "nfr/register/end.html", context, status=422 if form.errors else 200)


@require_POST
@desk_only
def goes_on(request: DeskRequest, pk: int) -> HttpResponseBase:
    """It did not end early after all."""
    found = access.licence_for(request.user, pk)
    try:
        writing.resume(found, why=request.POST.get("why", "")[:300], by=request.user)
        toast(request, _("The licence goes on."))
    except Refused as refused:
        toast_error(request, str(refused))
    return redirect("nfr_register:licence", pk=pk)


@require_POST
@desk_only
def count(request: DeskRequest, pk: int) -> HttpResponseBase:
    found = access.licence_for(request.user, pk)
    form = CountForm(request.POST)
    if form.is_valid():
        acting.count(found, form, by=request.user)
        toast(request, _("The count is kept."))
        return redirect("nfr_register:licence", pk=pk)
    opened = Opened(found, request.user, form)
    return respond(request, "nfr/register/licence.html", {"opened": opened}, status=422)


def _granting(request: DeskRequest, form: LicenceForm, *, renewing: Licence | None = None) -> HttpResponseBase:
    offer = None
    if request.method == "POST" and form.is_valid():
        if "look" in request.POST:
            offer = acting.said_by_program(form, renewing=renewing)
            return _form(request, form, renewing=renewing, offer=offer)
        try:
            made = acting.grant(form, by=request.user, renewing=renewing)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            toast(request, _("The licence is in the register. %(remark)s") % {"remark": form.remark})
            return redirect("nfr_register:licence", pk=made.pk)
    return _form(request, form, renewing=renewing, offer=offer)


def _form(
    request: DeskRequest,
    form: LicenceForm,
    *,
    licence: Licence | None = None,
    renewing: Licence | None = None,
    offer: Offer | None = None,
) -> HttpResponseBase:
    context = {"form": form, "licence": licence, "renewing": renewing, "offer": offer}
    return respond(request, "nfr/register/form.html", context, status=422 if form.errors else 200)

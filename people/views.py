"""The reader's own settings: name, time zone, theme."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from people.forms import ProfileForm
from people.http import DeskRequest, signed_in
from web.http import respond


@require_POST
@signed_in
def theme(request: DeskRequest) -> HttpResponseBase:
    """Keeps the theme the reader chose in the page."""
    chosen = request.POST.get("theme", "")
    if chosen not in {"", "light", "dark"}:
        return HttpResponse(_("The theme is light, dark, or empty for the system's."), status=400)
    request.user.theme = chosen
    request.user.save(update_fields=["theme"])
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: DeskRequest) -> HttpResponseBase:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are kept."))
        return redirect("profile")
    shell = "web/desk.html" if request.user.is_colleague else "web/partner.html"
    return respond(request, "people/profile.html", {"form": form, "shell": shell}, status=422 if form.errors else 200)

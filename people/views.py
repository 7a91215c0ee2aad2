"""The reader's own settings: name, time zone, and for the desk the signature and mails about answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.forms import ProfileForm
from people.http import DeskRequest, signed_in
from web.http import respond


@require_http_methods(["GET", "POST"])
@signed_in
def profile(request: DeskRequest) -> HttpResponseBase:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your settings are kept."))
        return redirect("profile")
    around = "web/desk.html" if request.user.is_colleague else "web/partner.html"
    return respond(request, "people/profile.html", {"form": form, "around": around}, status=422 if form.errors else 200)

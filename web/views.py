"""Pages of the shell itself: the theme switch and the style guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from web.shell import THEME_COOKIE
from web.styleguide import examples

if TYPE_CHECKING:
    from django.http import HttpRequest

YEAR = 60 * 60 * 24 * 365


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back; "system" forgets it."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    response = HttpResponseRedirect(back if safe else "/")
    if request.POST.get("theme") in {"light", "dark"}:
        chosen, secure = request.POST["theme"], request.is_secure()
        response.set_cookie(THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=secure)
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or settings.LOCAL):
        raise Http404
    return render(request, "web/styleguide.html", examples())

"""The front door: each reader goes where they work."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from people.http import DeskRequest, signed_in


@require_safe
@signed_in
def home(request: DeskRequest) -> HttpResponseBase:
    """The queue for colleagues, the portal for partners."""
    return redirect("/queue/" if request.user.is_colleague else "/portal/")

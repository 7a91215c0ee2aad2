"""Requests of somebody who has signed in, typed, and the doors that let only them pass."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from people.models import User
from web import errors
from web.http import HtmxRequest

P = ParamSpec("P")


class DeskRequest(HtmxRequest):
    """A request whose user has signed in."""

    user: User


View = Callable[Concatenate[DeskRequest, P], HttpResponseBase]


def signed_in(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Anybody who has signed in; others sign in and come back, or get what they had typed before they were out."""
    plain = cast("Callable[Concatenate[HttpRequest, P], HttpResponseBase]", view)
    to_sign_in = login_required(plain)

    @wraps(plain)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated:
            return errors.signed_out(request)
        return to_sign_in(request, *args, **kwargs)

    return guarded


def colleagues_only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """The desk and channel managers. A partner gets 403: the desk does not exist for them."""
    return _only(view, lambda user: user.is_colleague)


def desk_only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Specialists, leads and administrators."""
    return _only(view, lambda user: user.on_desk)


def leads_only(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    return _only(view, lambda user: user.leads)


def _only(view: View[P], allowed: Callable[[User], bool]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    @wraps(view)
    def guarded(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not allowed(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return signed_in(guarded)

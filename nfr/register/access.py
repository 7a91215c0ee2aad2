"""The only door from a person and an id to a licence or a request about one. Missing and forbidden look the same."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from nfr.models import Licence, LicenceRequest
from people.models import User
from people.roles import Role
from tickets.models.ticket import NO_REQUEST

KIND = "nfr"


def licences_for(user: User) -> QuerySet[Licence]:
    """The desk reads every licence, a channel manager those of their partners."""
    if user.on_desk:
        return Licence.objects.all()
    if user.role == Role.CHANNEL_MANAGER:
        return Licence.objects.filter(account__channel_manager__user=user)
    return Licence.objects.none()


def requests_for(user: User) -> QuerySet[LicenceRequest]:
    """Requests whose ticket is one about NFR licences: not of another kind, not merged, no spam."""
    rows = LicenceRequest.objects.filter(Q(ticket__kind=KIND) & ~Q(ticket__status__in=NO_REQUEST))
    if user.on_desk:
        return rows
    if user.role == Role.CHANNEL_MANAGER:
        own = Q(account__channel_manager__user=user) | Q(account=None, ticket__channel_manager__user=user)
        return rows.filter(own)
    return rows.none()


def licence_for(user: User, pk: int) -> Licence:
    """The licence with that id and all a page names beside it, if `user` may read it; else 404."""
    rows = licences_for(user).select_related(
        "account__channel_manager", "ticket", "replaces", "renewal", "support_request__request__ticket", "by"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such licence, or you may not see it."))
    return found


def may_write(user: User) -> bool:
    return user.on_desk

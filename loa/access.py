"""The only door from a person and an id to a letter or a request for one. Missing and forbidden look the same."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from documents.models import StoredFile
from loa.models import Letter, LetterRequest
from people.models import User
from people.roles import Role


def requests_for(user: User) -> QuerySet[LetterRequest]:
    """The desk reads every request, a channel manager their partners', a partner none here."""
    if user.on_desk:
        return LetterRequest.objects.all()
    if user.role == Role.CHANNEL_MANAGER:
        own = Q(account__channel_manager__user=user)
        return LetterRequest.objects.filter(own | Q(account=None, ticket__channel_manager__user=user))
    return LetterRequest.objects.none()


def request_for(user: User, pk: int) -> LetterRequest:
    """The request with that id and all a page names beside it, if `user` may read it; else 404."""
    rows = requests_for(user).select_related(
        "account__channel_manager", "account_by", "ticket__requester", "ticket__assignee", "letter__stored",
        "envelope", "powerform",
    )  # fmt: skip
    rows = rows.prefetch_related("spans")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such request for a letter, or you may not see it."))
    return found


def letters_for(user: User) -> QuerySet[Letter]:
    if user.on_desk:
        return Letter.objects.all()
    if user.role == Role.CHANNEL_MANAGER:
        return Letter.objects.filter(account__channel_manager__user=user)
    return Letter.objects.none()


def letter_for(user: User, pk: int) -> Letter:
    """The letter with that id and its file, if `user` may read it; else 404."""
    found = letters_for(user).select_related("stored", "account").filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such letter, or you may not see it."))
    return found


def signed_copy(user: User, pk: int) -> StoredFile:
    """The file of a letter already let through the door; 404 where it was never stored."""
    found = letter_for(user, pk)
    if found.stored is None:
        raise Http404(_("The signed copy of this letter is not kept here."))
    return found.stored


def may_decide(user: User) -> bool:
    """Approves, declines and checks again; a channel manager only reads."""
    return user.on_desk

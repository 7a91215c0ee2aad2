"""The only door from a person and an id to a proof. Missing and forbidden look the same."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from people.models import User
from people.roles import Role
from service_attach.models import Proof
from service_attach.proofs import KIND
from tickets.models.ticket import NO_REQUEST


def proofs_for(user: User) -> QuerySet[Proof]:
    """The desk reads every proof, a channel manager their partners'; what turned out to be none is not there.

    What Salesforce has of us stays, whatever became of its ticket: it counts for the rebate.
    """
    rows = Proof.objects.filter(is_one())
    if user.on_desk:
        return rows
    if user.role == Role.CHANNEL_MANAGER:
        own = Q(account__channel_manager__user=user) | Q(account=None, ticket__channel_manager__user=user)
        return rows.filter(own | Q(manager_email__iexact=user.email) if user.email else own)
    return rows.none()


def is_one() -> Q:
    """It is Closed-Won, or its ticket is one of a proof: not of another kind, not merged, no spam."""
    return Q(stage=Proof.Stage.WON) | (Q(ticket__kind=KIND) & ~Q(ticket__status__in=NO_REQUEST))


def proof_for(user: User, pk: int) -> Proof:
    """The proof with that id and all a page names beside it, if `user` may read it; else 404."""
    rows = proofs_for(user).select_related("account", "ticket__requester", "ticket__assignee", "decided_by")
    found = rows.prefetch_related("documents__stored").filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such proof, or you may not see it."))
    return found


def may_correct(user: User) -> bool:
    return user.on_desk

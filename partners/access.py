"""The only door from a person and an id to a partner. Colleagues see every partner; for partners there is none here."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from partners.models import Account
from people.models import User


def accounts_for(user: User) -> QuerySet[Account]:
    """Every partner for colleagues, those gone from Salesforce included; nothing for a partner's own sign-in."""
    return Account.objects.all() if user.is_colleague else Account.objects.none()


def account_for(user: User, pk: int) -> Account:
    """The partner with that id and all a page names beside it, if `user` may read it; else 404."""
    found = accounts_for(user).select_related("channel_manager__user", "merged_into__merged_into").filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such partner, or you may not see it."))
    return found


def may_teach(user: User) -> bool:
    """May say which mail domains and other names are a partner's."""
    return user.is_colleague

"""The only door from a person and an id to a report: they hold home addresses, so the desk alone reads them."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from certification.models import Report
from people.models import User


def reports_for(user: User) -> QuerySet[Report]:
    return Report.objects.all() if user.on_desk else Report.objects.none()


def report_for(user: User, pk: int) -> Report:
    """With all its page names beside it; else 404."""
    beside = ("account", "ticket", "source", "result", "team", "foreign_by", "made_by")
    found = reports_for(user).select_related(*beside).filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such report, or you may not see it."))
    return found


def check_may(user: User) -> None:
    if not user.on_desk:
        raise PermissionDenied(_("Certification reports are for the desk. Nothing was changed."))

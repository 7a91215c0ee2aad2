"""`/api/v1/routing/ownership-changes/` (contract §5): the spreadsheet and what is decided of it, for scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from documents.tables import Unfit
from partners.api import user_of
from people.models import User
from routing import ownership
from routing.bulk import acts
from routing.bulk import api_shapes as shapes
from routing.bulk.acts import Details
from routing.bulk.api_shapes import ChangeDetailShape, ChangeShape, RowShape, SpreadsheetInput
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import Refused
from web.idempotency import idempotent
from web.problems import Problem, too_large, wrong_fields
from web.rest import Api, Pages


class Colleagues(BasePermission):
    """Partners' own sign-ins find nothing here."""

    message = gettext_lazy("Changes of owners are for colleagues.")

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - the library's signature
        return bool(getattr(request.user, "is_colleague", False))


class ChangesApi(Api):
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated, Colleagues]


class OwnershipChanges(ChangesApi):
    parser_classes = [MultiPartParser]
    pagination_class = Pages

    @shapes.LIST
    def get(self, request: Request) -> Response:
        pages = Pages()
        rows: Any = pages.paginate_queryset(_changes(), request, view=self)
        return pages.get_paginated_response(ChangeShape(rows, many=True).data)

    @shapes.POST
    @idempotent
    def post(self, request: Request) -> HttpResponseBase:
        acts.check_may(user_of(request))
        asked = SpreadsheetInput(data=request.data)
        asked.is_valid(raise_exception=True)
        change = _prepared(asked.validated_data, by=user_of(request))
        return _answer(change, status=201)


class OwnershipChangeDetail(ChangesApi):
    @shapes.DETAIL
    def get(self, request: Request, pk: int) -> Response:  # noqa: ARG002 - the permissions have looked at it
        return _answer(_change(pk))


class OwnershipChangeRows(ChangesApi):
    pagination_class = Pages

    @shapes.ROWS
    def get(self, request: Request, pk: int) -> Response:
        pages = ByLine()
        rows: Any = pages.paginate_queryset(_rows(_change(pk), request), request, view=self)
        return pages.get_paginated_response(RowShape(rows, many=True).data)


class ByLine(Pages):
    """In the order of the file."""

    page_size = 200
    ordering = "number"


class Approve(ChangesApi):
    @shapes.act("approve", "Approve a change; a worker begins")
    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        change, user = _change(pk), user_of(request)
        return _done(lambda: ownership.approve(change, by=user), may=ownership.may_approve(change, user))


class Pause(ChangesApi):
    @shapes.act("pause", "Pause a change: nothing more is sent")
    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        change, user = _change(pk), user_of(request)
        return _done(lambda: ownership.pause(change, by=user), may=ownership.may_steer(user))


class Resume(ChangesApi):
    @shapes.act("resume", "Go on with a paused change")
    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        change, user = _change(pk), user_of(request)
        return _done(lambda: ownership.resume(change, by=user), may=ownership.may_steer(user))


class Retry(ChangesApi):
    @shapes.act("retry", "Send the refused accounts again")
    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        change, user = _change(pk), user_of(request)
        return _done(lambda: ownership.retry(change, by=user), may=ownership.may_steer(user))


class Undo(ChangesApi):
    @shapes.act("undo", "Undo a change: a new one brings the owners back", status=201)
    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        change, user = _change(pk), user_of(request)
        return _done(lambda: ownership.undo(change, by=user), may=user.leads, status=201)


def _prepared(given: dict[str, Any], *, by: User) -> OwnershipChange:
    """Checked, and waiting for the second person where there is something to approve."""
    file = given["file"]
    if file.size > acts.MOST_BYTES:
        raise too_large(acts.MOST_BYTES)
    if given.get("taken_at") and given["taken_at"] > timezone.now():
        raise wrong_fields({"taken_at": [_("The time is still to come. Enter when the file was saved.")]})
    details = Details(**{name: given[name] for name in ("title", "why", "taken_at", "effective") if name in given})
    try:
        change = acts.prepare_at_once(file.read(), name=file.name, details=details, by=by)
    except Unfit as unfit:
        raise wrong_fields({"file": [str(unfit)]}) from unfit
    waits = change.rows.filter(state=OwnershipRow.State.WAITING).exists()
    return ownership.submit(change, by=by) if waits else change


def _done(act: Callable[[], OwnershipChange], *, may: bool, status: int = 200) -> Response:
    try:
        return _answer(act(), status=status)
    except Refused as refused:
        raise Problem(409 if may else 403, str(refused)) from refused


def _answer(change: OwnershipChange, *, status: int = 200) -> Response:
    found = Response(ChangeDetailShape(change).data, status=status)
    if status == 201:
        found["Location"] = f"/api/v1/routing/ownership-changes/{change.pk}/"
    return found


def _changes() -> QuerySet[OwnershipChange]:
    return OwnershipChange.objects.select_related("approved_by")


def _change(pk: int) -> OwnershipChange:
    return get_object_or_404(_changes(), pk=pk)


def _rows(change: OwnershipChange, request: Request) -> QuerySet[OwnershipRow]:
    state = request.query_params.get("state", "")
    if state and state not in OwnershipRow.State.values:
        raise wrong_fields({"state": [_("One of: %(names)s.") % {"names": ", ".join(OwnershipRow.State.values)}]})
    rows = OwnershipRow.objects.filter(change=change)
    return rows.filter(state=state) if state else rows

"""`/api/v1/certification-reports/` (contract §5): exports in, tables out, for the desk's scripts."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from certification import api_docs
from certification.models import Report
from certification.reports import access, attaching, flagging, listing, making, owning, standing, withdrawing
from documents.serving import download
from partners.api import user_of
from partners.models import Account
from tickets import access as ticket_access
from tickets.actions import Refused
from tickets.models import Ticket
from tickets.models.ticket import number_of
from web.idempotency import idempotent
from web.problems import Problem, too_large, wrong_fields
from web.rest import Api, Pages, Strict, UtcTime

OTHER_PARAMETERS = frozenset({"cursor", "limit", "format"})


class Desk(BasePermission):
    """The tables hold home addresses."""

    message = gettext_lazy("Certification reports are for the desk.")

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - the library's signature
        return bool(getattr(request.user, "on_desk", False))


class WhoseShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class StrangerShape(serializers.Serializer[Any]):
    line = serializers.IntegerField(help_text="Row of the table, as a spreadsheet program numbers it.")
    name = serializers.CharField()
    email = serializers.CharField()
    why = serializers.CharField()
    left_out = serializers.BooleanField(required=False)


class ReportShape(serializers.Serializer[Report]):
    """A certification report: an export, and the table made of it."""

    id = serializers.IntegerField()
    partner = serializers.SerializerMethodField()
    ticket = serializers.CharField(source="ticket.reference", default=None, allow_null=True)
    as_of = serializers.DateField()
    file = serializers.CharField(source="source_name", help_text="The export, as it was called.")
    table = serializers.CharField(source="result_name")
    rows = serializers.IntegerField(source="rows_count")
    counts = serializers.SerializerMethodField(help_text="People with each course.")
    remarks = serializers.ListField(child=serializers.CharField())
    flagged = serializers.SerializerMethodField()
    flagged_is = serializers.CharField(source="foreign_is", help_text="`kept`, `left_out`, or empty: not decided.")
    may_be_sent = serializers.SerializerMethodField()
    why_not = serializers.SerializerMethodField()
    made_by = serializers.CharField(source="made_by_name")
    withdrawn = UtcTime(allow_null=True)
    created = UtcTime()

    @extend_schema_field(WhoseShape(allow_null=True))
    def get_partner(self, row: Report) -> dict[str, Any] | None:
        return {"id": row.account.pk, "name": row.account.name} if row.account else None

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_counts(self, row: Report) -> dict[str, int]:
        return standing.counts_of(row)

    @extend_schema_field(serializers.IntegerField())
    def get_flagged(self, row: Report) -> int:
        return len(row.foreign)

    @extend_schema_field(serializers.BooleanField())
    def get_may_be_sent(self, row: Report) -> bool:
        return not standing.why_not_sent(row)

    @extend_schema_field(serializers.CharField())
    def get_why_not(self, row: Report) -> str:
        return standing.why_not_sent(row)


class ReportDetailShape(ReportShape):
    """With the rows that look like another company's."""

    foreign = StrangerShape(many=True)


class ExportInput(Strict):
    file = serializers.FileField(help_text="The user export of the portal: .csv or .xlsx.")
    partner = serializers.IntegerField(required=False, help_text="Id of a partner.")
    ticket = serializers.CharField(required=False, max_length=40, help_text="Reference of a ticket.")
    as_of = serializers.DateField(required=False, help_text="Without it: the day in the file's name, or today.")


class RowsInput(Strict):
    leave_out = serializers.ListField(
        child=serializers.IntegerField(), help_text="Lines of `foreign`; an empty list says that all belong there."
    )


class PartnerInput(Strict):
    partner = serializers.IntegerField(help_text="Id of a partner.")


class AttachInput(Strict):
    ticket = serializers.CharField(max_length=40)


class WhyInput(Strict):
    why = serializers.CharField(max_length=500)


class ReportsApi(Api):
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated, Desk]


class Reports(ReportsApi):
    parser_classes = [MultiPartParser]
    pagination_class = Pages

    @api_docs.list_of(ReportShape)
    def get(self, request: Request) -> Response:
        _check_filters(request)
        asked = listing.asked_for(request.query_params)
        rows: Any = listing.narrowed(access.reports_for(user_of(request)), asked)
        rows = rows.filter(listing.SHOWN[asked.show][1]).select_related("account", "ticket")
        pages = Pages()
        found: Any = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response(ReportShape(found, many=True).data)

    @api_docs.make(ExportInput, ReportDetailShape)
    @idempotent
    def post(self, request: Request) -> HttpResponseBase:
        asked = ExportInput(data=request.data)
        asked.is_valid(raise_exception=True)
        return _answer(_made(asked.validated_data, request), status=201)


class ReportDetail(ReportsApi):
    @api_docs.detail_of(ReportDetailShape)
    def get(self, request: Request, pk: int) -> Response:
        return _answer(access.report_for(user_of(request), pk))


class ReportFile(ReportsApi):
    @api_docs.FILE
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """For programs, so without the byte order mark that Excel needs."""
        found = access.report_for(user_of(request), pk)
        why = standing.why_not_sent(found)
        if why or found.result is None:
            raise Problem(409, why)
        return download(found.result, skip=len(codecs.BOM_UTF8))


class Assign(ReportsApi):
    @api_docs.act("assign", "Say whose report it is", PartnerInput, ReportDetailShape)
    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        given, user = _given(PartnerInput, request), user_of(request)
        found, account = access.report_for(user, pk), _partner(given["partner"])
        return _done(lambda: owning.assign(found, account, by=user), found)


class DecideRows(ReportsApi):
    @api_docs.act("rows", "Say which flagged rows are left out", RowsInput, ReportDetailShape)
    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        given, user = _given(RowsInput, request), user_of(request)
        found = access.report_for(user, pk)
        return _done(lambda: flagging.decide(found, leave_out=given["leave_out"], by=user), found)


class Attach(ReportsApi):
    @api_docs.act("attach", "Prepare the reply of a ticket with the table", AttachInput, ReportDetailShape)
    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        given, user = _given(AttachInput, request), user_of(request)
        found, ticket = access.report_for(user, pk), _ticket(given["ticket"], request)
        return _done(lambda: attaching.attach(found, ticket, by=user), found)


class Withdraw(ReportsApi):
    @api_docs.act("withdraw", "Withdraw a report", WhyInput, ReportDetailShape)
    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        given, user = _given(WhyInput, request), user_of(request)
        found = access.report_for(user, pk)
        return _done(lambda: withdrawing.withdraw(found, why=given["why"], by=user), found)


def _made(given: dict[str, Any], request: Request) -> Report:
    file = given["file"]
    if file.size > making.MOST_BYTES:
        raise too_large(making.MOST_BYTES)
    account = _partner(given["partner"]) if "partner" in given else None
    ticket = _ticket(given["ticket"], request) if given.get("ticket") else None
    try:
        return making.make(
            file.read(), name=file.name, by=user_of(request), account=account, ticket=ticket, as_of=given.get("as_of")
        )
    except Refused as refused:
        raise wrong_fields({"file": [str(refused)]}) from refused


def _partner(pk: int) -> Account:
    found = Account.objects.filter(deleted=None, merged_into=None, pk=pk).first()
    if found is None:
        raise wrong_fields({"partner": [_("There is no such partner.")]})
    return found


def _ticket(reference: str, request: Request) -> Ticket:
    found = ticket_access.tickets_for(user_of(request)).filter(pk=number_of(reference) or 0).first()
    if found is None:
        raise wrong_fields({"ticket": [_("There is no ticket %(reference)s.") % {"reference": reference}]})
    return found


def _given(shape: type[Strict], request: Request) -> dict[str, Any]:
    asked = shape(data=request.data)
    asked.is_valid(raise_exception=True)
    found: dict[str, Any] = asked.validated_data
    return found


def _done(act: Any, found: Report) -> Response:
    try:
        act()
    except Refused as refused:
        raise Problem(409, str(refused)) from refused
    found.refresh_from_db()
    return _answer(found)


def _answer(found: Report, *, status: int = 200) -> Response:
    row: Any = found
    return Response(ReportDetailShape(row).data, status=status)


def _check_filters(request: Request) -> None:
    """A name or value nobody knows is an error, never an unfiltered list."""
    known = ", ".join(listing.KEPT)
    errors = {
        name[:80]: [_("There is no such filter. The filters are: %(names)s.") % {"names": known}]
        for name in request.query_params
        if name not in OTHER_PARAMETERS and name not in listing.KEPT
    }
    show = request.query_params.get("show", "")
    if show not in listing.SHOWN:
        errors["show"] = [_("This is none of: %(known)s.") % {"known": ", ".join(filter(None, listing.SHOWN))}]
    if errors:
        raise wrong_fields(errors)

"""`/api/v1/nfr-licences/` (contract §5): the register for colleagues' scripts, by the pages' own door and forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from nfr.models import Licence, SeatCount
from nfr.register import access, acting, api_docs, states, writing
from nfr.register import asked as asking
from nfr.register.forms import CountForm, EndForm, LicenceForm
from partners.api import Colleagues, user_of
from partners.models import Account
from partners.narrowing import number
from people.models import User
from tickets.api.steps import given
from tickets.api.views import DeskApi
from web.idempotency import idempotent
from web.problems import wrong_fields
from web.rest import Pages, UtcTime

STATES: Final[Mapping[str, str]] = {
    "in_force": "", "expiring": "expiring", "over_seat": "over", "coming": "coming", "exceptions": "exceptions",
    "partner_unknown": "nobody", "ended": "ended", "all": "all",
}  # fmt: skip
FILTERS: Final = ("state", "track", "region", "type", "manager", "partner", "q")
OTHER_PARAMETERS: Final = frozenset({"cursor", "limit", "format"})
WRITTEN: Final = (
    "type", "tier", "seats", "seats_allowed", "namespace", "licence_ref", "contact_name", "contact_email", "starts",
    "ends", "support_ticket", "exception", "exception_by", "note", "why",
)  # fmt: skip


class LicencePartnerShape(serializers.Serializer[Account]):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    track = serializers.CharField()
    region = serializers.CharField()


class SeatCountShape(serializers.Serializer[SeatCount]):
    used = serializers.IntegerField()
    counted = UtcTime()
    source = serializers.CharField()  # type: ignore[assignment]  # the column's name


class LicenceShape(serializers.Serializer[Licence]):
    """A licence. Empty and null mean that it is not known; a key is never here."""

    id = serializers.IntegerField(source="pk")
    state = serializers.SerializerMethodField()
    partner = LicencePartnerShape(source="account", allow_null=True)
    partner_name = serializers.CharField(help_text="As a list or a person wrote it.")
    type = serializers.CharField()
    tier = serializers.CharField()
    seats = serializers.IntegerField(allow_null=True, help_text="Granted.")
    seats_allowed = serializers.IntegerField(allow_null=True, help_text="By the terms of its first day.")
    seats_used = serializers.IntegerField(allow_null=True)
    seats_counted = UtcTime(allow_null=True)
    over_seat = serializers.SerializerMethodField()
    namespace = serializers.CharField()
    licence_ref = serializers.CharField()
    contact_name = serializers.CharField()
    contact_email = serializers.CharField()
    starts = serializers.DateField(allow_null=True)
    ends = serializers.DateField(allow_null=True, help_text="As Support has set it; in force on that day.")
    ended = serializers.DateField(allow_null=True, help_text="Ended early on that day.")
    support_ticket = serializers.CharField()
    exception = serializers.CharField()
    exception_by = serializers.CharField()
    note = serializers.CharField()
    replaces = serializers.IntegerField(source="replaces_id", allow_null=True)
    renewed_by = serializers.SerializerMethodField()
    ticket = serializers.SerializerMethodField()
    source = serializers.CharField()  # type: ignore[assignment]  # the column's name
    changed = UtcTime()
    created = UtcTime()

    @extend_schema_field(serializers.CharField())
    def get_state(self, row: Licence) -> str:
        return states.of(row, on=timezone.localdate()).slug

    @extend_schema_field(serializers.BooleanField())
    def get_over_seat(self, row: Licence) -> bool:
        return states.is_over_seat(row)

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_renewed_by(self, row: Licence) -> int | None:
        following = states.renewal_of(row)
        return following.pk if following else None

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_ticket(self, row: Licence) -> str | None:
        return row.ticket.reference if row.ticket else None


class LicenceDetailShape(LicenceShape):
    """With its counts of seats, the newest first."""

    counts = SeatCountShape(many=True)


class LicencesApi(DeskApi):
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated, Colleagues]


class Licences(LicencesApi):
    pagination_class = Pages

    @api_docs.list_of(LicenceShape)
    def get(self, request: Request) -> Response:
        return self.page(_filtered(request), LicenceShape, pages=Pages)

    @api_docs.add_of(LicenceDetailShape)
    @idempotent
    def post(self, request: Request) -> HttpResponseBase:
        """By hand; with `replaces` the renewal of that licence."""
        user, sent = _writer(request), dict(given(request))
        replaces = sent.pop("replaces", None)
        renewing = access.licence_for(user, _id(replaces)) if replaces is not None else None
        form = _checked(sent, LicenceForm(_named(sent), licence=renewing))
        made = acting.grant(form, by=user, renewing=renewing)
        return Response(_detail(user, made.pk), status=201)


class LicenceDetail(LicencesApi):
    @api_docs.detail_of(LicenceDetailShape)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_detail(user_of(request), pk))

    @api_docs.change_of(LicenceDetailShape)
    def patch(self, request: Request, pk: int) -> Response:
        """Fields that are not given stay as they are; null empties one."""
        user, sent = _writer(request), given(request)
        row = access.licence_for(user, pk)
        now = {name: value for name, value in LicenceForm(licence=row).initial.items() if value is not None}
        form = _checked(sent, LicenceForm({**now, **_named(sent)}, licence=row))
        acting.change(row, form, by=user)
        return Response(_detail(user, pk))


class LicenceVerb(LicencesApi):
    """One verb; the answer is the licence as it is then."""

    @idempotent
    def post(self, request: Request, pk: int) -> HttpResponseBase:
        user = _writer(request)
        self.do(access.licence_for(user, pk), given(request), user)
        return Response(_detail(user, pk))

    def do(self, row: Licence, sent: Mapping[str, Any], user: User) -> None:
        raise NotImplementedError


@api_docs.COUNT
class CountSeats(LicenceVerb):
    def do(self, row: Licence, sent: Mapping[str, Any], user: User) -> None:
        form = _valid(CountForm({"source": SeatCount.Source.DESK, **sent}), sent, known=("used", "source", "counted"))
        acting.count(row, form, by=user)


@api_docs.END
class EndLicence(LicenceVerb):
    def do(self, row: Licence, sent: Mapping[str, Any], user: User) -> None:
        form = _valid(EndForm({"on": sent.get("on"), "end_why": sent.get("why")}), sent, known=("on", "why"))
        writing.end(row, on=form.cleaned_data["on"], why=form.cleaned_data["end_why"], by=user)


def _writer(request: Request) -> User:
    user = user_of(request)
    if not access.may_write(user):
        raise PermissionDenied(_("Your account reads the register; it may not change it. Nothing was changed."))
    return user


def _detail(user: User, pk: int) -> Any:
    return LicenceDetailShape(access.licence_for(user, pk)).data


def _named(sent: Mapping[str, Any]) -> dict[str, Any]:
    """As the form reads it; `partner` may be the id of a partner or its name."""
    partner = sent.get("partner")
    named = {name: "" if value is None else value for name, value in sent.items()}
    if isinstance(partner, int) and not isinstance(partner, bool):
        account = Account.objects.filter(pk=partner, deleted=None, merged_into=None).first()
        named["partner"] = account.name if account else ""
        named["account"] = str(partner)
    return named


def _checked(sent: Mapping[str, Any], form: LicenceForm) -> LicenceForm:
    """A partner given by its id is that one, whatever others are called like it."""
    chosen = sent.get("partner")
    if isinstance(chosen, int):
        form.choose(chosen)
    _valid(form, sent, known=("partner", *WRITTEN))
    return form


def _valid(form: Any, sent: Mapping[str, Any], *, known: Sequence[str]) -> Any:
    unknown = {name[:80]: [_("There is no such field.")] for name in sent if name not in known}
    if unknown:
        raise wrong_fields(unknown)
    if not form.is_valid():
        names = {"end_why": "why", "account": "partner"}
        raise wrong_fields({names.get(name, name): [str(one) for one in said] for name, said in form.errors.items()})
    return form


def _id(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_fields({"replaces": [_("Send the id of a licence.")]})
    return value


def _filtered(request: Request) -> QuerySet[Licence]:
    """Narrowed by the parameters; a name or value nobody knows is an error, never an unfiltered list."""
    params, errors = request.query_params, {}
    for name in params:
        if name not in OTHER_PARAMETERS and name not in FILTERS:
            known = ", ".join(FILTERS)
            errors[name[:80]] = [_("There is no such filter. The filters are: %(names)s.") % {"names": known}]
    state = params.get("state", "all")
    if state not in STATES:
        errors["state"] = [_("This is none of: %(known)s.") % {"known": ", ".join(STATES)}]
    if params.get("partner") and number(params["partner"]) is None:
        errors["partner"] = [_("Send the id of a partner.")]
    if errors:
        raise wrong_fields(errors)
    rows = asking.licences(asking.asked_for(params), user_of(request))
    today: date = timezone.localdate()
    return rows.filter(asking.of_tab(STATES[state], today)).select_related("account", "renewal", "ticket")

"""`/api/v1/partners/` (contract §5): partners for colleagues' scripts, through the same door as the pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from partners import access, finding
from partners.filters import FILTERS, GONE, LIVE, ME
from partners.models import Account
from people.models import ChannelManager, User
from web.api_docs import NOT_SIGNED_IN, a_problem, answers, problem
from web.problems import wrong_fields
from web.rest import MAX_ID, Api, Pages, UtcTime

OTHER_PARAMETERS = frozenset({"cursor", "limit", "format"})
MAX_QUERY = 200
TAGS = ["Partners"]
A_PARTNER: dict[str, Any] = {
    "id": 7,
    "name": "Northwind DevOps GmbH",
    "salesforce_id": "0011t00000AbCdEAAV",
    "partner_status": "Authorized",
    "partner_type": "Channel",
    "track": "Select",
    "region": "EMEA",
    "area": "DACH",
    "public_sector": False,
    "country": "Germany",
    "subdivision": "",
    "contracted_territories": ["Germany", "Austria"],
    "signed_contract_date": "2021-03-14",
    "website": "https://www.northwind.example",
    "domains": ["northwind.example"],
    "other_names": [],
    "channel_manager": {"name": "Sofia Marchetti"},
    "owner": {"name": "Sofia Marchetti", "email": "sofia.marchetti@example.com"},
    "merged_into": None,
    "deleted": None,
    "synced": "2026-11-20T09:30:11Z",
}

NO_SUCH_TRACK = {"track": ["This is none of: Select, Open."]}
WRONG = problem(
    "A filter nobody knows",
    a_problem(400, "Bad Request", "Nothing was changed. Look at: track.", errors=NO_SUCH_TRACK),
)
FORBIDDEN = problem("A partner's own sign-in", a_problem(403, "Forbidden", "The list of partners is for colleagues."))
UNKNOWN = problem("Not there", a_problem(404, "Not Found", "There is no such partner, or you may not see it."))


class Colleagues(BasePermission):
    """Partners' own sign-ins find nothing here."""

    message = gettext_lazy("The list of partners is for colleagues.")

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - the library's signature
        return bool(getattr(request.user, "is_colleague", False))


class NamedShape(serializers.Serializer[Any]):
    name = serializers.CharField()


class AccountManagerShape(NamedShape):
    """A channel manager."""


class OwnerShape(NamedShape):
    email = serializers.EmailField()


class SurvivorShape(NamedShape):
    id = serializers.IntegerField()


class AccountShape(serializers.Serializer[Account]):
    """A partner. Empty and null mean that it is not known, never no."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    salesforce_id = serializers.CharField()
    partner_status = serializers.CharField()
    partner_type = serializers.CharField()
    track = serializers.CharField()
    region = serializers.CharField()
    area = serializers.CharField()
    public_sector = serializers.BooleanField(allow_null=True)
    country = serializers.CharField()
    subdivision = serializers.CharField()
    contracted_territories = serializers.ListField(child=serializers.CharField())
    signed_contract_date = serializers.DateField(allow_null=True)
    website = serializers.CharField()
    domains = serializers.SerializerMethodField()
    other_names = serializers.SerializerMethodField()
    channel_manager = AccountManagerShape(allow_null=True)
    owner = serializers.SerializerMethodField()
    merged_into = SurvivorShape(allow_null=True, help_text="The partner it lives on in.")
    deleted = UtcTime(allow_null=True, help_text="When Salesforce deleted it.")
    synced = UtcTime(allow_null=True, help_text="When it was last read from Salesforce.")

    def get_domains(self, account: Account) -> list[str]:
        return [one.domain for one in account.domains.all()]

    def get_other_names(self, account: Account) -> list[str]:
        return [one.name for one in account.other_names.all()]

    @extend_schema_field(OwnerShape(allow_null=True))
    def get_owner(self, account: Account) -> dict[str, str] | None:
        known = account.owner_name or account.owner_email
        return {"name": account.owner_name, "email": account.owner_email} if known else None


def _query(name: str, says: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=says)


PARAMETERS = [
    _query("q", "Words of a name, a mail domain, an address, or a Salesforce id of 15 or 18 characters."),
    _query("track", "One or several, separated by commas; `unknown` for partners without."),
    _query("status", "One or several; `unknown`, and `gone` for partners deleted or merged in Salesforce."),
    _query("region", "One or several; `unknown`."),
    _query("letters", "Standing for letters: `met`, `missing`, `unknown`; one or several."),
    _query("channel_manager", "Name or id of a channel manager, `me`, or `nobody`."),
]


class PartnerList(Api):
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated, Colleagues]
    pagination_class = Pages

    @extend_schema(
        operation_id="partners_list",
        tags=TAGS,
        summary="List partners, newest first",
        description="Those deleted or merged in Salesforce only when `status=gone` asks for them.",
        parameters=PARAMETERS,
        examples=[OpenApiExample("Example", value=A_PARTNER, response_only=True)],
        responses=answers({200: AccountShape(many=True)}, WRONG, NOT_SIGNED_IN, FORBIDDEN),
    )
    def get(self, request: Request) -> Response:
        paginator = Pages()
        rows = _listed(_filtered(access.accounts_for(user_of(request)), request))
        found: Any = paginator.paginate_queryset(rows, request, view=self)
        return paginator.get_paginated_response(AccountShape(found, many=True).data)


class PartnerDetail(Api):
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated, Colleagues]

    @extend_schema(
        operation_id="partners_read",
        tags=TAGS,
        summary="Read a partner",
        description="Also one that Salesforce has deleted or merged: `deleted` and `merged_into` say so.",
        examples=[OpenApiExample("Example", value=A_PARTNER, response_only=True)],
        responses=answers({200: AccountShape}, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN),
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(AccountShape(access.account_for(user_of(request), pk)).data)


def user_of(request: Request) -> User:
    """Who calls; the permissions have let only colleagues in."""
    return cast("User", request.user)


def _listed(rows: QuerySet[Account]) -> QuerySet[Account]:
    return rows.select_related("channel_manager", "merged_into").prefetch_related("domains", "other_names")


class _Unknown(Exception):  # noqa: N818 - an answer to the caller
    """A value that means nothing; the text says what would."""


def _filtered(rows: QuerySet[Account], request: Request) -> QuerySet[Account]:
    """Narrowed by the parameters; a name or value nobody knows is an error, never an unfiltered list."""
    asked: QueryDict = request.query_params
    errors: dict[str, list[str]] = {}
    if GONE not in _values(asked, "status"):
        rows = rows.filter(LIVE)
    for name in asked:
        try:
            rows = rows if name in OTHER_PARAMETERS else _narrowed(rows, request, name, _values(asked, name))
        except _Unknown as error:
            errors[name[:80]] = [str(error)]
    if errors:
        raise wrong_fields(errors)
    return rows


def _values(asked: QueryDict, name: str) -> list[str]:
    parts = [part for value in asked.getlist(name) for part in ([value] if name == "q" else value.split(","))]
    return [part.strip() for part in parts]


def _narrowed(rows: QuerySet[Account], request: Request, name: str, values: Sequence[str]) -> QuerySet[Account]:
    if any("\x00" in value or len(value) > MAX_QUERY for value in values):
        raise _Unknown(_("This is too long, or holds a character that cannot be searched."))
    if name == "q":
        return finding.matching(rows, " ".join(values))
    if name not in FILTERS:
        known = ", ".join(["q", *FILTERS])
        raise _Unknown(_("There is no such filter. The filters are: %(names)s.") % {"names": known})
    wanted = Q(pk__in=[])
    meant: Callable[[str], str] = _manager if name == "channel_manager" else _one_of(name, user_of(request))
    for value in values:
        wanted |= FILTERS[name].where(meant(value), user_of(request))
    return rows.filter(wanted)


def _one_of(name: str, user: User) -> Callable[[str], str]:
    known = [choice.value for choice in FILTERS[name].choices(user)]

    def meant(value: str) -> str:
        if value not in known:
            raise _Unknown(_("This is none of: %(known)s.") % {"known": ", ".join(known)})
        return value

    return meant


def _manager(value: str) -> str:
    """The id for a name or an id; `me` and `nobody` as they are."""
    if value in {ME, "nobody", "none"}:
        return "nobody" if value == "none" else value
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 20 else 0
    by_id = Q(pk=number) if 0 < number <= MAX_ID else Q(name__iexact=value)
    found = ChannelManager.objects.filter(by_id).values_list("pk", flat=True).first()
    if found is None:
        raise _Unknown(_("Give the name or id of a channel manager, `me` or `nobody`."))
    return str(found)

"""`/api/v1/partners/{id}/standing/?gate=loa` (contract §5): may this partner have that, and all that is missing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from partners import access
from partners.api import FORBIDDEN, TAGS, UNKNOWN, Colleagues, user_of
from partners.gates import GATES
from partners.standing import standing_of
from web.api_docs import NOT_SIGNED_IN, a_problem, answers, problem
from web.problems import wrong_fields
from web.rest import Api

AUTHORIZED = {
    "requirement": "Partner status is Authorized",
    "evidence": "Partner status is Authorized.",
    "link": "https://partners.gitlab.com",
    "differs": "",
    "source": "https://about.gitlab.com/handbook/resellers/partner-help-desk/#approving-letters-of-authorization",
}
OPEN_REQS = {
    "kind": "missing",
    "words": "“Open Reqs Met?” is No on the dashboard as of 18 Nov 2022 (Sales Core 1, Solution Architect Core 1).",
    "how": "Two people pass Sales Core and one person passes Solution Architect Core.",
    "link": "https://about.gitlab.com/handbook/resellers/training/",
    "differs": "The team's export as of 20 Nov 2022 counts enough people: Sales Core 2 of 2.",
    "requirement": "“Open Reqs Met?” is Yes on the certification dashboard",
    "source": "https://about.gitlab.com/handbook/resellers/partner-help-desk/#approving-letters-of-authorization",
}
A_STANDING: dict[str, Any] = {
    "partner": 7,
    "gate": "loa",
    "title": "Letter of authorization",
    "on": "2022-11-22",
    "state": "missing",
    "met": [AUTHORIZED],
    "reasons": [OPEN_REQS],
    "hints": [],
    "dashboard": "2022-11-18",
    "team": "2022-11-20",
}
SUCH_GATES = {"gate": ["This is none of: loa, nfr."]}
WRONG = problem(
    "A gate or a day nobody knows",
    a_problem(400, "Bad Request", "Nothing was changed. Look at: gate.", errors=SUCH_GATES),
)


class MetShape(serializers.Serializer[Any]):
    requirement = serializers.CharField(source="words")
    evidence = serializers.CharField()
    link = serializers.CharField(help_text="Where a partner meets it; empty where there is no such page.")
    differs = serializers.CharField(help_text="What the other source counts, where it says the contrary.")
    source = serializers.CharField()  # type: ignore[assignment]  # the word of the handbook's anchors


class ReasonShape(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["missing", "unknown"])
    words = serializers.CharField()
    how = serializers.CharField()
    link = serializers.CharField(help_text="Where it is put right; empty where there is no such page.")
    differs = serializers.CharField(help_text="What the other source counts, where it says the contrary.")
    requirement = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the word of the handbook's anchors


class StandingShape(serializers.Serializer[Any]):
    """`unknown` is a hold, never a no. Reasons come all at once; hints change nothing."""

    partner = serializers.IntegerField()
    gate = serializers.CharField()
    title = serializers.CharField()
    on = serializers.DateField()
    state = serializers.ChoiceField(choices=["met", "missing", "unknown"])
    met = MetShape(many=True)
    reasons = ReasonShape(many=True)
    hints = ReasonShape(many=True)
    dashboard = serializers.DateField(allow_null=True, help_text="As of when the certification dashboard is.")
    team = serializers.DateField(allow_null=True, help_text="As of when the export of the partner's team is.")


class PartnerStanding(Api):
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated, Colleagues]

    @extend_schema(
        operation_id="partners_standing",
        tags=TAGS,
        summary="Where a partner stands at a gate on a day",
        parameters=[
            OpenApiParameter("gate", OpenApiTypes.STR, required=True, enum=[*GATES], description="For what."),
            OpenApiParameter("on", OpenApiTypes.DATE, description="On which day; today when it is left out."),
        ],
        examples=[OpenApiExample("Example", value=A_STANDING, response_only=True)],
        responses=answers({200: StandingShape}, WRONG, NOT_SIGNED_IN, FORBIDDEN, UNKNOWN),
    )
    def get(self, request: Request, pk: int) -> Response:
        account = access.account_for(user_of(request), pk)
        gate, on = _asked(request)
        found = standing_of(account, gate, on=on)
        said = {"partner": pk, "gate": gate, "title": str(GATES[gate]), "on": on, "state": found.state}
        why = {"met": found.met, "reasons": found.reasons, "hints": found.hints}
        return Response(StandingShape({**said, **why, "dashboard": found.dashboard, "team": found.team}).data)


def _asked(request: Request) -> tuple[str, date]:
    """Gate and day; anything else is an error that says what is known."""
    errors: dict[str, list[str]] = {}
    asked = request.query_params
    gate, day = asked.get("gate", ""), asked.get("on")
    if gate not in GATES:
        errors["gate"] = [_("This is none of: %(known)s.") % {"known": ", ".join(GATES)}]
    on = timezone.localdate() if day is None else _day(day)
    if on is None:
        errors["on"] = [_("This is not a day of the calendar. Write it as 2022-11-18.")]
    for name in set(asked) - {"gate", "on", "format"}:
        errors[name[:80]] = [_("There is no such parameter. There are gate and on.")]
    if errors or on is None:
        raise wrong_fields(errors)
    return gate, on


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text) if len(text) == 10 else None
    return None

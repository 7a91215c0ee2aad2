"""What the documentation of the API says about answers of routing: parameters, shapes and examples."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from people.models import Team
from routing.found import AMBIGUOUS, UNASSIGNED
from routing.found import ASSIGNED as SURE
from routing.models import Track
from web.api_docs import a_problem, problem

TAGS: Final = ["Routing"]


def _text(name: str, says: str) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=says)


_ON: Final = OpenApiParameter("on", OpenApiTypes.DATE, description="On which day; today when it is left out.")
_PARTNER: Final = _text("partner", "Its name, our number or Salesforce's id.")
ACCOUNT: Final = [
    _text("country", "Name or ISO code, as people write it: `UK`, `Deutschland`, `US`."),
    _text("subdivision", "State or province: `PA`, `US-PA`, `Pennsylvania`, `Western PA`."),
    _text("postal_code", "Where a state is divided it says in which part the account is."),
    OpenApiParameter("track", OpenApiTypes.STR, enum=Track.values, description="Without it both tracks are asked."),
    OpenApiParameter("public_sector", OpenApiTypes.BOOL, description="Of the United States."),
    OpenApiParameter(
        "partner",
        OpenApiTypes.STR,
        description="Its name, our number or Salesforce's id; what is left out comes from its account.",
    ),
    _ON,
]
OPPORTUNITY: Final = [
    _PARTNER,
    _text("segment", "[Deprecated] Owner Segment-Geo-Region-Area, the whole value."),
    _text("territory", "Stamped Account Sales Territory, the whole value."),
    _text("opportunity", "Its id in Salesforce, a link or its number: what is left out comes from there."),
    _ON,
]
_SEGMENT: Final[dict[str, Any]] = {
    "rule": "segment",
    "key": "Large-AMER-East-Named",
    "result": "Look at Territory",
    "source": "FY23 mapping, row 12",
    "fiscal_year": "FY23",
    "effective": "2022-02-01",
    "rule_id": "keyrule:12",
}
_REST: Final[dict[str, Any]] = {
    "near_misses": [],
    "as_of": "2022-11-22",
    "fiscal_year": "FY23",
    "skipped": [{"rule": "gsi", "key": "Bluepeak Systems Inc.", "result": "no rule", "source": ""}],
    "remarks": [],
    "stand_in": None,
}
BY_TERRITORY: Final[dict[str, Any]] = {
    "outcome": SURE,
    "manager": {"name": "Jay Bahar", "team": None},
    "candidates": [],
    "because": [
        _SEGMENT,
        {
            **_SEGMENT,
            "rule": "territory",
            "key": "Large-AMER-East-Named-4",
            "result": "Jay Bahar",
            "rule_id": "keyrule:90",
        },
    ],
    **_REST,
    "facts": {"segment": "Large-AMER-East-Named", "territory": "Large-AMER-East-Named-4"},
    "sentence": "Channel manager: Jay Bahar (segment Large-AMER-East-Named: Look at Territory; …).",
    "decision": 318,
}
ASSIGNED: Final[dict[str, Any]] = {
    **BY_TERRITORY,
    "because": [
        {
            "rule": "subdivision",
            "key": "US-NY",
            "result": "Jay Bahar",
            "source": "FY23 AMER, “Jay Bahar: CT, MA, ME, NH, NJ, NY, Eastern PA, RI, VT”",
            "fiscal_year": "FY23",
            "effective": "2022-11-01",
            "rule_id": "coverage:6",
        }
    ],
    "facts": {"country": "US", "subdivision": "NY"},
    "sentence": "Channel manager: Jay Bahar (state US-NY, FY23 AMER, “Jay Bahar: CT, MA, ME, …”).",
}


class RoutedManagerShape(serializers.Serializer[Any]):
    """A channel manager."""

    name = serializers.CharField()
    team = serializers.ChoiceField(choices=Team.values, allow_null=True)


class BecauseShape(serializers.Serializer[Any]):
    """One rule that was asked: by which key, what it said, and where that is written."""

    rule = serializers.CharField()
    key = serializers.CharField()
    result = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the word of contract §4
    fiscal_year = serializers.CharField(required=False)
    effective = serializers.DateField(required=False, help_text="The first day of the row.")
    rule_id = serializers.CharField(required=False)


class CandidateShape(serializers.Serializer[Any]):
    manager = RoutedManagerShape()
    because = BecauseShape(many=True)


class FoundShape(serializers.Serializer[Any]):
    """Never a guess: `manager` only when one is sure. `ambiguous` says in `because` what would decide."""

    outcome = serializers.ChoiceField(choices=[SURE, AMBIGUOUS, UNASSIGNED])
    manager = RoutedManagerShape(allow_null=True)
    candidates = CandidateShape(many=True)
    because = BecauseShape(many=True)
    near_misses = serializers.ListField(child=serializers.CharField())
    as_of = serializers.DateField()
    fiscal_year = serializers.CharField(help_text="Of that day; a fiscal year begins on 1 February.")
    skipped = BecauseShape(many=True, help_text="Asked and did not decide, or not asked and why.")
    remarks = serializers.ListField(child=serializers.CharField(), help_text="Who left, is away, or is to be hired.")
    stand_in = RoutedManagerShape(allow_null=True)
    facts = serializers.DictField(
        child=serializers.CharField(), help_text="What was asked, with what the account or the opportunity added."
    )
    sentence = serializers.CharField()
    decision = serializers.IntegerField(help_text="Number of the answer as it is kept.")


WRONG: Final = problem(
    "A parameter, a track or a day nobody knows",
    a_problem(
        400,
        "Bad Request",
        "Nothing was changed. Look at: track.",
        errors={"track": ["This is none of: select, open."]},
    ),
)
FORBIDDEN: Final = problem(
    "A partner's own sign-in", a_problem(403, "Forbidden", "Who manages what is for colleagues.")
)
NOT_YET: Final = problem(
    "An opportunity that Salesforce has not told us about yet; `Retry-After` says when to ask again",
    a_problem(
        503,
        "Service Unavailable",
        "Salesforce is being asked for this opportunity. Ask again in a few seconds.",
    ),
)

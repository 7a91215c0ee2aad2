"""`/api/v1/routing/account/` and `…/opportunity/` (contract §4 and §5): who the channel manager is, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from partners.api import Colleagues, user_of
from routing import api_docs, deciding, waiting
from routing.facts import of_mirror
from routing.models import Decision, Track
from routing.owners import Deal, Found, Where, account_owner, opportunity_owner
from web.api_docs import NOT_SIGNED_IN, answers
from web.problems import Problem, wrong_fields
from web.rest import Api

LONGEST: Final = 255
AGAIN_IN: Final = 5  # seconds
ALWAYS: Final = ("on", "format")
Asked = Mapping[str, str]


class OnlyColleagues(Colleagues):
    message = gettext_lazy("Who manages what is for colleagues.")


class _Owner(Api):
    permission_classes: Sequence[type[BasePermission]] = [IsAuthenticated, OnlyColleagues]
    about = ""
    takes: Sequence[str] = ()

    def answer(self, request: Request, find: Callable[[Asked, date | None], Found]) -> Response:
        asked, on = _asked(request, self.takes)
        found = find(asked, on)
        question = {**asked, "on": on.isoformat() if on else ""}
        decision = deciding.keep(found, about=self.about, question=question, by=user_of(request))
        return Response({**found.as_json(), "decision": decision.pk})


class AccountOwner(_Owner):
    about = Decision.About.ACCOUNT
    takes = ("country", "subdivision", "postal_code", "track", "public_sector", "partner")

    @extend_schema(
        operation_id="routing_account",
        tags=api_docs.TAGS,
        summary="Who owns an account, and why",
        parameters=api_docs.ACCOUNT,
        examples=[OpenApiExample("Assigned", value=api_docs.ASSIGNED, response_only=True)],
        responses=answers({200: api_docs.FoundShape}, api_docs.WRONG, NOT_SIGNED_IN, api_docs.FORBIDDEN),
    )
    def get(self, request: Request) -> Response:
        return self.answer(request, _account_owner)


class OpportunityOwner(_Owner):
    about = Decision.About.OPPORTUNITY
    takes = ("partner", "segment", "territory", "opportunity")

    @extend_schema(
        operation_id="routing_opportunity",
        tags=api_docs.TAGS,
        summary="Who manages an opportunity, and why",
        parameters=api_docs.OPPORTUNITY,
        examples=[OpenApiExample("By territory", value=api_docs.BY_TERRITORY, response_only=True)],
        responses=answers(
            {200: api_docs.FoundShape}, api_docs.WRONG, NOT_SIGNED_IN, api_docs.FORBIDDEN, api_docs.NOT_YET
        ),
    )
    def get(self, request: Request) -> Response:
        return self.answer(request, _opportunity_owner)


def _account_owner(asked: Asked, on: date | None) -> Found:
    public = {"true": True, "false": False}.get(asked["public_sector"])
    return account_owner(Where(**{**asked, "public_sector": public}), on=on)  # type: ignore[arg-type]  # texts but one


def _opportunity_owner(asked: Asked, on: date | None) -> Found:
    """One that our mirror does not have is asked for in Salesforce by a worker; 503 when that takes too long."""
    deal: Deal | None = Deal(**asked)  # type: ignore[arg-type]  # texts all
    if asked["opportunity"] and of_mirror(Deal(opportunity=asked["opportunity"])) is None:
        try:
            deal = waiting.from_salesforce(Deal(**asked)) or deal  # type: ignore[arg-type]  # as above
        except waiting.NotYet as problem:
            raise Problem(503, str(problem), wait=AGAIN_IN) from problem
    assert deal is not None
    return opportunity_owner(deal, on=on)


def _asked(request: Request, takes: Sequence[str]) -> tuple[Asked, date | None]:
    """The parameters as texts, and the day; whatever cannot be meant is an error that says what can."""
    given, errors = request.query_params, dict[str, list[str]]()
    for name in set(given) - {*takes, *ALWAYS}:
        known = ", ".join([*takes, "on"])
        errors[name[:80]] = [_("There is no such parameter. There are: %(names)s.") % {"names": known}]
    asked = {name: given.get(name, "").strip() for name in takes}
    for name, value in asked.items():
        if words := _wrong(name, value):
            errors[name] = [words]
    on = _day(given["on"]) if given.get("on") else None
    if on is None and given.get("on"):
        errors["on"] = [_("This is not a day of the calendar. Write it as 2022-11-18.")]
    if errors:
        raise wrong_fields(errors)
    return {name: value.lower() if name in _CHOICES else value for name, value in asked.items()}, on


_CHOICES: Final[Mapping[str, Sequence[str]]] = {"track": Track.values, "public_sector": ("true", "false")}


def _wrong(name: str, value: str) -> str:
    if "\x00" in value or len(value) > LONGEST:
        return _("This is too long, or holds a character that no name has.")
    known = _CHOICES.get(name)
    if known and value and value.lower() not in known:
        return _("This is none of: %(known)s.") % {"known": ", ".join(known)}
    return ""


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text) if len(text) == 10 else None
    return None

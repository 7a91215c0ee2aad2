"""What the API takes and answers about changes of owners, and what its documentation says of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import TextChoices
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers

from routing.bulk import counting
from routing.models import OwnershipChange, OwnershipRow
from web.api_docs import NOT_SIGNED_IN, a_problem, answers, problem
from web.rest import UtcTime

F = TypeVar("F", bound=Callable[..., Any])
TAGS = ["Routing"]
A_CHANGE: dict[str, Any] = {
    "id": 12,
    "kind": "bulk",
    "state": "ready",
    "title": "FY23 realignment, AMER",
    "why": "Territories of FY23",
    "file_name": "FY23 realignment.xlsx",
    "taken_at": "2026-11-20T16:05:00Z",
    "effective": None,
    "asked_by": "Nadia Okafor",
    "approved_by": None,
    "created": "2026-11-20T16:30:11Z",
    "approved": None,
    "finished": None,
    "undo_of": None,
    "counts": {"waiting": 998, "rejected": 2},
}
A_ROW: dict[str, Any] = {
    "line": 14,
    "state": "rejected",
    "words": "No channel manager is named “Sofia Marcetti”. Close to it: Sofia Marchetti.",
    "salesforce_id": "0011t00000AbCdEAAV",
    "account": "Northwind DevOps GmbH",
    "old_owner": "Jags Bewas",
    "new_owner": "Sofia Marcetti",
    "add_territories": [],
    "remove_territories": [],
    "written": None,
}
GROUPS = [{"old": "Jags Bewas", "new": "Sofia Marchetti", "accounts": 998, "done": 0, "refused": 0}]
UNFIT = {"file": ["No columns “AccountId18” and “NewOwner” (or “NewOwnerId”) were found."]}
WRONG = problem(
    "A file that cannot be taken",
    a_problem(400, "Bad Request", "Nothing was changed. Look at: file.", errors=UNFIT),
)
NOT_YOU = problem(
    "Who may not", a_problem(403, "Forbidden", "Somebody else must approve it: a lead who did not ask for it.")
)
UNKNOWN = problem("Not there", a_problem(404, "Not Found", "There is nothing at this address, or you may not see it."))
NOT_NOW = problem(
    "Its state does not allow it", a_problem(409, "Conflict", "This change is “Done” now; it was not touched.")
)
KEY = OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, description="As on every POST.")


def _one_of(choices: type[TextChoices]) -> str:
    return f"One of: {', '.join(choices.values)}."


class SpreadsheetInput(serializers.Serializer[Any]):
    file = serializers.FileField(help_text="One .xlsx or .csv with AccountId18 and NewOwner or NewOwnerId.")
    title = serializers.CharField(required=False, max_length=200, help_text="Without it: the name of the file.")
    why = serializers.CharField(required=False, max_length=2000, help_text="Without it: the reasons of the file.")
    taken_at = serializers.DateTimeField(
        required=False,
        help_text="Accounts that Salesforce has changed since are held back. Without it: when the workbook was saved.",
    )
    effective = serializers.DateField(required=False, help_text="Nothing is written before this day.")


class ChangeShape(serializers.Serializer[OwnershipChange]):
    """A change of account owners: shown first, applied by a worker once a second person approved it."""

    id = serializers.IntegerField()
    kind = serializers.CharField(help_text=_one_of(OwnershipChange.Kind))
    state = serializers.CharField(help_text=_one_of(OwnershipChange.State))
    title = serializers.CharField()
    why = serializers.CharField()
    file_name = serializers.CharField()
    taken_at = UtcTime(allow_null=True)
    effective = serializers.DateField(allow_null=True)
    asked_by = serializers.CharField(source="asked_by_name")
    approved_by = serializers.SerializerMethodField()
    created = UtcTime()
    approved = UtcTime(allow_null=True)
    finished = UtcTime(allow_null=True)
    undo_of = serializers.IntegerField(source="undo_of_id", allow_null=True, help_text="The change this one undoes.")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Rows by their state.")

    def get_approved_by(self, change: OwnershipChange) -> str | None:
        return str(change.approved_by) if change.approved_by else None


class GroupShape(serializers.Serializer[Any]):
    old = serializers.CharField()
    new = serializers.CharField()
    accounts = serializers.IntegerField()
    done = serializers.IntegerField()
    refused = serializers.IntegerField()


class ChangeDetailShape(ChangeShape):
    """The same, with how many accounts go from whom to whom."""

    groups = serializers.SerializerMethodField()

    @extend_schema_field(GroupShape(many=True))
    def get_groups(self, change: OwnershipChange) -> list[dict[str, Any]]:
        return [dict(GroupShape(group).data) for group in counting.groups_of(change)]


class RowShape(serializers.Serializer[OwnershipRow]):
    """One account of a change."""

    line = serializers.IntegerField(source="number")
    state = serializers.CharField(help_text=_one_of(OwnershipRow.State))
    words = serializers.CharField(help_text="Why it was rejected, refused or left out.")
    salesforce_id = serializers.CharField()
    account = serializers.CharField(source="name")
    old_owner = serializers.CharField(source="old_owner_name")
    new_owner = serializers.CharField(source="new_owner_name")
    add_territories = serializers.ListField(child=serializers.CharField())
    remove_territories = serializers.ListField(child=serializers.CharField())
    written = UtcTime(allow_null=True)


def _example(value: Any) -> OpenApiExample:
    return OpenApiExample("Example", value=value, response_only=True)


LIST = extend_schema(
    operation_id="ownership_changes_list",
    tags=TAGS,
    summary="List changes of account owners, newest first",
    examples=[_example(A_CHANGE)],
    responses=answers({200: ChangeShape(many=True)}, NOT_SIGNED_IN, NOT_YOU),
)
POST = extend_schema(
    operation_id="ownership_changes_create",
    tags=TAGS,
    summary="Upload a spreadsheet of new owners",
    description=(
        "Every line is checked, nothing is written. The change waits for a lead who did not upload it; "
        "one without a line that can be done stays a preview."
    ),
    parameters=[KEY],
    request={"multipart/form-data": SpreadsheetInput},
    examples=[_example({**A_CHANGE, "groups": GROUPS})],
    responses=answers({201: ChangeDetailShape}, WRONG, NOT_SIGNED_IN, NOT_YOU),
)
DETAIL = extend_schema(
    operation_id="ownership_changes_read",
    tags=TAGS,
    summary="Read a change of account owners",
    examples=[_example({**A_CHANGE, "groups": GROUPS})],
    responses=answers({200: ChangeDetailShape}, NOT_SIGNED_IN, NOT_YOU, UNKNOWN),
)
ROWS = extend_schema(
    operation_id="ownership_changes_rows",
    tags=TAGS,
    summary="List the accounts of a change, in the order of the file",
    parameters=[OpenApiParameter("state", OpenApiTypes.STR, enum=OwnershipRow.State.values)],
    examples=[_example(A_ROW)],
    responses=answers({200: RowShape(many=True)}, NOT_SIGNED_IN, NOT_YOU, UNKNOWN),
)


def act(verb: str, summary: str, *, status: int = 200) -> Callable[[F], F]:
    """The documentation of something done to a change."""
    documented: Callable[[F], F] = extend_schema(
        operation_id=f"ownership_changes_{verb}",
        tags=TAGS,
        summary=summary,
        parameters=[KEY],
        request=None,
        examples=[_example({**A_CHANGE, "groups": GROUPS})],
        responses=answers({status: ChangeDetailShape}, NOT_SIGNED_IN, NOT_YOU, UNKNOWN, NOT_NOW),
    )
    return documented

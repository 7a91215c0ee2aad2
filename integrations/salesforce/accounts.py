"""Owner and contracted territories of accounts, one by one or many at once.

What is to be written is worked out from a fresh row each time, so that doing it again changes nothing. A multi-select
is replaced as a whole by Salesforce: territories are added to and taken from what is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from integrations import outcomes, registry
from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor
from integrations.outcomes import Outcome
from integrations.salesforce import fields, guarding, ids, problems, shapes, soql
from integrations.salesforce.client import client
from integrations.salesforce.shapes import AccountHit

MOST: Final = 200  # rows of one request
# Only after a person has seen the duplicates and wants it all the same.
ALLOW_DUPLICATE: Final = "allowSave=true; includeRecordDetails=false; runAsCurrentUser=true"
Change = Mapping[str, Any]


@registry.operation("salesforce.set_account")
def set_account(payload: Change, *, key: str) -> Outcome:  # noqa: ARG001 - the row's own state is the key
    """`{"account", "owner"?, "owner_was"?, "territories"?: {"add": [], "remove": []}, "allow_duplicate"?}`.

    Read back: done is what Salesforce shows afterwards.
    """
    identity = ids.full_id(str(payload["account"]))
    hit = _fresh([identity]).get(identity)
    settled = _settled(hit, payload)
    if settled is not None or hit is None:
        return settled or outcomes.refused("NOT_FOUND", _gone())
    headers = guarding.unmodified_since(hit.modified)
    if payload.get("allow_duplicate") is True:
        headers["Sforce-Duplicate-Rule-Header"] = ALLOW_DUPLICATE
    client().update(fields.object_name("Account"), identity, _values(hit, payload), headers=headers)
    return _read_back({identity: payload})[identity]


@registry.operation("salesforce.set_accounts")
def set_accounts(payload: Mapping[str, Any], *, key: str) -> Outcome:  # noqa: ARG001
    """`{"changes": [as for one, …]}`, 200 at most. `data` says for every account what became of it.

    Done when all are; a row that is locked is tried again with the others left as they are; refused ones are said.
    """
    changes = {ids.full_id(str(one["account"])): one for one in payload["changes"]}
    if len(changes) > MOST or len(changes) != len(payload["changes"]):
        return outcomes.refused("TOO_MANY", _("Change at most 200 accounts at once, and each of them once."))
    fresh = _fresh(list(changes))
    became = {one: _settled(fresh.get(one), change) for one, change in changes.items()}
    todo = [one for one, outcome in became.items() if outcome is None]
    if todo:
        became |= _written(todo, changes, fresh)
    return _together({one: outcome for one, outcome in became.items() if outcome is not None})


def _fresh(identities: Sequence[str]) -> dict[str, AccountHit]:
    rows = (row for page in soql.among("Account", "id", identities) for row in page)
    return {row["id"]: shapes.account(row) for row in rows}


def _settled(hit: AccountHit | None, change: Change) -> Outcome | None:
    """What needs no write: it is so already, or somebody else has given it to a third meanwhile; None: write."""
    if hit is None:
        return outcomes.refused("NOT_FOUND", _gone())
    if not _values(hit, change):
        return outcomes.already(hit.id)
    was = str(change.get("owner_was") or "")
    if was and change.get("owner") and not ids.same_id(hit.owner, was) and not ids.same_id(hit.owner, change["owner"]):
        words = _("The account has got another owner meanwhile: %(name)s.")
        return outcomes.refused("CHANGED_MEANWHILE", words % {"name": hit.owner_name or hit.owner})
    return None


def _values(hit: AccountHit, change: Change) -> dict[str, Any]:
    """What differs from the row as it is now."""
    found: dict[str, Any] = {}
    owner = str(change.get("owner") or "")
    if owner and not ids.same_id(hit.owner, owner):
        found[fields.api("Account", "owner")] = ids.full_id(owner)
    wished = change.get("territories") or {}
    remove = set(wished.get("remove", ()))
    kept = [one for one in hit.contracted_territories if one not in remove]
    wanted = [*kept, *(one for one in wished.get("add", ()) if one not in kept)]
    if set(wanted) != set(hit.contracted_territories):
        found[fields.api("Account", "contracted_territories")] = ";".join(wanted) or None
    return found


def _written(todo: Sequence[str], changes: Mapping[str, Change], fresh: Mapping[str, AccountHit]) -> dict[str, Outcome]:
    """One request; its answer is 200 whatever became of the rows, so every row is read."""
    name = fields.object_name("Account")
    rows = [{"attributes": {"type": name}, "id": one, **_values(fresh[one], changes[one])} for one in todo]
    body = {"allOrNone": False, "records": rows}
    answer = client().send("PATCH", "composite/sobjects", body, about=f"update {len(rows)} of {name}")
    if not isinstance(answer, list) or len(answer) != len(todo):
        words = _("Salesforce did not say of every account what became of it.")
        raise VendorError(Vendor.SALESFORCE, ErrorClass.AMBIGUOUS, "ODD_ANSWER", words)
    became = {one: _of_row(one, said) for one, said in zip(todo, answer, strict=True)}
    done = {one: changes[one] for one, outcome in became.items() if outcome.worked}
    return {**became, **_read_back(done)} if done else became


def _of_row(identity: str, said: Any) -> Outcome:
    """What can be tried again brings the class of its failure along."""
    if isinstance(said, Mapping) and said.get("success") is True:
        return outcomes.done(identity)
    errors = said.get("errors") if isinstance(said, Mapping) else None
    if not isinstance(errors, list) or not errors or not isinstance(errors[0], Mapping):
        words = _("Salesforce did not say what became of it.")
        return Outcome(kind=outcomes.UNKNOWN, code="ODD_ANSWER", words=words, data={"class": ErrorClass.AMBIGUOUS})
    problem = problems.row_error(errors[0])
    if problem.kind is ErrorClass.PERMANENT:
        return outcomes.refused(problem.code, problem.words)
    return Outcome(
        kind=outcomes.RETRY_LATER, code=problem.code, words=problem.words, data={"class": problem.kind.value}
    )


def _read_back(changes: Mapping[str, Change]) -> dict[str, Outcome]:
    """Salesforce says done before rules of the organisation's own have their say: how the accounts are now."""
    try:
        now = _fresh(list(changes))
    except VendorError as problem:
        words = _("It was written, but not read back yet: %(why)s") % {"why": problem.words}
        raise VendorError(Vendor.SALESFORCE, ErrorClass.AMBIGUOUS, "NOT_READ_BACK", words) from None
    return {one: _kept(one, now.get(one), change) for one, change in changes.items()}


def _kept(identity: str, hit: AccountHit | None, change: Change) -> Outcome:
    if hit is not None and not _values(hit, change):
        return outcomes.done(identity)
    words = _("Salesforce took the change and does not show it: a rule there, or a person, has changed it again.")
    return outcomes.refused("NOT_KEPT", words)


def _together(became: Mapping[str, Outcome]) -> Outcome:
    data = {one: {"kind": each.kind.value, "code": each.code, "words": each.words} for one, each in became.items()}
    later = [one for one in became.values() if one.kind in {outcomes.RETRY_LATER, outcomes.UNKNOWN}]
    refused = [one for one in became.values() if one.kind is outcomes.REFUSED]
    if later:
        raise VendorError(Vendor.SALESFORCE, ErrorClass(later[0].data["class"]), later[0].code, later[0].words)
    if refused:
        words = _("%(refused)d of %(count)d accounts could not be changed. %(first)s")
        said = {"refused": len(refused), "count": len(became), "first": refused[0].words}
        return outcomes.refused(refused[0].code, words % said, data)
    if all(one.kind is outcomes.ALREADY for one in became.values()):
        return outcomes.already(data=data)
    return outcomes.done(data=data)


def _gone() -> str:
    return _("Salesforce has no such account any more.")

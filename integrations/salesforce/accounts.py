"""Owner and contracted territories of accounts, one by one or many at once.

What is to be written is worked out from a fresh row each time, so that doing it again changes nothing. A multi-select
is replaced as a whole by Salesforce: territories are added to and taken from what is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, Final

from django.utils.translation import gettext as _

from integrations import outcomes, registry
from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor
from integrations.outcomes import Outcome
from integrations.salesforce import fields, guarding, ids, making, problems, soql
from integrations.salesforce.client import client
from integrations.salesforce.shapes import AccountHit

MOST: Final = 200  # rows of one request
# Only after a person has seen the duplicates and wants it all the same.
ALLOW_DUPLICATE: Final = "allowSave=true; includeRecordDetails=false; runAsCurrentUser=true"
Change = Mapping[str, Any]


@registry.operation("salesforce.set_account")
def set_account(payload: Change, *, key: str) -> Outcome:  # noqa: ARG001 - the row's own state is the key
    """`{"account", "owner"?, "owner_was"?, "territories"?: {"add": [], "remove": []}, "allow_duplicate"?}`.

    `modified_was`: only while nobody has changed the account since. `only`: `{"partner_type", "public_sector"}` that
    the account must have. Read back: done is what Salesforce shows afterwards, and `data` holds it.
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
    """`{"changes": [as for one, …]}`, 200 at most. `data` says for every account what became of it and how it is now.

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
    return {row["id"]: making.account(row) for row in rows}


def _settled(hit: AccountHit | None, change: Change) -> Outcome | None:
    """What needs no write: it is so already, or it is not any more what was seen before; None: write."""
    if hit is None:
        return outcomes.refused("NOT_FOUND", _gone())
    if not _values(hit, change):
        return outcomes.already(hit.id, data=_seen(hit))
    return _moved(hit, change) or _unfit(hit, change)


def _moved(hit: AccountHit, change: Change) -> Outcome | None:
    """Somebody else has given it to a third meanwhile, or has changed anything of it where nobody should have."""
    was = str(change.get("owner_was") or "")
    if was and change.get("owner") and not ids.same_id(hit.owner, was) and not ids.same_id(hit.owner, change["owner"]):
        words = _("The account has got another owner meanwhile: %(name)s.")
        return outcomes.refused("CHANGED_MEANWHILE", words % {"name": hit.owner_name or hit.owner}, _seen(hit))
    known = making.moment(change.get("modified_was"))
    if known is not None and hit.modified is not None and hit.modified > known:
        words = _("%(name)s has changed the account in Salesforce on %(when)s UTC.")
        said = {"name": hit.modified_by or _("Somebody"), "when": f"{hit.modified.astimezone(UTC):%d %b %Y, %H:%M}"}
        return outcomes.refused("CHANGED_MEANWHILE", words % said, _seen(hit))
    return None


def _unfit(hit: AccountHit, change: Change) -> Outcome | None:
    """It is no account of the kind that was checked before."""
    only = change.get("only") or {}
    kind = str(only.get("partner_type") or "")
    if kind and hit.partner_type.lower() != kind.lower():
        words = _("Its partner type in Salesforce is now “%(type)s”.")
        return outcomes.refused("NOT_FIT", words % {"type": hit.partner_type or "-"}, _seen(hit))
    if "public_sector" in only and hit.public_sector is not only["public_sector"]:
        shown = {True: _("Yes"), False: _("No"), None: _("empty")}[hit.public_sector]
        words = _("“Public Sector Partner” in Salesforce is now %(value)s.")
        return outcomes.refused("NOT_FIT", words % {"value": shown}, _seen(hit))
    return None


def _seen(hit: AccountHit) -> dict[str, Any]:
    """The account as it was read, as JSON."""
    return {
        "owner": hit.owner,
        "owner_name": hit.owner_name,
        "owner_email": hit.owner_email,
        "territories": list(hit.contracted_territories),
        "modified": hit.modified.isoformat() if hit.modified else "",
        "modified_by": hit.modified_by,
    }


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
    """How the accounts are now."""
    with guarding.reading_back():
        now = _fresh(list(changes))
    return {one: _kept(one, now.get(one), change) for one, change in changes.items()}


def _kept(identity: str, hit: AccountHit | None, change: Change) -> Outcome:
    seen = _seen(hit) if hit else {}
    if hit is not None and not _values(hit, change):
        return outcomes.done(identity, data=seen)
    return outcomes.refused("NOT_KEPT", guarding.not_kept(), seen)


def _together(became: Mapping[str, Outcome]) -> Outcome:
    data = {
        one: {**each.data, "kind": each.kind.value, "code": each.code, "words": each.words}
        for one, each in became.items()
    }
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

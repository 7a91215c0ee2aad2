"""A post at a record, with a mention where that is possible, and a marker by which it is found again (vendors.md §3).

Chatter has no key that makes twice harmless; the marker is looked for among the newest posts before one is written.
It has a limit of its own by the hour, and so a breaker of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from integrations import breaker, outcomes, registry
from integrations.errors import VendorError
from integrations.models import ErrorClass
from integrations.outcomes import Outcome
from integrations.salesforce import ids, reading
from integrations.salesforce.client import client
from integrations.salesforce.shapes import UserRef
from integrations.salesforce.soql import literal

LONGEST: Final = 10_000
NEWEST: Final = 100
OF_MENTIONS: Final = frozenset({"INVALID_ID_FIELD", "INSUFFICIENT_ACCESS", "INVALID_MENTION", "POST_BODY_PARSE_ERROR"})


@registry.operation("salesforce.post_chatter", breakers=(breaker.CHATTER,))
def post_chatter(payload: Mapping[str, Any], *, key: str) -> Outcome:
    """`{"record", "mention"?: id or address of a user, "text", "reference"?: PHD-1042}`; the post's id."""
    record = ids.full_id(str(payload["record"]))
    marker = marker_of(str(payload.get("reference") or "PHD"), key)
    there = _look(record, marker)
    if there:
        return outcomes.already(there)
    text = f"{payload['text']} {marker}"
    if len(text) > LONGEST:
        return outcomes.refused("TOO_LONG", _("A post in Chatter has 10,000 characters at most."))
    wanted = str(payload.get("mention") or "")
    person = reading.user(wanted) if wanted else None
    if person and person.active:
        try:
            return outcomes.done(_post(record, text, mention=person))
        except VendorError as problem:
            if problem.kind is not ErrorClass.PERMANENT or problem.code not in OF_MENTIONS:
                raise
    name = person.name if person else wanted
    posted = _post(record, f"{name}: {text}" if wanted else text, mention=None)
    words = _("Posted, but %(name)s could not be mentioned and was not told by Salesforce.") % {"name": name}
    return outcomes.done(posted, words if wanted else "", {"mentioned": not wanted})


def marker_of(reference: str, key: str) -> str:
    """`[PHD-1042-a7c3]`: short, and the same each time the same action is tried."""
    return f"[{reference}-{hashlib.sha256(key.encode()).hexdigest()[:6]}]"


def _look(record: str, marker: str) -> str:
    """The text of a post cannot be asked for: the newest ones are read."""
    rows = literal(
        f"SELECT Id, Body FROM FeedItem WHERE ParentId = {{}} ORDER BY CreatedDate DESC LIMIT {NEWEST}",  # noqa: S608 - a number
        record,
        about="FeedItem",
    )
    return next((str(row["Id"]) for row in rows if marker in str(row.get("Body") or "")), "")


def _post(record: str, text: str, *, mention: UserRef | None) -> str:
    """No blank is added around a mention by Chatter, so the text brings one."""
    named = [{"type": "Mention", "id": mention.id}] if mention else []
    segments = [*named, {"type": "Text", "text": f" {text}" if mention else text}]
    body = {"feedElementType": "FeedItem", "subjectId": record, "body": {"messageSegments": segments}}
    answer = client().send("POST", "chatter/feed-elements", body, about="post to Chatter", part=breaker.CHATTER)
    if not isinstance(answer, Mapping) or not answer.get("id"):
        words = _("Salesforce did not say whether the post was written.")
        raise VendorError("salesforce", ErrorClass.AMBIGUOUS, "ODD_ANSWER", words)
    return str(answer["id"])

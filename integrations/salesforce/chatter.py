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
from integrations.salesforce import guarding, ids, links, people, reading
from integrations.salesforce.client import client
from integrations.salesforce.shapes import UserRef
from integrations.salesforce.soql import literal

POST: Final = "FeedItem"
ELEMENTS: Final = "chatter/feed-elements"
LONGEST: Final = 10_000
NEWEST: Final = 100
OF_MENTIONS: Final = frozenset({"INVALID_ID_FIELD", "INSUFFICIENT_ACCESS", "INVALID_MENTION", "POST_BODY_PARSE_ERROR"})
GONE: Final = frozenset({"NOT_FOUND", "ENTITY_IS_DELETED"})
ANSWERED: Final = "ANSWERED"


@registry.operation("salesforce.post_chatter", breakers=(breaker.CHATTER,))
def post_chatter(payload: Mapping[str, Any], *, key: str) -> Outcome:
    """`{"record", "mention"?: id or address of a user, "text", "reference"?: PHD-1042, "file"?: id of a document}`.

    The reference is the post's id. Read back: `data` says `{"post", "mentioned", "file", "text", "link"}` as Chatter
    shows it.
    """
    record = ids.full_id(str(payload["record"]))
    marker = marker_of(str(payload.get("reference") or "PHD"), key)
    text = f"{payload['text']} {marker}"
    if len(text) > LONGEST:
        return outcomes.refused("TOO_LONG", _("A post in Chatter has 10,000 characters at most."))
    file = ids.full_id(str(payload["file"])) if payload.get("file") else ""
    wanted = str(payload.get("mention") or "")
    there = _look(record, marker)
    person = reading.user(wanted) if wanted else None
    posted = there or _write(record, text, wanted=wanted, person=person, file=file)
    return _read_back(posted, file=file, wanted=wanted, person=person, already=bool(there))


@registry.operation("salesforce.delete_post")
def delete_post(payload: Mapping[str, Any], *, key: str) -> Outcome:  # noqa: ARG001 - that it is gone is the key
    """`{"post"}`: one that the desk wrote goes into the bin; one of somebody else's is left and said.

    So is one that was answered: the answers would go with it.
    """
    post = ids.full_id(str(payload["post"]))
    there = _post_of(post)
    if there is None:
        return outcomes.already(post)
    if not ids.same_id(str(there.get("CreatedById") or ""), people.own_id()):
        return outcomes.refused("NOT_OURS", _("This post was not written by the desk. It is left."))
    if there.get("CommentCount"):
        return outcomes.refused(ANSWERED, _("The post has been answered in Chatter. It is left, with its answers."))
    try:
        client().delete(POST, post)
    except VendorError as problem:
        if problem.code not in GONE:
            raise
    with guarding.reading_back():
        left = _post_of(post)
    return outcomes.refused("NOT_KEPT", guarding.not_kept()) if left else outcomes.done(post)


def marker_of(reference: str, key: str) -> str:
    """`[PHD-1042-a7c3]`: short, and the same each time the same action is tried."""
    return f"[{reference}-{hashlib.sha256(key.encode()).hexdigest()[:6]}]"


def _look(record: str, marker: str) -> str:
    """The text of a post cannot be asked for: the newest ones are read."""
    rows = literal(
        f"SELECT Id, Body FROM FeedItem WHERE ParentId = {{}} ORDER BY CreatedDate DESC LIMIT {NEWEST}",  # noqa: S608 - a number
        record,
        about=POST,
    )
    return next((str(row["Id"]) for row in rows if marker in str(row.get("Body") or "")), "")


def _post_of(post: str) -> Mapping[str, Any] | None:
    asked = "SELECT Id, CreatedById, CommentCount FROM FeedItem WHERE Id = {}"
    return next(iter(literal(asked, post, about=POST)), None)


def _write(record: str, text: str, *, wanted: str, person: UserRef | None, file: str) -> str:
    """With the mention where that is possible, else with the name."""
    if person and person.active:
        try:
            return _post(record, text, mention=person, file=file)
        except VendorError as problem:
            if problem.kind is not ErrorClass.PERMANENT or problem.code not in OF_MENTIONS:
                raise
    name = person.name if person else wanted
    return _post(record, f"{name}: {text}" if wanted else text, mention=None, file=file)


def _post(record: str, text: str, *, mention: UserRef | None, file: str) -> str:
    """No blank is added around a mention by Chatter, so the text brings one."""
    named = [{"type": "Mention", "id": mention.id}] if mention else []
    segments = [*named, {"type": "Text", "text": f" {text}" if mention else text}]
    body: dict[str, Any] = {"feedElementType": "FeedItem", "subjectId": record, "body": {"messageSegments": segments}}
    if file:
        body["capabilities"] = {"files": {"items": [{"id": file}]}}
    answer = client().send("POST", ELEMENTS, body, about="post to Chatter", part=breaker.CHATTER)
    if not isinstance(answer, Mapping) or not answer.get("id"):
        words = _("Salesforce did not say whether the post was written.")
        raise VendorError("salesforce", ErrorClass.AMBIGUOUS, "ODD_ANSWER", words)
    return str(answer["id"])


def _read_back(post: str, *, file: str, wanted: str, person: UserRef | None, already: bool) -> Outcome:
    """The text and the file, as Chatter shows them to everybody."""
    with guarding.reading_back():
        shown = client().fetch(f"{ELEMENTS}/{post}", about="read from Chatter", part=breaker.CHATTER)
    text = str((shown.get("body") or {}).get("text") or "")
    files = ((shown.get("capabilities") or {}).get("files") or {}).get("items") or []
    mentioned = bool(person) and f"@{person.name}" in text if person else not wanted
    data = {"post": post, "mentioned": mentioned, "file": file, "text": text, "link": links.page_url(POST, post)}
    if file and not any(ids.same_id(str(one.get("id") or ""), file) for one in files):
        words = _("The post is in Chatter, but without the file.")
        return outcomes.refused("NO_FILE_IN_POST", words, {**data, "file": ""})
    if already:
        return outcomes.already(post, data=data)
    words = _("Posted, but %(name)s could not be mentioned and was not told by Salesforce.")
    name = person.name if person else wanted
    return outcomes.done(post, "" if mentioned else words % {"name": name}, data)

"""From a checked PATCH or POST to the verbs: all of it or none, each refusal beside its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from journal.record import actor_of
from partners.contacts import contact_for
from people.models import User
from tickets import acknowledgement, actions, drafts, kinds, prepared, recognition, topics
from tickets.actions import NewTicket, Recipient, Refused
from tickets.actions.core import locked
from tickets.models import Attachment, Message, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import Channel
from web.problems import Problem, wrong_fields

Values = Mapping[str, Any]
GENERAL = "general"


def create(values: Values, *, by: User) -> Ticket:
    """A ticket for `requester`; without a kind the words decide, as they do for mail."""
    who: Recipient = values["requester"]
    _topic_fits(values.get("kind"), values.get("topic", ""))
    kind, topic, why, recognised = _kind_of(values, who)
    own, tags = _topic_among(values.get("tags", ()), kind=kind)
    topic = values.get("topic") or own or topic
    with transaction.atomic():
        ticket = actions.open_ticket(
            NewTicket(
                kind=kind,
                topic=topic,
                subject=values["subject"],
                requester=contact_for(who.address, name=who.name),
                body=values["body"],
                channel=Channel.API,
                partner=values.get("partner"),
                tags=tags,
                priority=values["priority"],
                assignee=values.get("assignee"),
                why=why,
                recognised=recognised,
            ),
            by=actor_of(by),
        )
        if values["acknowledge"]:
            acknowledgement.send(ticket)
    return ticket


def change(ticket: Ticket, values: Values, *, by: User, version: Callable[[Ticket], None]) -> None:
    """Applies a PATCH under one lock; `version` says whether the caller knows the newest state."""
    with locked(ticket) as row:
        version(row)
        for name, verb in _VERBS.items():
            if name in values or (name == "kind" and "topic" in values):
                _apply(row, name, verb, values, by)


def write(ticket: Ticket, values: Values, *, by: User) -> Message:
    """A reply or a note."""
    then, seen = values.get("then", ""), values.get("last_seen_event")
    with transaction.atomic():
        files = [_own_copy(ticket, one, by=by) for one in values.get("attachments", [])]
        if values["visibility"] == Visibility.NOTE:
            return actions.note(ticket, by=by, body=values["body"], attachments=files, then=then, last_seen=seen)
        begun = prepared.take(ticket, values["prepared"], by=by) if values.get("prepared") else None
        if begun is not None:
            files = [*prepared.attach(begun, values.get("prepared_files"), by=by), *files]
            drafts.check_together(files)
        to, cc = prepared.people(begun) if begun is not None else ([], [])
        message = actions.reply(
            ticket,
            by=by,
            body=values["body"],
            to=values.get("to") or to or [Recipient(address=ticket.requester.email, name=ticket.requester.name)],
            cc=values.get("cc", cc),
            attachments=files,
            then=then,
            last_seen=seen,
        )
        if begun is not None:
            prepared.settle(begun, message)
        return message


def _own_copy(ticket: Ticket, file: Attachment, *, by: User) -> Attachment:
    """A file that already hangs on a message is attached once more; the stored bytes stay the same."""
    if file.message_id is None:
        return file
    return actions.upload(ticket, stored=file.stored, filename=file.filename, by=by)


def _kind_of(values: Values, who: Recipient) -> tuple[str, str, str, recognition.Ranked]:
    if "kind" in values or values.get("topic"):
        return values.get("kind", GENERAL), values.get("topic", ""), _("The caller of the API chose the type."), []
    clues = kinds.Clues(subject=values["subject"], body=values["body"][:20_000], from_address=who.address)
    ranked = kinds.rank(clues)
    kind, evidence = kinds.surest(ranked)
    return kind.slug, evidence.topic, evidence.because, recognition.ranked_of(ranked, clues)


def _apply(row: Ticket, name: str, verb: Callable[[Ticket, Values, User], Any], values: Values, by: User) -> None:
    try:
        verb(row, values, by)
    except Refused as error:
        raise Problem(422, str(error), errors={name: [str(error)]}) from error


def _kind(row: Ticket, values: Values, by: User) -> None:
    kind = values.get("kind", row.kind)
    topic = values.get("topic", row.topic if kind == GENERAL else "")
    _topic_fits(kind, topic)
    actions.change_kind(row, to=kind, topic=topic, by=by)


def _tags(row: Ticket, values: Values, by: User) -> None:
    """The tags as they were sent, the topic of a general request among them."""
    kind = values.get("kind", row.kind)
    topic, tags = _topic_among(values["tags"], kind=kind)
    if kind == GENERAL and "topic" not in values:
        actions.change_kind(row, to=GENERAL, topic=topic, by=by)
    actions.change_tags(row, to=tags, by=actor_of(by))


def _topic_among(tags: Sequence[str], *, kind: str) -> tuple[str, list[str]]:
    """Which of the tags is the topic of a general request, and the others."""
    known = {tag for tag in tags if topics.topic_of(tag)} if kind == GENERAL else set()
    if len(known) > 1:
        raise wrong_fields(
            {
                "tags": [
                    _("A general request has one topic. These are several: %(names)s.")
                    % {"names": ", ".join(sorted(known))}
                ]
            }
        )
    return "".join(known), [tag for tag in tags if tag not in known]


def _topic_fits(kind: str | None, topic: str) -> None:
    if topic and kind not in {None, GENERAL}:
        raise wrong_fields({"topic": [_("Only a general request has a topic.")]})


_VERBS: dict[str, Callable[[Ticket, Values, User], Any]] = {
    "kind": _kind,
    "partner": lambda row, values, by: actions.change_partner(row, to=values["partner"], by=by),
    "subject": lambda row, values, by: actions.change_subject(row, to=values["subject"], by=by),
    "priority": lambda row, values, by: actions.change_priority(row, to=values["priority"], by=by),
    "tags": _tags,
    "assignee": lambda row, values, by: actions.assign(row, to=values["assignee"], by=by),
    "status": lambda row, values, by: actions.set_status(row, to=values["status"], by=actor_of(by)),
}

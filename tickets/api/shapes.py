"""What the API answers: every field is listed, so nothing new leaks by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from journal.models import Event
from tickets.api import form_shape
from tickets.models import Attachment, Message, Priority, Status, Step, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import Channel
from web.api_docs import ProblemShape
from web.rest import UtcTime

PUBLIC_FIELDS = frozenset({"status", "subject"})


class RequesterShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    email = serializers.EmailField()


class PartnerShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class ManagerShape(serializers.Serializer[Any]):
    name = serializers.CharField()


class TicketShape(serializers.Serializer[Ticket]):
    """A ticket; a partner's own sign-in sees neither tags nor who works on it."""

    reference = serializers.CharField()
    subject = serializers.CharField()
    kind = serializers.CharField()
    topic = serializers.CharField(help_text="What a `general` request is about, else empty; also the first of `tags`.")
    status = serializers.ChoiceField(choices=Status.choices)
    solved_reason = serializers.CharField(help_text="`answered` or `redirected` once it is solved.")
    priority = serializers.ChoiceField(choices=Priority.choices)
    tags = serializers.SerializerMethodField()
    requester = RequesterShape()
    assignee = serializers.EmailField(source="assignee.email", allow_null=True, help_text="E-mail of who works on it.")
    partner = PartnerShape(allow_null=True)
    channel_manager = ManagerShape(allow_null=True)
    region = serializers.CharField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    created = UtcTime()
    updated = UtcTime()
    due = UtcTime(allow_null=True, help_text="When the next promise ends: the first reply, later the resolution.")
    last_event = serializers.IntegerField(help_text="The version: the id of the newest event.")

    def get_tags(self, ticket: Ticket) -> list[str]:
        topic = [ticket.topic] if ticket.topic else []
        return topic + [tag.name for tag in ticket.tags.all() if tag.name != ticket.topic]

    def to_representation(self, instance: Ticket) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown if self.context["colleague"] else {**shown, "tags": [], "assignee": None}


class AttachmentShape(serializers.Serializer[Attachment]):
    id = serializers.IntegerField()
    filename = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()


class MessageShape(serializers.Serializer[Message]):
    id = serializers.IntegerField()
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    author = serializers.CharField(source="author_name")
    author_address = serializers.CharField()
    to = serializers.SerializerMethodField()
    cc = serializers.SerializerMethodField()
    subject = serializers.CharField()
    body = serializers.CharField()
    attachments = AttachmentShape(many=True)
    automatic = serializers.BooleanField()
    state = serializers.SerializerMethodField()
    created = UtcTime()

    def get_to(self, message: Message) -> list[str]:
        return _addresses(message.to)

    def get_cc(self, message: Message) -> list[str]:
        return _addresses(message.cc)

    def get_state(self, message: Message) -> str:
        """`received`, `written` (a note), or where the mail of a reply is: queued, sending, sent, failed, cancelled."""
        if message.outgoing is not None:
            return message.outgoing.state
        return "received" if message.visibility == Visibility.IN else "written"


class EventShape(serializers.Serializer[Event]):
    """One change; a partner's own sign-in sees messages and the status, not why or who else."""

    id = serializers.IntegerField()
    verb = serializers.CharField()
    actor = serializers.CharField(source="actor_name")
    before = serializers.DictField()
    after = serializers.DictField()
    why = serializers.CharField()
    created = UtcTime()

    def to_representation(self, instance: Event) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if self.context["colleague"]:
            return shown
        return {**shown, "before": _public(instance.before), "after": _public(instance.after), "why": ""}


class StepDataShape(serializers.Serializer[Any]):
    facts = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    changes = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    link = serializers.CharField()
    picture = serializers.CharField(help_text="The page of a document that shows it.")


class StepShape(serializers.Serializer[Step]):
    """A step of a ticket's procedure. `form` says what `confirm` takes, where somebody has to decide now."""

    slug = serializers.CharField()
    title = serializers.CharField()
    type = serializers.ChoiceField(choices=Step.Type.choices)
    state = serializers.ChoiceField(choices=Step.State.choices)
    note = serializers.CharField()
    data = serializers.SerializerMethodField()  # type: ignore[assignment]  # the contract's name; DRF's own stays
    due = UtcTime(allow_null=True)
    form = serializers.SerializerMethodField()
    waits_for = serializers.CharField()
    problem = serializers.CharField(help_text="Why it is stuck, or what it is tried again for.")
    why = serializers.CharField(help_text="Why it was skipped, or how it was done by hand.")
    by = serializers.EmailField(source="by.email", allow_null=True)
    by_hand = serializers.BooleanField()
    shadow = serializers.BooleanField(help_text="Nothing was written: `data` says what would have been.")
    undo_asked = UtcTime(allow_null=True, help_text="When somebody wanted its write taken back.")
    undone = UtcTime(allow_null=True, help_text="When it was.")
    ready = UtcTime(allow_null=True)
    started = UtcTime(allow_null=True)
    finished = UtcTime(allow_null=True)

    @extend_schema_field(StepDataShape)
    def get_data(self, step: Step) -> dict[str, Any]:
        empty = {"facts": [], "changes": [], "link": "", "picture": ""}
        return {name: step.data.get(name, otherwise) for name, otherwise in empty.items()}

    @extend_schema_field({"type": "object", "nullable": True, "additionalProperties": True})
    def get_form(self, step: Step) -> dict[str, Any] | None:
        return form_shape.of(step, by=self.context.get("by"))


class UploadShape(AttachmentShape):
    """A file on a ticket, not yet part of a message."""


class MovedOnShape(ProblemShape):
    """The thread has moved on: what came since `last_seen_event`, and the version to send next."""

    new_items = MessageShape(many=True)
    last_event = serializers.IntegerField()


def _addresses(people: Sequence[Mapping[str, str]]) -> list[str]:
    return [person["address"] for person in people]


def _public(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in PUBLIC_FIELDS}

"""What the API takes: known fields only, each checked before any verb runs."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partners.models import Account
from people.models import User
from tickets import access, kinds, topics
from tickets.actions import Recipient
from tickets.actions.conversation import MAX_RECIPIENTS
from tickets.actions.core import SUBJECT_LENGTH
from tickets.models import Attachment, Priority, Status, Ticket
from tickets.models.draft import Draft
from web.rest import MAX_ID, Strict, Text

MAX_BODY = 500_000
MAX_TAGS = 50
MAX_FILES = 10
MAX_PREPARED = 1000
SETTABLE = [(value, label) for value, label in Status.choices if value != Status.MERGED]  # merging has its own verb
_PERSON = {
    "oneOf": [
        {"type": "string", "format": "email"},
        {
            "type": "object",
            "properties": {"name": {"type": "string"}, "email": {"type": "string", "format": "email"}},
            "required": ["email"],
        },
    ]
}


@extend_schema_field(_PERSON)
class PersonField(serializers.Field[Recipient, Any, Any, Any]):
    """An e-mail address, or {"name", "email"}."""

    def to_internal_value(self, data: Any) -> Recipient:
        name, address = _name_and_address(data)
        text = Text(max_length=254, allow_blank=True)
        name, address = text.run_validation(name), text.run_validation(address)
        try:
            validate_email(address)
        except ValidationError as error:
            raise serializers.ValidationError(_("“%(given)s” is no e-mail address.") % {"given": address}) from error
        return Recipient(address=address, name=name)

    def to_representation(self, value: Recipient) -> dict[str, str]:
        return {"name": value.name, "email": value.address}


@extend_schema_field({"oneOf": [{"type": "string", "format": "email"}, {"type": "integer"}], "nullable": True})
class AssigneeField(serializers.Field[User, Any, Any, Any]):
    """Somebody of the desk, by e-mail address or id; null for nobody."""

    def to_internal_value(self, data: Any) -> User:
        found = find_user(data)
        if found is None:
            raise serializers.ValidationError(_("Nobody on the desk has this e-mail address or id."))
        return found

    def to_representation(self, value: User) -> str:
        return value.email


@extend_schema_field({"type": "integer", "nullable": True})
class PartnerField(serializers.Field[Account, Any, Any, Any]):
    """A partner by id; null for none."""

    def to_internal_value(self, data: Any) -> Account:
        found = Account.objects.filter(pk=data).first() if is_id(data) else None
        if found is None:
            raise serializers.ValidationError(_("There is no partner with this id."))
        return found

    def to_representation(self, value: Account) -> int:
        return value.pk


class KindField(Text):
    def to_internal_value(self, data: Any) -> str:
        slug = super().to_internal_value(data)
        if not kinds.known(slug):
            known = ", ".join(kind.slug for kind in kinds.all_kinds())
            raise serializers.ValidationError(_("This is none of the kinds: %(kinds)s.") % {"kinds": known})
        return slug


class TopicField(Text):
    def to_internal_value(self, data: Any) -> str:
        slug = super().to_internal_value(data)
        if slug and topics.topic_of(slug) is None:
            known = ", ".join(topic.slug for topic in topics.ALL)
            raise serializers.ValidationError(_("This is none of the topics: %(topics)s.") % {"topics": known})
        return slug


_ALL_TAGS = "All of its tags; the topic of a `general` request is one of them."


def _tags() -> serializers.ListField:
    return serializers.ListField(child=Text(max_length=40), max_length=MAX_TAGS, required=False, help_text=_ALL_TAGS)


class NewTicketInput(Strict):
    """A request as a partner would send it; without `kind` the words decide."""

    subject = Text(max_length=SUBJECT_LENGTH)
    body = Text(max_length=MAX_BODY)
    requester = PersonField(help_text="Whose request it is; a new address becomes a contact.")
    kind = KindField(required=False)
    topic = TopicField(required=False, allow_blank=True)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False, default=Priority.NORMAL)
    tags = _tags()
    partner = PartnerField(required=False, allow_null=True, help_text="By default the partner of the requester.")
    assignee = AssigneeField(required=False, allow_null=True)
    acknowledge = serializers.BooleanField(
        required=False, default=True, help_text="Whether the requester gets the mail with the reference."
    )


class TicketChange(Strict):
    """What may be changed; what is not sent stays."""

    subject = Text(max_length=SUBJECT_LENGTH, required=False)
    kind = KindField(required=False)
    topic = TopicField(required=False, allow_blank=True, help_text="Only for the kind `general`.")
    status = serializers.ChoiceField(choices=SETTABLE, required=False)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    assignee = AssigneeField(required=False, allow_null=True)
    tags = _tags()
    partner = PartnerField(required=False, allow_null=True)


class NewMessageInput(Strict):
    """A reply leaves by mail; a note stays among colleagues."""

    visibility = serializers.ChoiceField(choices=Draft.Kind.choices)
    body = Text(max_length=MAX_BODY)
    to = serializers.ListField(
        child=PersonField(),
        required=False,
        max_length=MAX_RECIPIENTS,
        help_text="By default those of the prepared reply, else the requester.",
    )
    cc = serializers.ListField(
        child=PersonField(),
        required=False,
        max_length=MAX_RECIPIENTS,
        help_text="By default those of the prepared reply, else nobody.",
    )
    attachments = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        required=False,
        max_length=MAX_FILES,
        help_text="Ids of files you uploaded to this ticket, or that already hang on one of its messages.",
    )
    then = serializers.ChoiceField(
        choices=SETTABLE, required=False, allow_blank=True, help_text="The status to set with it."
    )
    prepared = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=MAX_ID,
        help_text="The `id` of the prepared reply this is made of: its step is done with it, its files go along.",
    )
    prepared_files = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=MAX_ID),
        required=False,
        max_length=MAX_PREPARED,
        help_text="Which of its files go along; by default all that fit.",
    )
    last_seen_event = serializers.IntegerField(
        required=False, allow_null=True, min_value=0, max_value=MAX_ID, help_text="The ticket's `last_event` you know."
    )

    def validate_attachments(self, ids: list[int]) -> list[Attachment]:
        ticket: Ticket = self.context["ticket"]
        mine = Q(message__isnull=False) | Q(uploaded_by=self.context["user"])
        found = {one.pk: one for one in ticket.attachments.select_related("stored").filter(mine, pk__in=ids)}
        missing = [str(pk) for pk in ids if pk not in found]
        if missing:
            raise serializers.ValidationError(
                _("There is no file on this ticket under: %(ids)s. Upload it first.") % {"ids": ", ".join(missing)}
            )
        return [found[pk] for pk in dict.fromkeys(ids)]


class UploadInput(serializers.Serializer[Any]):
    file = serializers.FileField()


def find_user(given: Any) -> User | None:
    """Somebody of the desk by e-mail address or id."""
    if is_id(given):
        return access.assignable().filter(pk=given).first()
    if isinstance(given, str) and given.isprintable():
        return access.assignable().filter(email__iexact=given.strip()[:254]).first()
    return None


def is_id(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and 0 < given <= MAX_ID


def _name_and_address(data: Any) -> tuple[str, str]:
    if isinstance(data, Mapping):
        unknown = set(data) - {"name", "email", "address"}
        if unknown or ("email" in data) == ("address" in data):
            raise serializers.ValidationError(_("Send an e-mail address, or an object with `name` and `email`."))
        return data.get("name") or "", data.get("email") or data.get("address") or ""
    if not isinstance(data, str):
        raise serializers.ValidationError(_("Send an e-mail address, or an object with `name` and `email`."))
    return parseaddr(data) if "<" in data else ("", data.strip())

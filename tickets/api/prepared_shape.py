"""A prepared reply as JSON, as its sender would find it in the composer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from tickets import prepared, responses
from tickets.models import PreparedReply
from web.rest import UtcTime


class PreparedPersonShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    email = serializers.EmailField(source="address")
    role = serializers.CharField()


class PreparedFileShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    filename = serializers.CharField()
    content_type = serializers.CharField(source="stored.content_type")
    size = serializers.IntegerField(source="stored.size")
    fits = serializers.BooleanField(help_text="Whether it goes along where nobody chooses: a mail has its limits.")


class PreparedShape(serializers.Serializer[PreparedReply]):
    """Its text names who asks as its sender; `unresolved` are the blanks that stop sending it."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=PreparedReply.State.choices)
    step = serializers.SerializerMethodField(help_text="The step that has prepared it.")
    response = serializers.CharField()
    body = serializers.SerializerMethodField()
    unresolved = serializers.SerializerMethodField()
    variables = serializers.DictField(source="values", child=serializers.CharField())
    to = PreparedPersonShape(many=True)
    cc = PreparedPersonShape(many=True)
    files = serializers.SerializerMethodField()
    warnings = serializers.ListField(child=serializers.CharField())
    then = serializers.CharField(help_text="The status to set with it.")
    created = UtcTime()

    def get_step(self, reply: PreparedReply) -> str:
        return reply.step.rpartition(".")[2]

    def get_body(self, reply: PreparedReply) -> str:
        return responses.fill_in(reply.body, {"sender_name": str(self.context["by"])})

    def get_unresolved(self, reply: PreparedReply) -> list[str]:
        return list(responses.unresolved_in(self.get_body(reply)))

    @extend_schema_field(PreparedFileShape(many=True))
    def get_files(self, reply: PreparedReply) -> list[dict[str, Any]]:
        files = list(reply.files.select_related("stored"))
        fit = prepared.fitting(files)
        for one in files:
            one.fits = one.pk in fit  # type: ignore[attr-defined]
        return list(PreparedFileShape(files, many=True).data)

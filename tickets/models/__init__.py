"""The desk's rows; import them from here."""

from __future__ import annotations

from tickets.models.attachment import Attachment
from tickets.models.draft import Draft
from tickets.models.message import Message
from tickets.models.prepared import PreparedFile, PreparedReply
from tickets.models.recognition import Recognition
from tickets.models.resource import Resource
from tickets.models.response import Response, ResponseVersion
from tickets.models.step import Step, StepSetting
from tickets.models.tag import Tag
from tickets.models.task import Task
from tickets.models.text import TicketText
from tickets.models.ticket import Priority, SolvedReason, Status, Ticket
from tickets.models.view import Seen

__all__ = [
    "Attachment",
    "Draft",
    "Message",
    "PreparedFile",
    "PreparedReply",
    "Priority",
    "Recognition",
    "Resource",
    "Response",
    "ResponseVersion",
    "Seen",
    "SolvedReason",
    "Status",
    "Step",
    "StepSetting",
    "Tag",
    "Task",
    "Ticket",
    "TicketText",
]

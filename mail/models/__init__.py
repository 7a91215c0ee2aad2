"""Rows of the mail app."""

from __future__ import annotations

from mail.models.incoming import IncomingMail, IncomingPart
from mail.models.mailbox import AutoReply, Mailbox, SystemSender
from mail.models.outgoing import OutgoingAttachment, OutgoingMail

__all__ = [
    "AutoReply",
    "IncomingMail",
    "IncomingPart",
    "Mailbox",
    "OutgoingAttachment",
    "OutgoingMail",
    "SystemSender",
]

"""Rows of the mail app."""

from __future__ import annotations

from mail.models.away import AwayWindow
from mail.models.incoming import IncomingMail, IncomingPart
from mail.models.mailbox import AutoReply, FetchState, Mailbox, SystemSender
from mail.models.outgoing import MailServer, OutboundBrake, OutgoingAttachment, OutgoingMail, Undeliverable

__all__ = [
    "AutoReply",
    "AwayWindow",
    "FetchState",
    "IncomingMail",
    "IncomingPart",
    "MailServer",
    "Mailbox",
    "OutboundBrake",
    "OutgoingAttachment",
    "OutgoingMail",
    "SystemSender",
    "Undeliverable",
]

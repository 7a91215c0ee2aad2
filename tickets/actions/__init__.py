"""Every verb of the desk. Each locks the ticket, changes it and writes one event, in one transaction.

`seen` is the newest event the caller knew (the page's version): when somebody else changed the same thing since, the
verb raises `MovedOn` and changes nothing.
"""

from __future__ import annotations

from tickets.actions.automatic import tell
from tickets.actions.conversation import check_mail, keep_report, note, open_ticket, receive, remark, reply, upload
from tickets.actions.core import MovedOn, Refused
from tickets.actions.mailing import Unreachable, try_again
from tickets.actions.partner import (
    Chosen,
    Remember,
    change_partner,
    choose_partner,
    link_partner,
    only_follows,
    partner_event,
    take_back_partner,
)
from tickets.actions.properties import (
    assign,
    change_kind,
    change_priority,
    change_subject,
    change_tags,
    close,
    hold,
    reopen,
    resume,
    set_status,
    solve,
    tag,
    take,
    untag,
)
from tickets.actions.shapes import FilePart, NewTicket, Recipient
from tickets.actions.strangers import accept_sender

__all__ = [
    "Chosen",
    "FilePart",
    "MovedOn",
    "NewTicket",
    "Recipient",
    "Refused",
    "Remember",
    "Unreachable",
    "accept_sender",
    "assign",
    "change_kind",
    "change_partner",
    "change_priority",
    "change_subject",
    "change_tags",
    "check_mail",
    "choose_partner",
    "close",
    "hold",
    "keep_report",
    "link_partner",
    "note",
    "only_follows",
    "open_ticket",
    "partner_event",
    "receive",
    "remark",
    "reopen",
    "reply",
    "resume",
    "set_status",
    "solve",
    "tag",
    "take",
    "take_back_partner",
    "tell",
    "try_again",
    "untag",
    "upload",
]

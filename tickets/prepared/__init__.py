"""Replies that a procedure has prepared: offered in the composer, taken up by whoever sends, replaced or withdrawn.

    answer:  prepared.offer(at.ticket, step=at.key, response="poe-received", values={…}, to=[…], cc=[…], files=[…])
    send:    awaited("send", _("Send the reply"), prepared.look_sent("answer"), hears=prepared.HEARS)

One is offered at a time. Its text is filled but for `{{ sender_name }}`; what else is still blank blocks sending.
"""

from __future__ import annotations

from tickets.prepared.looking import HEARS, look_sent
from tickets.prepared.offering import Person, offer
from tickets.prepared.sending import attach, fitting, people, sent, settle, take
from tickets.prepared.standing import of, offered
from tickets.prepared.withdrawing import forget_in, withdraw, withdraw_in

__all__ = [
    "HEARS",
    "Person",
    "attach",
    "fitting",
    "forget_in",
    "look_sent",
    "of",
    "offer",
    "offered",
    "people",
    "sent",
    "settle",
    "take",
    "withdraw",
    "withdraw_in",
]

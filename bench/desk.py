"""The desk that is measured: tickets by the hundred thousand, one of twenty messages, somebody who reads."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command

from helpdesk import first_run
from helpdesk.generating.words import deal_id
from journal.record import Actor
from people import tokens
from people.models import User
from people.roles import Role
from tickets import actions
from tickets.actions import NewTicket, Recipient, open_ticket
from tickets.models import Ticket
from tickets.models.ticket import ACTIVE, Channel

READER = "bench@load.example"
TWENTY = "Bench: twenty messages"


@dataclass(frozen=True, kw_only=True)
class Desk:
    tickets: int
    reader: User
    session: str
    token: str
    twenty: str
    rare: str
    active: list[str]


def ready(*, tickets: int) -> Desk:
    """Migrated, filled up to `tickets`, with somebody signed in."""
    first_run.prepare()
    call_command("collectstatic", interactive=False, verbosity=0)
    missing = tickets - Ticket.objects.count()
    if missing > 0:
        print(f"Making {missing:,} tickets; they stay for the next run.", file=sys.stderr)
        call_command("generate_tickets", missing, seed=Ticket.objects.count() + 1)
    reader = User.objects.filter(email=READER).first() or User.objects.create_user(
        READER, name="Bench Reader", role=Role.SPECIALIST
    )
    return Desk(
        tickets=Ticket.objects.count(),
        reader=reader,
        session=session_of(reader),
        token=tokens.issue(reader, name="bench"),
        twenty=twenty(reader).reference,
        rare=deal_id(
            next(pk for pk in Ticket.objects.values_list("pk", flat=True).order_by("pk")[5000:5010] if pk % 4 == 0)
        ),
        active=[f"PHD-{pk}" for pk in Ticket.objects.filter(status__in=ACTIVE).values_list("pk", flat=True)],
    )


def session_of(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def twenty(reader: User) -> Ticket:
    """One ticket with ten messages of each side, made once."""
    found = Ticket.objects.filter(subject=TWENTY).first()
    if found is not None:
        return found
    somebody = Ticket.objects.select_related("requester").latest("id").requester
    text = "Hello,\n\n" + "the portal shows another date than the letter we have. " * 6
    new = NewTicket(kind="general", subject=TWENTY, requester=somebody, body=text, channel=Channel.FORM)
    ticket = open_ticket(new, by=Actor(str(somebody)))
    to = [Recipient(address=somebody.email, name=somebody.name)]
    for _ in range(9):
        actions.reply(ticket, by=reader, body=text, to=to)
        actions.receive(ticket, sender=somebody, body=text, html=f"<p>{text}</p>")
    actions.reply(ticket, by=reader, body=text, to=to)
    return ticket

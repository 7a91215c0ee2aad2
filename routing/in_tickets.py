"""A ticket that asks for the channel manager, or only needs one: the rules' answer, kept with it, as reply and note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from partners.models import Account
from people.models import ChannelManager, User
from routing import deciding, owners
from routing.models import Decision
from routing.owners import Found, Where
from tickets import actions, drafts, responses
from tickets.actions import Refused
from tickets.drafts import Written
from tickets.models import Draft, Message, Response, Ticket
from tickets.responses import Rendered

KIND: Final = "account_owner"
RESPONSE: Final = "your-channel-manager"
_ASKED: Final = ("country", "subdivision", "postal_code")


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A filled response, ready for the composer."""

    response: Response
    text: Rendered
    values: Mapping[str, str]


def choose(ticket: Ticket) -> ChannelManager | None:
    """Who the ticket's channel manager is where Salesforce names none of ours: only a definite answer counts."""
    if ticket.partner is None or ticket.partner.channel_manager_id:
        return None
    found = answer(ticket)
    if ticket.pk:  # else `keep_for_new` does, once the ticket has its number
        keep(ticket, found)
    return found.manager


def keep_for_new(ticket: Ticket) -> None:
    """The answer a ticket began with, where it asks for it or got its manager by it."""
    by_rules = ticket.channel_manager_id and ticket.partner and not ticket.partner.channel_manager_id
    if may_be_answered(ticket) and (ticket.kind == KIND or by_rules):
        deciding.keep_first(answer(ticket), about="account", question=_kept_question(ticket), ticket=ticket)


def may_be_answered(ticket: Ticket) -> bool:
    """There is a partner, or the form said where one is."""
    return ticket.partner is not None or bool(_said(ticket).get("country"))


def question(ticket: Ticket) -> Where:
    """The partner's account; where it is silent, what the form said."""
    country, subdivision, postal_code = (_silent(ticket.partner, name, _said(ticket)) for name in _ASKED)
    return Where(account=ticket.partner, country=country, subdivision=subdivision, postal_code=postal_code)


def answer(ticket: Ticket) -> Found:
    return owners.account_owner(question(ticket))


def keep(ticket: Ticket, found: Found, *, by: User | None = None) -> Decision:
    asked = _kept_question(ticket)
    return deciding.keep(found, about="account", question=asked, by=by, account=ticket.partner, ticket=ticket)


def _kept_question(ticket: Ticket) -> dict[str, str]:
    where = question(ticket)
    asked = {"partner": str(ticket.partner or ""), **{name: getattr(where, name) for name in _ASKED}}
    return {name: value for name, value in asked.items() if value}


def prepared(ticket: Ticket, found: Found, *, user: User) -> Prepared:
    """The reply that names the manager; `Refused` while nobody is certain."""
    response = Response.objects.active().filter(slug=RESPONSE).first()
    if found.manager is None:
        raise Refused(_("No reply is prepared: it is not certain who the channel manager is."))
    if response is None:
        raise Refused(_("The response “Who your channel manager is” is retired. Restore it, or write the reply."))
    values = responses.values_for(ticket, user) | {
        "cam": found.manager.name,
        "cam_email": _address(found.manager),
        "stand_in": str(found.stand_in or ""),
    }
    return Prepared(response=response, text=responses.render(response, values), values=values)


def put_in_reply(ticket: Ticket, found: Found, *, user: User) -> None:
    """Without scripts: below what the reader has written, as their draft."""
    ready = prepared(ticket, found, user=user)
    draft = drafts.of(ticket, user).get(Draft.Kind.REPLY)
    written = draft.body.rstrip() if draft else ""
    drafts.save(
        ticket,
        user=user,
        kind=Draft.Kind.REPLY,
        written=Written(
            body=f"{written}\n\n{ready.text.body}" if written else ready.text.body,
            to=draft.to if draft else "",
            cc=draft.cc if draft else "",
            response=ready.response.slug,
            seen=draft.seen_event if draft and written else ticket.last_event,
            history=draft.history if draft else Draft.History.KNOWN,
        ),
    )


def add_as_note(ticket: Ticket, found: Found, *, user: User, seen: str) -> Message:
    """One sentence; the same press twice is one note."""
    return actions.note(ticket, by=user, body=found.sentence(), submission=f"{user.pk}.routing.{seen}"[:80])


def _said(ticket: Ticket) -> Mapping[str, str]:
    return {name: str(ticket.fields.get(name) or "").strip() for name in _ASKED}


def _silent(account: Account | None, name: str, said: Mapping[str, str]) -> str:
    return "" if account is not None and getattr(account, name) else said[name]


def _address(manager: ChannelManager) -> str:
    return manager.salesforce_email or (manager.user.email if manager.user else "")

"""Where higher floors join in: what happens when a ticket opens or its partner changes, which files may leave it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from journal.record import Actor
from people.models import ChannelManager, User
from tickets.models import Attachment, Ticket

ManagerRule = Callable[[Ticket], ChannelManager | None]
Opened = Callable[[Ticket], None]
PartnerChanged = Callable[[Ticket, Actor], None]
KindRule = Callable[[Ticket], str]
PapersRead = Callable[[Ticket], None]
FilesRule = Callable[[Ticket, Sequence[Attachment], Sequence[str]], str]
HiddenRule = Callable[[User, Attachment], bool]


@dataclass(frozen=True, kw_only=True)
class Procedures:
    """What the verbs of the desk tell the procedures, each in its own transaction, after its change."""

    opened: Callable[[Ticket], None]
    begin: Callable[[Ticket], None]  # it is another type of request now, or a request again
    heard: Callable[[Ticket, str], None]  # replied, received, noted (with a file), status, partner, task, bounced
    end: Callable[[Ticket, str], None]  # it is no request any more, for that reason


_opened: list[Opened] = []
_partner_changed: list[PartnerChanged] = []
_manager_rules: list[ManagerRule] = []
_kind_rules: list[KindRule] = []
_papers_read: list[PapersRead] = []
_kind_changed: list[Opened] = []
_procedures: list[Procedures] = []
_files_rules: list[FilesRule] = []
_hidden_rules: list[HiddenRule] = []


def lend(procedures: Procedures) -> None:
    """`steps` stands on the verbs; it lends them what they have to tell it."""
    _procedures[:] = [procedures]


def procedure_opened(ticket: Ticket) -> None:
    for one in _procedures:
        one.opened(ticket)


def procedure_begins(ticket: Ticket) -> None:
    for one in _procedures:
        one.begin(ticket)


def procedure_hears(ticket: Ticket, what: str) -> None:
    for one in _procedures:
        one.heard(ticket, what)


def procedure_ends(ticket: Ticket, *, why: str) -> None:
    for one in _procedures:
        one.end(ticket, why)


def on_opened(listener: Opened) -> None:
    """`listener(ticket)` is called inside the transaction that opens a ticket."""
    _opened.append(listener)


def on_choose_manager(rule: ManagerRule) -> None:
    """`rule(ticket)` may name the ticket's channel manager; the first that names one wins."""
    _manager_rules.append(rule)


def on_change_kind(rule: KindRule) -> None:
    """`rule(ticket)` gives the reason against making it another type of request; empty where there is none."""
    _kind_rules.append(rule)


def on_kind_changed(listener: Opened) -> None:
    """`listener(ticket)` is called inside the transaction that makes it another type of request, or topic."""
    _kind_changed.append(listener)


def kind_changed(ticket: Ticket) -> None:
    for listener in _kind_changed:
        listener(ticket)


def on_send_files(rule: FilesRule) -> None:
    """`rule(ticket, files, addresses)` gives the reason against mailing them to these people; empty where none."""
    _files_rules.append(rule)


def why_not_send(ticket: Ticket, files: Sequence[Attachment], addresses: Sequence[str]) -> str:
    return next((why for rule in _files_rules if (why := rule(ticket, files, addresses))), "")


def on_read_file(rule: HiddenRule) -> None:
    """`rule(user, file)` says that a file of a ticket they may read is not for them; never asked about the desk."""
    _hidden_rules.append(rule)


def is_hidden(user: User, file: Attachment) -> bool:
    return any(rule(user, file) for rule in _hidden_rules)


def on_papers_read(listener: PapersRead) -> None:
    """`listener(ticket)` is called by a worker, in no transaction, when it has read what came with a ticket."""
    _papers_read.append(listener)


def papers_read(ticket: Ticket) -> None:
    for listener in _papers_read:
        listener(ticket)


def why_no_other_kind(ticket: Ticket) -> str:
    return next((reason for rule in _kind_rules if (reason := rule(ticket))), "")


def opened(ticket: Ticket) -> None:
    for listener in _opened:
        listener(ticket)


def on_partner_changed(listener: PartnerChanged) -> None:
    """`listener(ticket, by)` is called inside the transaction that says which partner a ticket is about."""
    _partner_changed.append(listener)


def partner_changed(ticket: Ticket, by: Actor) -> None:
    for listener in _partner_changed:
        listener(ticket, by)


def channel_manager_of(ticket: Ticket) -> ChannelManager | None:
    """The manager a rule names; without one, the owner of the partner's account."""
    for rule in _manager_rules:
        manager = rule(ticket)
        if manager is not None:
            return manager
    return ticket.partner.channel_manager if ticket.partner else None

"""How higher floors take part in mail without mail knowing them: registered once, in `apps.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mail.models import IncomingMail, OutgoingMail
from mail.parsing import ParsedMail
from people.models import User


@dataclass(frozen=True, kw_only=True)
class Handled:
    """What became of a message: the outcome, one sentence why, and what it belongs to now.

    `quiet`: whoever sent it gets no answer by itself (a stranger's word held on a ticket, a colleague's note).
    """

    outcome: str
    reason: str
    ref: str = ""
    kind: str = ""
    matched_by: str = ""
    quiet: bool = False


class Quarantine(Exception):  # noqa: N818 - a decision, not an error
    """Raised to put a message aside for a person; its text is the sentence they read."""


Handler = Callable[[IncomingMail, ParsedMail], Handled]
OutgoingCallback = Callable[[OutgoingMail], None]
Again = Callable[[OutgoingMail, User], bool]
BouncedCallback = Callable[[OutgoingMail, Mapping[str, bool]], None]
TakenIn = Callable[[IncomingMail, Handled], object]
Known = Callable[[str], bool]

LinkOf = Callable[[str], str]
Choices = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Upstairs:
    """What the floors above lend to the pages of mail: opening a ticket, its address, what a mailbox may preset."""

    open_new: Handler
    address_of: LinkOf
    kinds: Callable[[], Choices]
    priorities: Callable[[], Choices]


handlers: list[Handler] = []
upstairs: list[Upstairs] = []
callbacks: list[OutgoingCallback] = []
again_callbacks: list[Again] = []
bounce_callbacks: list[BouncedCallback] = []
listeners: list[TakenIn] = []
acquaintances: list[Known] = []


def register(handler: Handler) -> None:
    """The one handler of incoming mail; called inside the transaction that records the outcome."""
    handlers[:] = [handler]


def lend(given: Upstairs) -> None:
    """What the pages of mail may use of the floors above; registered once."""
    upstairs[:] = [given]


def on_outgoing(callback: OutgoingCallback) -> None:
    """Called in a transaction of its own when a mail was sent or has failed for good; at least once."""
    if callback not in callbacks:
        callbacks.append(callback)


def on_again(callback: Again) -> None:
    """`callback(our mail, who asked)` in the transaction that queues a failed mail again; true: it wrote the event."""
    if callback not in again_callbacks:
        again_callbacks.append(callback)


def again(outgoing: OutgoingMail, by: User) -> bool:
    """Whether somebody wrote the event."""
    return sum(callback(outgoing, by) for callback in again_callbacks) > 0


def on_bounced(callback: BouncedCallback) -> None:
    """`callback(our mail, the addresses it did not reach with whether they are dead for good)`, once for each address.

    Called in the transaction that takes the delivery report in.
    """
    if callback not in bounce_callbacks:
        bounce_callbacks.append(callback)


def bounced(outgoing: OutgoingMail, recipients: Mapping[str, bool]) -> None:
    for callback in bounce_callbacks:
        callback(outgoing, recipients)


def on_taken_in(listener: TakenIn) -> None:
    """Called right after the handler, inside its transaction."""
    if listener not in listeners:
        listeners.append(listener)


def on_known(known: Known) -> None:
    """`known(address)` says whether this is somebody we have a reason to answer (S-11)."""
    if known not in acquaintances:
        acquaintances.append(known)


def knows(address: str) -> bool:
    return any(known(address) for known in acquaintances)


def handle(mail: IncomingMail, parsed: ParsedMail) -> Handled:
    if not handlers:
        msg = "Nothing takes mail in: no handler is registered."
        raise RuntimeError(msg)
    handled = handlers[0](mail, parsed)
    for listener in listeners:
        listener(mail, handled)
    return handled


def open_new(mail: IncomingMail, parsed: ParsedMail) -> Handled:
    """A ticket of its own, whatever the message answers; inside the transaction of the person's decision."""
    return upstairs[0].open_new(mail, parsed)


def address_of(ref: str) -> str:
    """The address of the page about `ref`; empty when there is none."""
    return upstairs[0].address_of(ref) if upstairs and ref else ""

"""Is Partner Order Operations already on it? Whoever wrote to them too needs no seller from us."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from mail.address_lists import Address
from mail.mailboxes import addresses_of
from mail.models import IncomingMail, Mailbox
from orders import passed_on
from tickets import sources
from tickets.models import Message, Ticket
from tickets.models.message import Visibility

# Fields that other servers add: a group that hands its mail on, a mailbox that forwards, somebody who sent it again.
HIDDEN: Final = (
    "resent-to", "resent-cc", "x-forwarded-to", "x-forwarded-for", "delivered-to", "x-original-to", "envelope-to",
    "apparently-to", "list-post", "mailing-list",
)  # fmt: skip
NAMES: Final = frozenset({"partnerorderoperations", "partnerorderops"})
_LIST_ID: Final = re.compile(r"<([\w\-+]+)\.([\w.\-]+)>\s*$")
_SEAMS: Final = re.compile(r"[\W_]+")
_VIA: Final = re.compile(r".*\bvia\b", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Whether they have it; `where` says in which field of whose mail, `address` as it stands there."""

    there: bool
    where: str = ""
    address: str = ""
    message: int | None = None


def order_ops(ticket: Ticket) -> Seen:
    """Looks through every mail of the partner's side in its order, until we have written to Order Operations ourselves.

    A person's word in a text is no proof, nor is a stranger's mail: only who is addressed counts, there or in the head
    of a mail passed on.
    """
    own = known_addresses()
    rows = ticket.messages.exclude(Q(visibility=Visibility.NOTE) | Q(unknown_sender=True))
    rows = rows.select_related("incoming__raw").order_by("pk")
    for message in rows:
        people = _people(message)
        if message.visibility == Visibility.REPLY:
            if any(is_order_ops(one, own) for _field, one in people):
                break
            continue
        seen = _seen_in(message, people, own)
        if seen is not None:
            return seen
    return Seen(there=False)


def known_addresses() -> frozenset[str]:
    """Their address and, where it is a mailbox of this desk, the aliases that an administrator has given it."""
    own = settings.ORDER_OPS_ADDRESS.strip().lower()
    boxes = (addresses_of(box) for box in Mailbox.objects.all())
    return frozenset({own}.union(*(found for found in boxes if own in found)))


def is_order_ops(who: Address, own: frozenset[str]) -> bool:
    """By the address in any case, with `+anything`, dots or dashes; by the name only where the address is of ours.

    Anybody may call an address of their own “Partner Order Operations”.
    """
    local, domain = _parts(who.address)
    if any((local, domain) == _parts(one) for one in own):
        return True
    ours = {_parts(settings.ORDER_OPS_ADDRESS)[1], settings.MAIL_DOMAIN.lower()}
    within = any(domain == one or domain.endswith(f".{one}") or domain.startswith(f"{one}.test-google") for one in ours)
    return within and bool(NAMES & {local, _SEAMS.sub("", _VIA.sub("", who.name).lower())})


def _parts(address: str) -> tuple[str, str]:
    local, _at, domain = address.strip().strip("<>'\"").lower().rpartition("@")
    return _SEAMS.sub("", local.strip("'\"").partition("+")[0]), domain.strip(".")


def _people(message: Message) -> list[tuple[str, Address]]:
    """Who is addressed, by field. A message keeps the first fifty with their names, its mail every address."""
    mail = message.incoming
    kept = [("To", message.to), ("Cc", message.cc)]
    whole = [("To", mail.to), ("Cc", mail.cc)] if mail else []
    return [
        *((field, Address(name=one["name"], address=one["address"])) for field, rows in kept for one in rows),
        *((field, Address(name="", address=str(one))) for field, rows in whole for one in rows),
    ]


def _seen_in(message: Message, people: Iterable[tuple[str, Address]], own: frozenset[str]) -> Seen | None:
    mail = message.incoming
    subject, text = (mail.subject, mail.body_text) if mail else (message.subject, message.body)
    in_turn = (people, _writers(message), _hidden(mail), passed_on.addressed(subject, text))
    for found in in_turn:
        for field, who in found:
            if is_order_ops(who, own):
                return Seen(there=True, where=_where(field, message), address=who.address, message=message.pk)
    return None


def _where(field: str, message: Message) -> str:
    words = {"field": field, "name": message.author_name or message.author_address}
    if field == passed_on.FIELD:
        return _("In the head of the mail that %(name)s passed on") % words
    return _("%(field)s of the mail from %(name)s") % words


def _writers(message: Message) -> Iterator[tuple[str, Address]]:
    """Who wrote it: somebody of Order Operations, or their group in the name of a partner."""
    mail = message.incoming
    if mail is not None:
        yield "From", Address(name=mail.from_name, address=mail.from_address)
        yield from (("Reply-To", Address(name="", address=str(one))) for one in mail.reply_to)


def _hidden(mail: IncomingMail | None) -> Iterator[tuple[str, Address]]:
    """What servers on the way have written into the head; read only where To and Cc do not tell."""
    source = sources.read(mail) if mail is not None else None
    if mail is None or source is None:
        return
    yield from (("Envelope", Address(name="", address=str(one))) for one in mail.envelope_to)
    for name, value in source.fields:
        if name.lower() in HIDDEN:
            found = re.findall(r"[\w.+\-]+@[\w.\-]+", value)
            yield from ((name, Address(name="", address=one)) for one in found)
        elif name.lower() == "list-id" and (match := _LIST_ID.search(value)):
            yield name, Address(name="", address=f"{match[1]}@{match[2]}")

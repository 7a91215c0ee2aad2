"""Preparing a reply: a response filled in, its people once each, its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from documents.models import StoredFile
from journal.record import DESK
from mail import mailboxes
from tickets import responses
from tickets.actions import Recipient, Refused
from tickets.actions.core import locked
from tickets.models import PreparedFile, PreparedReply, Response, Ticket
from tickets.prepared.standing import State, of, of_step, put, tell, title

Files = Sequence[tuple[StoredFile, str]]
_TEXTS: Final = ("step", "response", "version", "body", "values", "to", "cc", "warnings", "then")


@dataclass(frozen=True, kw_only=True)
class Person(Recipient):
    """A recipient with their part in it, in words: seller, channel manager, Partner Order Operations."""

    role: str = ""

    def row(self) -> dict[str, str]:
        return {"name": self.name, "address": self.address, "role": self.role}


def offer(
    ticket: Ticket,
    *,
    step: str,
    response: str,
    values: Mapping[str, str],
    to: Sequence[Recipient],
    cc: Sequence[Recipient] = (),
    files: Files = (),
    warnings: Sequence[object] = (),
    then: str = "",
) -> PreparedReply:
    """Puts a filled response into the composer; `step` is the key of the step that prepares it.

    The same again is the same offer; another text takes its place, and whoever has begun with the old one is told.
    Once sent it stays so, however often the step is tried. What another step offered is withdrawn.
    """
    with locked(ticket) as row:
        there = of_step(row, step)
        if there is not None and there.state == State.SENT:
            return there
        fresh = _filled(row, response, values)
        fresh.step, fresh.then, fresh.warnings = step, then, [str(one) for one in warnings if str(one)]
        fresh.to, fresh.cc = _people(to, cc)
        standing = of(row)
        if standing is not None and _same(standing, fresh, files):
            return standing
        reply = _instead(standing, fresh, files)
        tell(row, "reply prepared", by=DESK, after={"prepared": title(reply)})
        ticket.last_event, ticket.updated = row.last_event, row.updated
    return reply


def _filled(ticket: Ticket, slug: str, values: Mapping[str, str]) -> PreparedReply:
    response = Response.objects.active().filter(slug=slug).first()
    if response is None:
        raise Refused(
            _("The response “%(slug)s” is switched off or gone. Reply by hand, or switch it on.") % {"slug": slug}
        )
    given = responses.values_of(ticket) | dict(values)  # a blank says that what the ticket would fill in is wrong
    known = {name: value for name, value in given.items() if value.strip()}
    used = {name: known[name] for name in responses.unresolved_in(response.body) if name in known}
    body = responses.render(response, known).body
    return PreparedReply(ticket=ticket, response=slug, version=response.version, body=body, values=used)


def _people(to: Sequence[Recipient], cc: Sequence[Recipient]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Each address once, with all the parts it has; without our own mailboxes."""
    ours = mailboxes.own_addresses()
    found: dict[str, dict[str, str]] = {}
    for one in (*to, *cc):
        address = one.address.strip()
        if not address or not ours.isdisjoint({address.lower(), mailboxes.plain(address)}):
            continue
        there = found.setdefault(address.lower(), {"name": one.name, "address": address, "role": ""})
        roles = [there["role"], one.role if isinstance(one, Person) else ""]
        there["role"] = ", ".join(dict.fromkeys(role for role in roles if role))
    first = {one.address.strip().lower() for one in to}
    return [found[key] for key in found if key in first], [found[key] for key in found if key not in first]


def _instead(standing: PreparedReply | None, fresh: PreparedReply, files: Files) -> PreparedReply:
    if standing is not None:
        put(standing, State.WITHDRAWN)
    fresh.save()
    _keep_files(fresh, files)
    return fresh


def _same(standing: PreparedReply, fresh: PreparedReply, files: Files) -> bool:
    known = [(one.stored_id, one.filename) for one in standing.files.all()]
    enclosed = [(stored.pk, name[:255]) for stored, name in files]
    return known == enclosed and all(getattr(standing, name) == getattr(fresh, name) for name in _TEXTS)


def _keep_files(reply: PreparedReply, files: Files) -> None:
    PreparedFile.objects.bulk_create(
        PreparedFile(reply=reply, stored=stored, filename=name[:255]) for stored, name in files
    )

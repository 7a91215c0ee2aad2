"""Replies that a procedure has prepared: offered in the composer, taken up by whoever sends, replaced or withdrawn.

    answer:  prepared.offer(at.ticket, step=at.key, response="poe-received", values={…}, to=[…], cc=[…], files=[…])
    send:    awaited("send", _("Send the reply"), prepared.look_sent("answer"), hears=prepared.HEARS)

One is offered at a time. Its text is filled but for `{{ sender_name }}`; what else is still blank blocks sending.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import limits
from documents.models import StoredFile
from journal.record import DESK, Actor, actor_of, record
from mail import mailboxes
from people.models import User
from tickets import hooks, responses
from tickets.actions import Recipient, Refused, upload
from tickets.actions.core import locked
from tickets.models import Attachment, Message, PreparedFile, PreparedReply, Response, Ticket
from tickets.models.message import Visibility
from tickets.models.ticket import ENDED
from tickets.procedures import At, Done, Look, Waiting, WaitsFor
from web import rows

HEARS: Final = ("replied", "sent", "status")
State = PreparedReply.State
Files = Sequence[tuple[StoredFile, str]]


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
        there = _of_step(row, step)
        if there is not None and there.state == State.SENT:
            return there
        fresh = _filled(row, response, values)
        fresh.step, fresh.then, fresh.warnings = step, then, [str(one) for one in warnings if str(one)]
        fresh.to, fresh.cc = _people(to, cc)
        standing = of(row)
        if standing is not None and _same(standing, fresh, files):
            return standing
        reply = _instead(standing, fresh, files)
        _tell(row, "reply prepared", by=DESK, after={"prepared": _title(reply)})
        ticket.last_event, ticket.updated = row.last_event, row.updated
    return reply


def of(ticket: Ticket) -> PreparedReply | None:
    """What is offered now."""
    return offered(ticket).first()


def offered(ticket: Ticket | OuterRef) -> QuerySet[PreparedReply]:
    return PreparedReply.objects.filter(ticket=ticket, state=State.OFFERED)


def withdraw(ticket: Ticket, *, why: str, by: User | None) -> PreparedReply | None:
    """It is not wanted any more; what somebody has made of it stays their draft."""
    with locked(ticket) as row:
        gone = withdraw_in(row, why=why, by=actor_of(by) if by else DESK)
        hooks.procedure_hears(row, "sent")  # it waits for something else now
        ticket.last_event, ticket.updated = row.last_event, row.updated
    return gone


def withdraw_in(row: Ticket, *, why: str, by: Actor, steps: Collection[str] | None = None) -> PreparedReply | None:
    """The same for a caller that holds the ticket; with `steps` only what one of these has prepared."""
    there = of(row)
    if there is None or (steps is not None and there.step not in steps):
        return None
    _settle(there, State.WITHDRAWN, by=by.user)
    _tell(row, "prepared reply withdrawn", by=by, after={"withdrawn": _title(there)}, why=why)
    return there


def forget_in(row: Ticket, steps: Collection[str], *, why: str, by: Actor) -> None:
    """These steps are done again: what they had prepared is withdrawn, and what was sent counts no more."""
    withdraw_in(row, why=why, by=by, steps=steps)
    PreparedReply.objects.filter(ticket=row, step__in=steps).update(step="")


def sent(ticket: Ticket, step_key: str) -> Message | None:
    """The message somebody made of what this step had prepared, since it was last gone back to."""
    there = _of_step(ticket, step_key)
    return there.message if there is not None and there.state == State.SENT else None


def look_sent(step_slug: str) -> Look:
    """What an awaited step asks: has somebody sent what the step `step_slug` of the same procedure prepared?

    Where that was withdrawn, or never prepared, anybody's own reply counts; so does resolving without one.
    """

    def look(at: At) -> Done | Waiting:
        reply = _of_step(at.ticket, f"{at.ticket.reference}.{at.step.run}.{step_slug}")
        if reply is not None and reply.state == State.SENT:
            return _done_by(reply.message) if reply.message else Waiting(for_whom=WaitsFor.DESK)  # at this moment
        ended = at.ticket.status in ENDED
        if reply is not None and reply.state == State.OFFERED and not ended:
            return Waiting(for_whom=WaitsFor.DESK, note=_drafted(reply), due=at.ticket.due)
        since = reply.settled or reply.created if reply else at.step.ready
        own = _own_reply(at.ticket, since=since)
        if own is not None:
            return _done_by(own)
        if ended:
            return Done(note=_("Resolved without sending it.") if reply else _("Resolved without a mail."))
        note = _("The prepared reply was withdrawn. Reply yourself, or skip this.") if reply else _("Reply to finish.")
        return Waiting(for_whom=WaitsFor.DESK, note=note, due=at.ticket.due)

    return look


def take(ticket: Ticket, pk: int, *, by: User, submission: str | None = None) -> PreparedReply | None:
    """The offer that somebody is sending, in the transaction of their reply; `settle` follows with the message.

    None where the same press has sent it already. `Refused` where it is gone: somebody was quicker, or it is withdrawn.
    """
    with locked(ticket) as row:
        reply = PreparedReply.objects.select_related("message", "by").filter(ticket=row, pk=pk).first()
        if reply is None:
            raise Refused(_("There is no such prepared reply. Load the page again; your text is kept."))
        if reply.state == State.OFFERED:
            reply.ticket = row
            _settle(reply, State.SENT, by=by)
            return reply
        if reply.message is not None and submission and reply.message.submission == submission:
            return None
        raise Refused(_gone(reply))


def attach(reply: PreparedReply, chosen: Collection[int] | None, *, by: User) -> list[Attachment]:
    """The documents that go along, attached once more; without `chosen` all that fit."""
    files = list(reply.files.select_related("stored"))
    wanted = fitting(files) if chosen is None else chosen
    return [upload(reply.ticket, stored=one.stored, filename=one.filename, by=by) for one in files if one.pk in wanted]


def settle(reply: PreparedReply, message: Message) -> None:
    """It went as `message`; its procedure hears of it."""
    with locked(reply.ticket) as row:
        PreparedReply.objects.filter(pk=reply.pk).update(message=message)
        hooks.procedure_hears(row, "sent")


def fitting(files: Sequence[PreparedFile]) -> set[int]:
    """Those that may go with one mail, the first ones first."""
    found: set[int] = set()
    size = 0
    for one in files:
        if len(found) < limits.MAX_FILES and size + one.stored.size <= limits.MAX_TOTAL_BYTES:
            found.add(one.pk)
            size += one.stored.size
    return found


def _filled(ticket: Ticket, slug: str, values: Mapping[str, str]) -> PreparedReply:
    response = Response.objects.active().filter(slug=slug).first()
    if response is None:
        raise Refused(
            _("The response “%(slug)s” is switched off or gone. Reply by hand, or switch it on.") % {"slug": slug}
        )
    known = responses.values_of(ticket) | {name: value for name, value in values.items() if value.strip()}
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
        _settle(standing, State.WITHDRAWN)
    fresh.save()
    _keep_files(fresh, files)
    return fresh


_TEXTS: Final = ("step", "response", "version", "body", "values", "to", "cc", "warnings", "then")


def _same(standing: PreparedReply, fresh: PreparedReply, files: Files) -> bool:
    known = [(one.stored_id, one.filename) for one in standing.files.all()]
    enclosed = [(stored.pk, name[:255]) for stored, name in files]
    return known == enclosed and all(getattr(standing, name) == getattr(fresh, name) for name in _TEXTS)


def _keep_files(reply: PreparedReply, files: Files) -> None:
    PreparedFile.objects.bulk_create(
        PreparedFile(reply=reply, stored=stored, filename=name[:255]) for stored, name in files
    )


def _settle(reply: PreparedReply, state: str, *, by: User | None = None) -> None:
    reply.state, reply.by, reply.settled = state, by, timezone.now()
    reply.save(update_fields=["state", "by", "settled"])


def _tell(row: Ticket, verb: str, *, by: Actor, after: Mapping[str, str], why: str = "") -> None:
    event = record(row, verb, by=by, after=after, why=why)
    rows.update(Ticket, {"last_event": event.pk, "updated": event.created}, pk=row.pk)
    row.last_event, row.updated = event.pk, event.created


def _of_step(ticket: Ticket, step: str) -> PreparedReply | None:
    """The newest that this step has prepared since it was last gone back to."""
    found = PreparedReply.objects.filter(ticket=ticket, step=step).select_related("message")
    return found.order_by("-pk").first()


def _own_reply(ticket: Ticket, *, since: datetime | None) -> Message | None:
    if since is None:
        return None
    mine = ticket.messages.filter(visibility=Visibility.REPLY, automatic=False, created__gte=since)
    return mine.order_by("pk").first()


def _done_by(message: Message) -> Done:
    return Done(note=_sent_words(message), keep={"message": message.pk})


def _title(reply: PreparedReply) -> str:
    return Response.objects.filter(slug=reply.response).values_list("title", flat=True).first() or reply.response


def _drafted(reply: PreparedReply) -> str:
    blanks = [name for name in responses.unresolved_in(reply.body) if name != "sender_name"]
    if blanks:
        return _("Drafted in the composer. Fill in %(names)s, then send it.") % {"names": ", ".join(blanks)}
    return _("Drafted in the composer. Read and send it to finish.")


def _sent_words(message: Message) -> str:
    people: list[dict[str, Any]] = [*message.to, *message.cc]
    said = {"who": people[0]["name"] or people[0]["address"], "n": len(people) - 1, "by": message.author_name}
    if len(people) == 1:
        return _("Sent to %(who)s by %(by)s.") % said
    return _("Sent to %(who)s and %(n)d more by %(by)s.") % said


def _gone(reply: PreparedReply) -> str:
    if reply.state == State.WITHDRAWN:
        return _("The reply was prepared anew or withdrawn while you wrote. Your text is kept; look at it, then send.")
    return _("%(name)s has sent this reply meanwhile. Your text is kept.") % {"name": reply.by or _("Somebody")}

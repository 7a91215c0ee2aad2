"""A held message becomes a ticket of its own, with its files and its original; the old ticket says where it went."""

from __future__ import annotations

from django.utils.translation import gettext as _

from journal.record import actor_of
from mail import mailboxes, outcomes
from people.models import User
from tickets import kinds, presets, recognition
from tickets.actions import FilePart, NewTicket, Recipient, Refused, open_ticket
from tickets.actions.core import changed, locked
from tickets.kinds import Clues
from tickets.models import Attachment, Message, Ticket
from tickets.models.ticket import Channel


def make_own_ticket(ticket: Ticket, message: Message, *, by: User) -> Ticket:
    """Opens the ticket for whoever wrote the message. Raises `Refused` when it is held no more."""
    with locked(ticket) as row:
        held = (
            row.messages.select_related("incoming__mailbox", "author_contact__account")
            .filter(pk=message.pk, unknown_sender=True)
            .first()
        )
        if held is None:
            raise Refused(_("This message is not held any more. Look at the ticket as it is now."))
        files = [_part(one) for one in held.attachments.select_related("stored")]
        held.delete()
        opened = open_ticket(_new(held, files, follows=row), by=actor_of(by))
        if held.incoming is not None:
            why = _("%(name)s made it a ticket of its own.") % {"name": by}
            outcomes.moved(held.incoming, ref=opened.reference, kind=opened.kind, why=why)
        after = {"moved_to": opened.reference}
        changed(row, "message moved out", by=actor_of(by), before={"moved_to": ""}, after=after)
    return opened


def _new(held: Message, files: list[FilePart], *, follows: Ticket) -> NewTicket:
    box = held.incoming.mailbox if held.incoming else follows.mailbox or mailboxes.default()
    clues = Clues(
        subject=held.subject,
        body=held.body[:20_000],
        from_address=held.author_address,
        to=tuple(one["address"] for one in held.to),
        cc=tuple(one["address"] for one in held.cc),
        filenames=tuple(part.filename for part in files),
    )
    ranked = kinds.rank(clues)
    kind, evidence = presets.kind_for(ranked, mailbox=box)
    if held.author_contact is None:
        raise Refused(_("Nobody is named who could be answered."))
    return NewTicket(
        kind=kind.slug,
        topic=evidence.topic,
        subject=held.subject,
        requester=held.author_contact,
        body=held.body,
        html=held.html,
        quoted_html=held.quoted_html,
        rich_html=held.rich_html,
        remote_images=held.remote_images,
        channel=Channel.MAIL,
        priority=presets.priority_for(box),
        tags=presets.tags_for(box),
        files=files,
        incoming=held.incoming,
        mailbox=box,
        automatic=held.automatic,
        unverified=held.unverified,
        follows=follows,
        to=[Recipient(address=one["address"], name=one["name"]) for one in held.to],
        cc=[Recipient(address=one["address"], name=one["name"]) for one in held.cc],
        why=evidence.because,
        recognised=recognition.ranked_of(ranked, clues),
    )


def _part(one: Attachment) -> FilePart:
    return FilePart(stored=one.stored, filename=one.filename, content_id=one.content_id, inline=one.inline)

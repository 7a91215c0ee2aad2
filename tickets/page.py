"""Everything one ticket page shows, read in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Count, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from journal.models import Event
from journal.record import events_of
from partners.models import Certification, SyncRun
from people.models import User
from tickets import access, checklist, clocks, kinds, letters, papers, partner_link, prepared, timeline, topics
from tickets.checklist import Checklist
from tickets.models import Attachment, Draft, Message, PreparedReply, Seen, Tag, Ticket
from tickets.models.ticket import ACTIVE, MOVES
from web.rows import Given, Prepared

MESSAGES_SHOWN = 60
EVENTS_SHOWN = 400
OTHERS_SHOWN = 5
UNREAD_TEXTS = (
    "body",
    "rich_html",
    "incoming__body_text",
    "incoming__references",
    "incoming__reason",
    "outgoing__body_text",
    "outgoing__body_html",
    "outgoing__references",
    "outgoing__headers",
)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What the ticket was taken for, see `Recognition`, and who has said what it is."""

    ranked: Sequence[Mapping[str, Any]] = ()
    corrected: datetime | None = None
    corrected_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One ticket before one reader's eyes."""

    ticket: Ticket
    user: User
    messages: Sequence[Message]
    has_earlier: bool
    files: Mapping[int, Sequence[Attachment]]
    unsent: Sequence[Attachment]
    events: Sequence[Event]
    tags: Sequence[str]
    seen: int
    since: datetime | None
    partner_open: int
    partner_certified: int
    mirrored: datetime | None
    answers: int | None
    taken: Taken
    offers: int | None
    others: Sequence[Ticket]

    @property
    def may_work(self) -> bool:
        return access.may_work(self.user)

    @cached_property
    def items(self) -> list[timeline.Item]:
        return timeline.build(
            messages=self.messages,
            events=self.events,
            files=self.files,
            reader=self.user,
            seen=self.seen,
            since=self.since,
        )

    @cached_property
    def due(self) -> clocks.Due:
        return clocks.due_of(self.ticket, events=self.events)

    @cached_property
    def checklist(self) -> Checklist | None:
        """The procedure, as the reader may work it; None where its kind has none."""
        return checklist.read(self.ticket, by=self.user if self.may_work else None)

    @cached_property
    def kind(self) -> kinds.Kind:
        return kinds.kind_of(self.ticket.kind)

    @cached_property
    def link(self) -> partner_link.Link:
        """The partner, why it is this one, and who else it might be."""
        return partner_link.read(self.ticket, self.events)

    @property
    def topic(self) -> topics.Topic | None:
        return topics.topic_of(self.ticket.topic)

    @cached_property
    def answered(self) -> Message | None:
        """The message a reply is to, however far back it stands."""
        shown = (one for one in self.messages if one.pk == self.answers)
        return next(shown, None) or (letters.answered(self.ticket) if self.answers else None)

    @cached_property
    def prepared(self) -> PreparedReply | None:
        """The reply that is offered now."""
        return PreparedReply.objects.filter(pk=self.offers).first() if self.offers else None

    @property
    def moves(self) -> frozenset[str]:
        return MOVES[self.ticket.status]

    def after(self, event: int) -> Page:
        """The same page with only what came after `event`: what a page that is open still lacks."""
        return replace(
            self,
            messages=[message for message in self.messages if message.event_id > event],
            events=[one for one in self.events if one.pk > event],
            has_earlier=False,
        )


class _Around(NamedTuple):
    tags: list[str]
    seen: int
    since: datetime | None
    partner_open: int
    partner_certified: int
    mirrored: datetime | None
    answers: int | None
    offers: int | None
    ranked: list[dict[str, Any]] | None
    corrected: datetime | None
    corrected_by: str | None
    corrected_by_address: str | None

    @property
    def taken(self) -> Taken:
        name = self.corrected_by or self.corrected_by_address or ""
        return Taken(ranked=self.ranked or (), corrected=self.corrected, corrected_by=name)


def load(ticket: Ticket, user: User, *, whole: bool = False) -> Page:
    """Reads the page; `whole` shows every message of a very long conversation."""
    around = _around(ticket, user)
    newest = _messages(ticket, user, most=None if whole else MESSAGES_SHOWN + 1)
    has_earlier = not whole and len(newest) > MESSAGES_SHOWN
    messages = newest[1:] if has_earlier else newest
    files = _files(messages, ticket, user)
    return Page(
        ticket=ticket,
        user=user,
        messages=messages,
        has_earlier=has_earlier,
        files=files,
        unsent=[one for one in files.get(0, ()) if one.draft_kind],  # type: ignore[attr-defined]  # annotated
        events=_events(ticket, since=messages[0].event_id if has_earlier else 0),
        tags=around.tags,
        seen=around.seen,
        since=around.since,
        partner_open=around.partner_open,
        partner_certified=around.partner_certified,
        mirrored=around.mirrored,
        answers=around.answers,
        taken=around.taken,
        offers=around.offers,
        others=_others(ticket, user),
    )


def mark_seen(page: Page) -> None:
    """Remembers that the reader has the newest event before their eyes."""
    if page.seen != page.ticket.last_event:
        Seen.objects.bulk_create(
            [Seen(user=page.user, ticket=page.ticket, event_id=page.ticket.last_event, at=timezone.now())],
            update_conflicts=True,
            unique_fields=["user", "ticket"],
            update_fields=["event_id", "at"],
        )


def _around(ticket: Ticket, user: User) -> _Around:
    """Tags, what was seen, figures of the partner, what a reply is to, what is offered, what it was taken for: once."""
    if user.on_desk:
        return _Around(*_DESKS_AROUND.values(pk=ticket.pk, user=user.pk)[0])
    return _Around(*_what_is_around(ticket.pk, user.pk, access.tickets_for(user)).get())


def _what_is_around(pk: Any, user: Any, readable: QuerySet[Ticket]) -> QuerySet[Ticket, tuple[Any, ...]]:
    """Ids or `Given`s; `readable` is what this reader may read."""
    seen = Seen.objects.filter(user=user, ticket=OuterRef("pk"))
    open_ones = (
        readable.filter(partner=OuterRef("partner"), status__in=sorted(ACTIVE))
        .exclude(pk=OuterRef("pk"))
        .order_by()
        .values("partner")
        .annotate(count=Count("pk", distinct=True))
        .values("count")
    )
    certified = (
        Certification.objects.filter(account=OuterRef("partner"), deleted=None)
        .order_by()
        .values("account")
        .annotate(count=Count("pk"))
        .values("count")
    )
    return (
        Ticket.objects.filter(pk=pk)
        .annotate(
            names=ArraySubquery(Tag.objects.filter(tickets=OuterRef("pk")).order_by("name").values("name")),
            seen=Coalesce(Subquery(seen.values("event_id")), 0),
            since=Subquery(seen.values("at")),
            partner_open=Coalesce(Subquery(open_ones), 0),
            partner_certified=Coalesce(Subquery(certified), 0),
            mirrored=Subquery(SyncRun.objects.filter(state=SyncRun.State.DONE).order_by("-id").values("started")[:1]),
            answers=Subquery(letters.answerable(OuterRef("pk")).values("pk")[:1]),
            offers=Subquery(prepared.offered(OuterRef("pk")).values("pk")[:1]),
        )
        .values_list(
            "names",
            "seen",
            "since",
            "partner_open",
            "partner_certified",
            "mirrored",
            "answers",
            "offers",
            "recognition__ranked",
            "recognition__corrected",
            "recognition__corrected_by__name",
            "recognition__corrected_by__email",
        )
    )


_DESKS_AROUND = Prepared(lambda: _what_is_around(Given("pk"), Given("user"), Ticket.objects.all()))


def _messages(ticket: Ticket, user: User, *, most: int | None) -> list[Message]:
    """The newest, oldest first."""
    if not user.is_colleague or most != MESSAGES_SHOWN + 1:
        return list(_shown(access.messages_for(user, ticket))[:most])[::-1]
    found = _COLLEAGUES_MESSAGES.all(ticket=ticket.pk)
    for one in found:
        one.ticket = ticket
    return found[::-1]


def _shown(messages: QuerySet[Message]) -> QuerySet[Message]:
    return (
        messages.select_related("author_user", "author_contact__account", "incoming", "outgoing")
        .annotate(has_layout=ExpressionWrapper(~Q(rich_html=""), output_field=BooleanField()))
        .defer(*UNREAD_TEXTS)
        .order_by("-id")
    )


_COLLEAGUES_MESSAGES = Prepared(
    lambda: _shown(Message.objects.filter(ticket=Given("ticket")))[: MESSAGES_SHOWN + 1], many=True
)


def _files(messages: Sequence[Message], ticket: Ticket, user: User) -> dict[int, list[Attachment]]:
    """The files of these messages by message; under 0 what the reader has attached and not yet sent."""
    shown = {None, *(one.pk for one in messages)}
    found: defaultdict[int, list[Attachment]] = defaultdict(list)
    for row in _FILES.all(ticket=ticket.pk, user=user.pk):
        if row.message_id in shown:
            found[row.message_id or 0].append(row)
    return dict(found)


def _files_of(ticket: Given, user: Given) -> QuerySet[Attachment]:
    draft = Draft.objects.filter(user=user, ticket=ticket, attachments=OuterRef("pk")).values("kind")
    return (
        Attachment.objects.filter(Q(message__isnull=False) | Q(uploaded_by=user), ticket=ticket)
        .annotate(draft_kind=Subquery(draft[:1]), **papers.AS_READ)
        .order_by("id")
    )


_FILES = Prepared(lambda: _files_of(Given("ticket"), Given("user")), many=True)


def _events(ticket: Ticket, *, since: int) -> list[Event]:
    """The newest events, oldest first."""
    return list(events_of(ticket).filter(id__gte=since).order_by("-id")[:EVENTS_SHOWN])[::-1]


def _others(ticket: Ticket, user: User) -> list[Ticket]:
    """Other tickets of the same requester, newest first."""
    rows = access.tickets_for(user).filter(requester=ticket.requester_id).exclude(pk=ticket.pk).distinct()
    return list(rows.only("subject", "status", "updated", "kind").order_by(F("id").desc())[:OTHERS_SHOWN])

"""The composer: what it shows, what it was sent with, and sending it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mail import mailboxes, markdown, undeliverable
from people.models import User
from tickets import actions, drafts, letters, prepared, recipients, responses, taking_up
from tickets.compose_form import KINDS, MAX_TEXT, THEN, ComposeForm, number
from tickets.drafts import Written
from tickets.letters import Ending
from tickets.models import Attachment, Draft, Message, PreparedFile, PreparedReply, Response, Ticket
from tickets.page import Page
from tickets.taking_up import Offered


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Who wrote after the text was begun, for the banner."""

    name: str
    at: datetime
    event: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What will be sent or kept: the text, what stands below it, and who keeps the earlier message from going along."""

    html: str
    ending: Ending | None = None
    new: Sequence[str] = ()


@dataclass(kw_only=True)
class Composer:
    """One of the two composers of a page, ready to be drawn."""

    kind: str
    body: str = ""
    to: str = ""
    cc: str = ""
    seen: int = 0
    sequence: int = 0
    saved: datetime | None = None
    submission: str = field(default_factory=lambda: uuid.uuid4().hex)
    files: Sequence[Attachment] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    then: str = ""
    choices: Sequence[str] = ()
    response: Response | None = None
    moved: Moved | None = None
    errors: Sequence[str] = ()
    preview: Preview | None = None
    ending: Ending | None = None
    history: str = Draft.History.KNOWN
    unreachable: Mapping[str, str] = field(default_factory=dict)
    despite: Sequence[str] = ()
    offered: Offered | None = None
    begun_with: int | None = None  # the prepared reply that stood in it
    gone: bool = False  # what it was begun with is offered no more
    filled: Sequence[str] = ()

    @property
    def is_note(self) -> bool:
        return self.kind == Draft.Kind.NOTE

    @property
    def unresolved(self) -> tuple[str, ...]:
        return () if self.is_note else responses.unresolved_in(self.body)

    @property
    def taken(self) -> Offered | None:
        """The prepared reply that is sent with it."""
        return self.offered if self.offered and self.offered.taken else None

    @property
    def histories(self) -> list[tuple[str, str]]:
        """The ways the earlier message may go along."""
        return [(str(value), str(words)) for value, words in Draft.History.choices]

    @property
    def unreachable_now(self) -> dict[str, str]:
        """Those in To and Cc, with the server's words."""
        there = recipients.addresses_in(f"{self.to}, {self.cc}")
        return {address: words for address, words in self.unreachable.items() if address in there}


def composers(page: Page, *, then: str = "", read: int = 0) -> list[Composer]:
    """The composers the reader may use: reply and note for the desk, only the note for a channel manager."""
    kept = drafts.of(page.ticket, page.user)
    kinds = KINDS if page.may_work else (Draft.Kind.NOTE,)
    return [_composer(page, kind, kept.get(kind), then=then, read=read) for kind in kinds]


def composer(page: Page, kind: str, *, then: str = "") -> Composer:
    return next(one for one in composers(page, then=then) if one.kind == kind or not page.may_work)


def bound(page: Page, form: ComposeForm, *, then: str = "") -> Composer:
    """The composer again with exactly what was typed."""
    fresh = composer(page, form.kind_value, then=str(form.data.get("then", then)))
    fresh.body = str(form.data.get("body", "")).replace("\x00", "")
    fresh.to, fresh.cc = str(form.data.get("to", "")), str(form.data.get("cc", ""))
    fresh.seen = number(form.data.get("seen")) or page.ticket.last_event
    fresh.submission = str(form.data.get("submission", "")) or fresh.submission
    fresh.moved = _moved(page, fresh.seen)
    fresh.history = _history(form)
    fresh.despite = recipients.addresses_in(str(form.data.get("despite", "")))
    if not fresh.is_note:
        fresh.begun_with = form.begun_with
        _offer(fresh, page, left_out=_left_out(form), begun=True)
        fresh.unreachable = undeliverable.among([*fresh.known, *recipients.addresses_in(f"{fresh.to}, {fresh.cc}")])
    return fresh


def preview(page: Page, form: ComposeForm) -> Preview:
    """The mail of a reply as it would leave now; of a note its text."""
    html = markdown.render(written(form).body)
    if form.kind_value == Draft.Kind.NOTE:
        return Preview(html=html)
    whole = _ending(page)
    people = recipients.addresses_in(f"{form.data.get('to', '')}, {form.data.get('cc', '')}")
    left = whole.for_these(people, history=_history(form))
    new = whole.quoted.new_to(people) if whole.quoted and not left.quoted else []
    return Preview(html=html, ending=left, new=new)


def take_up(one: Composer, page: Page) -> None:
    """Puts the prepared reply into a composer, above what stands there."""
    if one.offered is None:
        return
    own = "" if one.offered.taken and not one.offered.anew else one.body.strip()
    if own or not one.offered.taken:
        _offer(one, page, left_out=(), begun=False)
        one.body = f"{one.body}\n\n{own}"


def begin_with(one: Composer, response: Response, page: Page) -> None:
    """Puts a filled response into a composer, below what stands there."""
    filled = responses.render(response, responses.values_for(page.ticket, page.user))
    one.body = f"{one.body.rstrip()}\n\n{filled.body}" if one.body.strip() else filled.body
    one.response = response


def send(page_ticket: Ticket, form: ComposeForm, *, user: User, anyway: int = 0) -> Message:
    """Sends a valid form as a reply or keeps it as a note; message, mail, event and the end of the draft are one."""
    given = form.cleaned_data
    kind = given["kind"]
    last_seen = max(given["seen"] or 0, anyway) or None
    submission = f"{user.pk}.{given['submission']}" if given["submission"] else None
    with transaction.atomic():
        files = drafts.files_of(page_ticket, user=user, kind=kind)
        reply = None
        if given["prepared"] and kind == Draft.Kind.REPLY:
            reply = prepared.take(page_ticket, given["prepared"], by=user, submission=submission)
        if reply is not None:
            files = [*prepared.attach(reply, form.enclosed, by=user), *files]
            drafts.check_together(files)
        if kind == Draft.Kind.NOTE:
            message = actions.note(
                page_ticket, by=user, body=given["body"], attachments=files, then=given["then"],
                last_seen=last_seen, submission=submission,
            )  # fmt: skip
        else:
            message = actions.reply(
                page_ticket, by=user, body=given["body"], to=given["to"], cc=given["cc"], attachments=files,
                then=given["then"], last_seen=last_seen, submission=submission,
                history=_history(form), despite=recipients.addresses_in(given["despite"]),
            )  # fmt: skip
        if reply is not None:
            prepared.settle(reply, message)
        drafts.discard(page_ticket, user=user, kind=kind)
    return message


def written(form: ComposeForm) -> Written:
    """The text of a form for a draft, cut to what a draft holds."""

    def text(name: str, most: int) -> str:
        return str(form.data.get(name, "")).replace("\x00", "")[:most]

    return Written(
        body=text("body", MAX_TEXT),
        to=text("to", recipients.MAX_LINE),
        cc=text("cc", recipients.MAX_LINE),
        response=text("response", 80),
        seen=number(form.data.get("seen")),
        history=_history(form),
        prepared=form.begun_with,
        left_out=_left_out(form),
    )


def sent_words(message: Message) -> str:
    """“Sent to Katrin Vogel and 2 more.”"""
    if message.visibility == Message.Visibility.NOTE:
        return _("The note is kept.")
    people = [*message.to, *message.cc]
    first = people[0]["name"] or people[0]["address"]
    if len(people) == 1:
        return _("Sent to %(name)s.") % {"name": first}
    return _("Sent to %(name)s and %(count)d more.") % {"name": first, "count": len(people) - 1}


def _composer(page: Page, kind: str, draft: Draft | None, *, then: str, read: int) -> Composer:
    one = Composer(
        kind=kind,
        seen=max(draft.seen_event if draft and _is_begun(draft, page) else page.ticket.last_event, read),
        files=[file for file in page.unsent if file.draft_kind == kind],  # type: ignore[attr-defined]
        known=recipients.known_to(page.ticket, page.messages) if kind == Draft.Kind.REPLY else {},
        choices=[choice for choice in THEN if choice in page.moves],
    )
    one.then = then if then in one.choices else ""
    if draft:
        one.body, one.to, one.cc, one.sequence = draft.body, draft.to, draft.cc, draft.sequence
        one.history = draft.history
        one.saved = draft.updated if draft.body.strip() else None
        one.response = Response.objects.filter(slug=draft.response).first() if draft.response else None
        one.moved = _moved(page, one.seen)
    if kind == Draft.Kind.REPLY:
        one.begun_with = draft.prepared_id if draft else None
        _offer(one, page, left_out=draft.left_out if draft else (), begun=bool(one.body.strip()))
    if kind == Draft.Kind.REPLY and not one.to:
        to, cc = recipients.answer_to(page.ticket, page.answered, ours=mailboxes.own_addresses())
        one.to, one.cc = recipients.line(to), one.cc or recipients.line(cc)
    if kind == Draft.Kind.REPLY:
        one.ending = _ending(page)
        one.unreachable = undeliverable.among([*one.known, *recipients.addresses_in(f"{one.to}, {one.cc}")])
    return one


def _offer(one: Composer, page: Page, *, left_out: Collection[int], begun: bool) -> None:
    """What is prepared goes into an empty composer; beside a text it is only said."""
    begun_with = one.begun_with if begun else None
    one.gone = page.prepared is None and begun_with is not None
    if page.prepared is None:
        return
    there = {file.stored_id: file for files in page.files.values() for file in files if file.message_id}
    one.offered = taking_up.of(page.prepared, begun=begun, begun_with=begun_with, left_out=left_out, there=there)
    one.known = {**one.known, **one.offered.roles}
    if not begun:
        typed = _typed(one, page)
        one.body, one.to = one.offered.body(page.user), one.offered.to
        one.cc = ", ".join(part for part in (one.offered.cc, *typed) if part)
        one.response, one.seen = one.offered.response, page.ticket.last_event
    if one.offered.taken:
        one.filled = one.offered.filled(page.user)
        one.then = page.prepared.then if page.prepared.then in one.choices else one.then


def _typed(one: Composer, page: Page) -> list[str]:
    """People whom a person has added in To and Cc: neither those of an answer nor of anything prepared."""
    if one.offered is None or not (one.to or one.cc):
        return []
    to, cc = recipients.answer_to(page.ticket, page.answered, ours=mailboxes.own_addresses())
    before = PreparedReply.objects.filter(ticket=page.ticket, pk=one.begun_with).first() if one.begun_with else None
    rows = [*one.offered.people, *([*before.to, *before.cc] if before else [])]
    known = {person.address.lower() for person in (*to, *cc)} | {row["address"].lower() for row in rows}
    return recipients.others_in(f"{one.to}, {one.cc}", known=known)


def _left_out(form: ComposeForm) -> list[int]:
    if form.begun_with is None:
        return []
    files = PreparedFile.objects.filter(reply=form.begun_with).exclude(pk__in=form.enclosed)
    return list(files.values_list("pk", flat=True))


def _ending(page: Page) -> Ending:
    return letters.ending(page.ticket, by=page.user, answers=page.answered)


def _history(form: ComposeForm) -> str:
    """The choice of a form; what is none of ours counts as the cautious one."""
    asked = str(form.data.get("history", ""))
    return asked if asked in Draft.History.values else Draft.History.KNOWN


def _is_begun(draft: Draft, page: Page) -> bool:
    """Somebody writes here: there is text, and it was begun before something happened."""
    return bool(draft.body.strip()) and 0 < draft.seen_event < page.ticket.last_event


def _moved(page: Page, seen: int) -> Moved | None:
    newer = [row for row in page.messages if row.event_id > seen > 0]
    return Moved(name=newer[-1].author_name, at=newer[-1].created, event=newer[-1].event_id) if newer else None

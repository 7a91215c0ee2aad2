"""A visit to a mailbox: every message is stored and committed first, then marked or moved (R-03, M-21).

The order is that of the UIDs above `last_uid`, in batches. What is stored already is only let go of (F-02). A message
the server does not give is written down and tried again later; the rest goes on (F-07). What lay there when we first
came, or when the server numbered its messages anew, is stored silently: nobody is answered.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final, TypeVar

from django.core.files.base import File
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from mail import inbox
from mail.imap import states, trouble
from mail.imap.session import Glance, Session, in_batches, same_source
from mail.imap.trouble import Lost, Trouble, Undeliverable, words
from mail.models import FetchState, IncomingMail, Mailbox
from web import failpoints

log = logging.getLogger(__name__)

BATCH: Final = 25
LOSSES: Final = 3  # connections lost one after another without a message in between: the server is ill, not a message

Answer = TypeVar("Answer")


def never() -> bool:
    return False


class Visit:
    """`ended` is asked between messages: what is being stored is finished first."""

    def __init__(self, session: Session, state: FetchState, *, ended: Callable[[], bool] = never) -> None:
        self.session, self.state, self.ended = session, state, ended
        self.mailbox = session.mailbox
        self.losses, self.taken, self.note = 0, 0, ""

    def run(self, *, recount: bool = False) -> int:
        """Fetches what is new, and now and then what is missing; returns how many messages were stored."""
        self.note = ""
        states.write(self.state, last_try=timezone.now())
        self.begin_again_where_numbers_changed()
        self.fetch(self.due())
        if not self.ended() and (recount or states.is_recount_due(self.state)):
            self.recount()
        if self.ended():
            states.interrupted(self.state)
        else:
            states.succeeded(self.state, note=self.note)
        return self.taken

    def begin_again_where_numbers_changed(self) -> None:
        """Another account or folder is a first visit; new numbers of the same one only make old mail look new."""
        before, now = self.state.uidvalidity, self.session.epoch
        if before == now:
            if self.state.first_new is None and not self.state.backfilled:
                states.write(self.state, first_new=self.next_uid())
            return
        fresh: dict[str, Any] = {
            "uidvalidity": now,
            "last_uid": 0,
            "backfilled": None,
            "first_new": self.next_uid(),
            "skipped": {},
            "missing": [],
            "reconciled": None,
        }
        if before is None or not same_source(before, now):
            fresh["last_success"] = None
        else:
            log.warning("mailbox %s: the server numbered its messages anew; all are looked at again", self.mailbox)
        states.write(self.state, **fresh)

    def next_uid(self) -> int:
        """What the server gives the next message that comes; counted where it does not say."""
        return self.session.next_uid or max(self.session.uids(above=0), default=0) + 1

    def due(self) -> list[int]:
        """Above the last one; what is known to be missing; where mail is moved, whatever still lies there."""
        moving = self.mailbox.imap_after == Mailbox.After.MOVE
        here = self.session.uids(above=0 if moving else self.state.last_uid)
        asked = {*here, *self.state.missing}
        return sorted(uid for uid in asked if uid > self.state.last_uid or str(uid) not in self.state.skipped)

    def fetch(self, uids: list[int]) -> None:
        for batch in in_batches(uids, BATCH):
            if self.ended():
                break
            states.write(self.state, waiting=sum(uid > self.state.last_uid for uid in uids))
            self.fetch_batch(batch)
        states.write(self.state, waiting=sum(uid > self.state.last_uid for uid in uids))

    def fetch_batch(self, batch: list[int]) -> None:
        """What was dealt with when we are asked to end is written down too."""
        known = states.stored(self.mailbox, self.session.epoch, batch)
        glances = self.patiently(lambda: self.session.glances([uid for uid in batch if uid not in known]))
        here, skipped = set(known), dict[str, str]()
        through = 0
        for uid in batch:
            if self.ended():
                break
            try:
                if uid in known or self.store(uid, glances.get(uid)):
                    here.add(uid)
            except Undeliverable as problem:
                skipped[str(uid)] = str(problem)
            through += 1
        done = batch[:through]
        released = sorted(here.intersection(done))
        self.note = self.patiently(lambda: self.session.release(released)) or self.note
        self.write_down(done, skipped, came=bool(here - known))

    def write_down(self, done: list[int], skipped: dict[str, str], *, came: bool) -> None:
        if not done:
            return
        for uid, why in skipped.items():
            if uid not in self.state.skipped:
                log.error("mailbox %s: message %s was left out: %s", self.mailbox, uid, why)
        kept = {uid: why for uid, why in self.state.skipped.items() if int(uid) not in done}
        missing = {uid for uid in self.state.missing if uid not in done} | {int(uid) for uid in skipped}
        states.write(
            self.state,
            last_uid=max(self.state.last_uid, done[-1]),
            last_mail=timezone.now() if came else self.state.last_mail,
            skipped=kept | skipped,
            missing=sorted(missing),
        )

    def store(self, uid: int, glance: Glance | None) -> bool:
        """True when it is in the database; False when it is gone from the server."""
        if glance is None:
            if not self.patiently(lambda: self.session.holds(uid)):
                return False
            glance = Glance()
        size = glance.size
        try:
            raw = self.patiently(lambda: self.session.message(uid, size), uid=uid)
        except Undeliverable:
            if self.patiently(lambda: self.session.holds(uid)):
                raise
            return False
        self.keep(uid, raw, silent=self.is_silent(uid, glance))
        self.losses = 0
        return True

    def keep(self, uid: int, raw: bytes | File[bytes], *, silent: bool) -> None:
        """Committed when this returns."""
        numbers = {"uid": uid, "uidvalidity": self.session.epoch}
        try:
            if isinstance(raw, bytes):
                self.receive(raw, silent=silent, **numbers)
            else:
                with closing(raw):
                    self.receive(raw, silent=silent, **numbers)
        except IntegrityError as problem:
            if "incomingmail_once_per_uid" not in str(problem):
                raise
        except OSError as problem:
            raise Trouble(
                _("Mail cannot be stored: the file store is full or does not answer."), error=problem
            ) from None
        failpoints.reach("imap.stored")

    def receive(self, raw: bytes | File[bytes], *, uid: int, uidvalidity: int, silent: bool) -> None:
        inbox.receive(
            raw, via=IncomingMail.Via.IMAP, mailbox=self.mailbox, uid=uid, uidvalidity=uidvalidity, silent=silent
        )
        self.taken += 1

    def is_silent(self, uid: int, glance: Glance) -> bool:
        """What lay there when we came, even if it is fetched late; after new numbers, what we had seen before."""
        if self.state.backfilled:
            late = uid <= self.state.last_uid
            return late and glance.arrived is not None and glance.arrived <= self.state.backfilled
        if self.state.first_new is not None and uid >= self.state.first_new:
            return False
        last = self.state.last_success
        return last is None or glance.arrived is None or glance.arrived <= last

    def recount(self) -> None:
        """What lies there against what is stored; what is missing is fetched, skipped ones too."""
        count(self.session, self.state)
        self.fetch(sorted(self.state.missing))
        if self.state.missing or self.taken:
            count(self.session, self.state)

    def patiently(self, work: Callable[[], Answer], *, uid: int | None = None) -> Answer:
        """Again on a new connection when one breaks; a message that breaks two is at fault itself."""
        for again in (True, False):
            try:
                return work()
            except Lost as loss:
                self.losses += 1
                if self.losses >= LOSSES or not (again or uid):
                    raise trouble.broke(loss.error) from None
                self.reconnect()
                if not again:
                    sentence = _("The connection broke twice at this message: %(why)s")
                    raise Undeliverable(sentence % {"why": words(loss.error)}) from None
        raise AssertionError

    def reconnect(self) -> None:
        epoch = self.session.epoch
        self.session.reopen()
        if self.session.epoch != epoch:
            raise Trouble(_("The mail server numbered its messages anew while we were fetching. We begin again."))


def count(session: Session, state: FetchState) -> None:
    """Numbers for people: on the server, of these stored, and which are missing."""
    here = session.uids()
    stored = states.stored(session.mailbox, session.epoch, here)
    missing = [uid for uid in here if uid not in stored and uid <= state.last_uid]
    waiting = sum(uid not in stored and uid > state.last_uid for uid in here)
    unexplained = [uid for uid in missing if str(uid) not in state.skipped]
    if unexplained:
        log.error("mailbox %s: %d messages on the server are not stored", session.mailbox, len(unexplained))
    states.write(
        state,
        reconciled=timezone.now(),
        on_server=len(here),
        stored=len(stored),
        missing=missing,
        waiting=waiting,
        skipped={uid: why for uid, why in state.skipped.items() if int(uid) in missing},
    )


def deadline(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until

"""The long-running fetcher: a thread per mailbox, so that a slow one keeps nobody waiting.

A thread holds its mailbox's lock while it is connected: it fetches, waits with IDLE (or half a minute), fetches again.
When something is wrong it lets go and comes back when the row says so.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, Final

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from mail import sealing
from mail.imap import lock, service, states
from mail.imap.fetching import Visit
from mail.imap.lock import Lock
from mail.imap.session import Session
from mail.imap.trouble import Lost
from mail.models import FetchState, Mailbox

log = logging.getLogger(__name__)

LOOK_EVERY: Final = 5.0
POLL_EVERY: Final = 30.0
IDLE_FOR: Final = 300.0
STEADY_AFTER: Final = 60.0  # a connection that lasted this long and ends while idle is nothing to speak of
OTHERS_PAUSE: Final = 15.0
GRACE, PATIENCE = 2.0, 4.0
SETTINGS: Final = (
    "active",
    *("imap_host", "imap_port", "imap_security", "imap_user", "imap_auth", "imap_password", "imap_folder"),
    *("imap_after", "imap_moved_to", "oauth_token_url", "oauth_client_id", "oauth_client_secret", "oauth_scope"),
)


class Watcher:
    """One mailbox, in a thread of its own, until told to end."""

    def __init__(self, mailbox: int, *, at_once: bool) -> None:
        self.mailbox, self.at_once = mailbox, at_once
        self.ending, self.woken = threading.Event(), threading.Event()
        self.resting = False
        self.session: Session | None = None
        self.thread = threading.Thread(target=self.run, name=f"mailbox-{mailbox}", daemon=True)
        self.thread.start()

    def run(self) -> None:
        while not self.ending.is_set():
            pause = self.try_visit()
            connections.close_all()
            self.resting = True
            self.woken.wait(pause)
            self.woken.clear()
            self.resting = False

    def try_visit(self) -> float:
        """Returns how long to wait; a surprise ends neither this thread nor the others."""
        try:
            return self.visit()
        except (DatabaseError, InterfaceError) as problem:
            log.warning("mailbox %s waits for the database: %s", self.mailbox, problem)
            return LOOK_EVERY
        except Exception:
            log.exception("mailbox %s could not be fetched", self.mailbox)
            return 60.0

    def visit(self) -> float:
        mailbox = service.fetched().filter(pk=self.mailbox).first()
        if mailbox is None:
            return LOOK_EVERY
        state = states.state_of(mailbox)
        if not self.at_once and not states.is_due(state):
            return seconds_until_due(state)
        with lock.held(self.mailbox) as mine:
            if mine is None:
                return OTHERS_PAUSE
            self.at_once = False
            return self.stay(mailbox, state, mine)

    def stay(self, mailbox: Mailbox, state: FetchState, mine: Lock) -> float:
        """Connected for as long as it goes well."""
        began = time.monotonic()
        try:
            service.attempt(state, lambda: self.fetch_and_wait(mailbox, state, mine))
        except Idled:
            if time.monotonic() - began > STEADY_AFTER:
                return 1.0
            return OTHERS_PAUSE
        return seconds_until_due(state)

    def fetch_and_wait(self, mailbox: Mailbox, state: FetchState, mine: Lock) -> None:
        self.session = Session(mailbox)
        try:
            visit = Visit(self.session, state, ended=self.ending.is_set)
            while not self.ending.is_set():
                mine.check()
                state.refresh_from_db()
                self.session.has_news()
                visit.run()
                connections.close_all()
                if not self.session.has_news():
                    self.wait(self.session)
        except Lost:
            if not self.ending.is_set():
                raise
        finally:
            session, self.session = self.session, None
            session.close()

    def wait(self, session: Session) -> None:
        """Until there may be something new."""
        try:
            if session.may_idle:
                session.idle(IDLE_FOR, self.ending.is_set)
            else:
                self.woken.wait(POLL_EVERY)
                self.woken.clear()
        except Lost:
            raise Idled from None

    def end(self) -> None:
        self.ending.set()
        self.woken.set()

    def cut(self) -> None:
        """For who hangs in the network; what is stored is stored."""
        session = self.session
        if session is not None:
            session.cut()


class Idled(Exception):  # noqa: N818 - an event
    """The server ended a connection on which nothing happened."""


class Watchers:
    """Follows the rows: who is new, gone, changed or due."""

    def __init__(self) -> None:
        self.running: dict[int, Watcher] = {}
        self.settings: dict[int, Any] = {}

    def run(self, ending: threading.Event) -> None:
        while not ending.is_set():
            try:
                self.look()
            except (DatabaseError, InterfaceError) as problem:
                log.warning("the fetcher waits for the database: %s", problem)
            connections.close_all()
            ending.wait(LOOK_EVERY)
        self.end()

    def look(self) -> None:
        wanted = {mailbox.pk: settings_of(mailbox) for mailbox in service.fetched()}
        for pk, watcher in list(self.running.items()):
            if not watcher.thread.is_alive():
                del self.running[pk]
            elif self.settings[pk] != wanted.get(pk):
                watcher.end()
        for pk, settings in wanted.items():
            if pk not in self.running:
                self.running[pk] = Watcher(pk, at_once=pk in self.settings)
                self.settings[pk] = settings
        due = FetchState.objects.filter(mailbox__in=self.running).exclude(next_try__gt=timezone.now())
        for pk in due.values_list("mailbox", flat=True):
            if self.running[pk].resting:
                self.running[pk].woken.set()

    def end(self) -> None:
        """Within five seconds, whatever hangs."""
        began = time.monotonic()
        for watcher in self.running.values():
            watcher.end()
        self.join(began + GRACE)
        for watcher in self.running.values():
            watcher.cut()
        self.join(began + PATIENCE)

    def join(self, until: float) -> None:
        for watcher in self.running.values():
            watcher.thread.join(max(0.0, until - time.monotonic()))


def settings_of(mailbox: Mailbox) -> tuple[Any, ...]:
    """What a new connection would be made of; a token the server renewed itself is no change."""
    return (*(getattr(mailbox, field) for field in SETTINGS), sealing.origin(mailbox.oauth_refresh_token))


def seconds_until_due(state: FetchState) -> float:
    if state.next_try is None:
        return 1.0
    return max(1.0, (state.next_try - timezone.now()).total_seconds())

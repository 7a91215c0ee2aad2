"""Procedures: what the engine adds to a step, and 200 of them at once beside people who read the desk."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from django.db import connections

from bench import forgetting
from bench.client import WARM_UP, Line, Maker
from bench.server import running
from bench.stepping import KIND, STEPS, WAITS, register
from helpdesk.processes import BASE_DIR
from journal.record import Actor
from partners.contacts import contact_for
from tickets import steps
from tickets.actions import NewTicket, open_ticket
from tickets.models import Step, Ticket
from tickets.models.ticket import Channel
from web import nudging

CHAINS: Final = 60
AT_ONCE: Final = 200
WORKERS: Final = 2
READS: Final = 200
SUBJECT: Final = "Bench: a procedure"


class Engine(NamedTuple):
    """Milliseconds of ours for each automatic step, and for what nobody waits for."""

    step: float
    p95: float
    unheard: float


class Crowd(NamedTuple):
    """How busy the workers were, and a page of the desk without and with them, in milliseconds."""

    taken: float
    busy: float
    idle: float
    beside: float


def engine() -> Engine:
    """Steps that do nothing: all that is left is claiming, recording and telling."""
    register(waits=0)
    with _opened(CHAINS) as tickets:
        steps.work_on(tickets[0].pk)
        taken = [_timed(ticket) / STEPS for ticket in tickets[1:]]
        unheard = statistics.median(_heard(ticket) for ticket in tickets)
    return Engine(step=statistics.median(taken), p95=statistics.quantiles(taken, n=20)[-1], unheard=unheard)


def crowd(page: Maker) -> Crowd:
    """Each step waits as it would for a vendor; two workers take them all while somebody reads the queue."""
    register(waits=WAITS)
    with _opened(AT_ONCE), running("helpdesk.wsgi") as server:
        line = Line(server.port)
        idle = _read(line, page, READS)
        connections.close_all()
        began = time.perf_counter()
        workers = [subprocess.Popen([sys.executable, "-m", "bench.stepping"], cwd=BASE_DIR) for _ in range(WORKERS)]
        beside = _read_while(workers, line, page)
        taken = time.perf_counter() - began
        if any(worker.wait() for worker in workers) or Step.objects.filter(procedure=KIND).exclude(state="done"):
            sys.exit("Not every procedure came to its end.")
        span = _span()
    return Crowd(taken=taken * 1000, busy=AT_ONCE * STEPS * WAITS / WORKERS / span, idle=idle, beside=beside)


def _read(line: Line, page: Maker, repeat: int) -> float:
    """The median of one who reads again and again; the first few fill caches."""
    taken = []
    for number in range(WARM_UP + repeat):
        began = time.perf_counter()
        line.send(page(number))
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken[WARM_UP:])


def _read_while(workers: Sequence[subprocess.Popen[bytes]], line: Line, page: Maker) -> float:
    while _work(workers) and not Step.objects.filter(procedure=KIND, state="running").exists():
        time.sleep(0.05)
    taken: list[float] = []
    while _work(workers):
        taken.append(_read(line, page, 5))
    if not taken:
        sys.exit("The workers had nothing to do.")
    return statistics.median(taken)


def _work(workers: Sequence[subprocess.Popen[bytes]]) -> bool:
    return all(worker.poll() is None for worker in workers)


def _span() -> float:
    """Seconds from the first step's beginning to the last one's end."""
    found = Step.objects.filter(procedure=KIND).order_by("started")
    first, last = found.first(), found.order_by("-finished").first()
    assert first is not None
    assert last is not None
    assert first.started is not None
    assert last.finished is not None
    return (last.finished - first.started).total_seconds()


def _timed(ticket: Ticket) -> float:
    began = time.perf_counter()
    steps.work_on(ticket.pk)
    return (time.perf_counter() - began) * 1000


def _heard(ticket: Ticket) -> float:
    began = time.perf_counter()
    steps.heard(ticket, "replied")
    return (time.perf_counter() - began) * 1000


@contextmanager
def _opened(count: int) -> Iterator[list[Ticket]]:
    """Tickets with a procedure at its beginning; nobody is woken for them, and nothing of them stays."""
    forgetting.tickets(Ticket.objects.filter(subject=SUBJECT))
    nudging.resting_until["broker"] = time.monotonic() + 3600
    contact = contact_for("bench@partner1.load.example", name="Bench")
    new = NewTicket(kind=KIND, subject=SUBJECT, requester=contact, body="As before.", channel=Channel.API)
    try:
        yield [open_ticket(new, by=Actor("Bench")) for _ in range(count)]
    finally:
        nudging.resting_until.clear()
        forgetting.tickets(Ticket.objects.filter(subject=SUBJECT))

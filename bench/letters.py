"""Letters: from DocuSign's signed callback to a ticket that can be decided, one by one and 200 at once.

Web server, worker, mail server and both vendors as in life, on this machine; the times are those of our own rows.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle, islice
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Min

from bench import forgetting, vendors
from bench.client import WARM_UP, Line, Maker
from bench.server import Server, running
from bench.vendors import Vendors
from helpdesk.celery import app
from helpdesk.processes import BASE_DIR, QUEUES
from integrations.models import ConnectNotice, Envelope
from partners.models import Account, Contact
from tickets.models import Step

ALONE: Final = 20
AT_ONCE: Final = 200
WORKERS: Final = 2
READS: Final = 100  # of each page
LONGEST: Final = 300.0  # seconds until somebody is told that it does not end
ASKS: Final = "bench.asks"  # how the addresses of the requesters begin
COMPANIES: Final = (
    "Northwind DevOps GmbH", "Atelier Nuage SAS", "Bluepeak Systems Inc.", "Harbor Public Sector LLC",
    "Kitsune Software KK", "Koru Labs", "Sahel Tech Sarl", "Tessellate Software",
)  # fmt: skip


class Alone(NamedTuple):
    """Milliseconds from the first callback of an envelope to the moment its ticket can be decided."""

    median: float
    p95: float


class Crowd(NamedTuple):
    """Milliseconds until all can be decided, and each page by its name: nobody works, beside them."""

    taken: float
    pages: dict[str, tuple[float, float]]


def alone() -> Alone:
    """One partner after the other fills in the form; a letter begins when the one before can be decided."""
    with _letters() as (found, _server), _worker(found):
        for number in range(ALONE + 1):
            _signed(found, number)
            _until(partial(_all_decidable, number + 1))
        taken = sorted(_waited()[1:])  # the first one of a worker loads the vendors' libraries
    return Alone(median=statistics.median(taken), p95=taken[int(len(taken) * 0.95)])


def crowd(pages: dict[str, Maker]) -> Crowd:
    """Two hundred have signed while no worker was there; then two take them all, and somebody reads the desk."""
    with _letters() as (found, server):
        for number in range(AT_ONCE):
            _signed(found, number)
        _until(lambda: b'"pending": 0' in found.ask("/docusign/connect"))
        line = Line(server.port)
        idle = {name: statistics.median(_read(line, page, WARM_UP + READS)[WARM_UP:]) for name, page in pages.items()}
        with _worker(found):
            _until(lambda: bool(_ours()))
            beside: dict[str, list[float]] = {name: [] for name in pages}
            while len(_decidable()) < AT_ONCE:
                for name, page in pages.items():
                    beside[name] += _read(line, page, 5)
            began, ended = min(_tickets()), max(_decidable())
    taken = {name: (idle[name], statistics.median(beside[name])) for name in pages}
    return Crowd(taken=_milliseconds(ended - began), pages=taken)


def _signed(found: Vendors, number: int) -> None:
    """A partner fills in the PowerForm, as a browser sends it; three callbacks follow."""
    company = next(islice(cycle(COMPANIES), number, None))
    given = {
        "company": company, "requester": f"Ana {number} Silva", "email": f"{ASKS}{number}@load.example",
        "end_customer": f"Customer {number}", "country": "Germany", "purpose": "Tender",
    }  # fmt: skip
    found.ask(f"/powerform/{settings.DOCUSIGN.powerform_ids[0]}", form=urlencode(given).encode())


def _ours() -> list[str]:
    rows = Envelope.objects.filter(letter_request__requester_email__startswith=ASKS)
    return list(rows.values_list("envelope_id", flat=True))


def _steps() -> list[tuple[str, datetime]]:
    """Envelopes whose ticket can be decided, each with the moment it could."""
    asked = "ticket__letter_request__envelope__envelope_id"
    rows = Step.objects.filter(slug="decide", ready__isnull=False, **{f"{asked}__in": _ours()})
    return [(str(envelope), ready) for envelope, ready in rows.values_list(asked, "ready")]


def _decidable() -> list[datetime]:
    return [ready for _envelope, ready in _steps()]


def _all_decidable(wanted: int) -> bool:
    return len(_decidable()) >= wanted


def _waited() -> list[float]:
    """In the order in which they were signed."""
    rows = ConnectNotice.objects.filter(envelope_id__in=_ours()).values_list("envelope_id").annotate(Min("created"))
    called, ready = dict(rows), dict(_steps())
    return [_milliseconds(ready[one] - called[one]) for one in sorted(called, key=lambda each: called[each])]


def _tickets() -> list[datetime]:
    rows = Envelope.objects.filter(letter_request__requester_email__startswith=ASKS)
    return list(rows.values_list("letter_request__ticket__created", flat=True))


def _milliseconds(span: timedelta) -> float:
    return span.total_seconds() * 1000


def _read(line: Line, page: Maker, repeat: int) -> list[float]:
    taken = []
    for number in range(repeat):
        began = time.perf_counter()
        line.send(page(number))
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST
    while not true():
        if time.monotonic() > end:
            sys.exit(f"The letters were not ready to be decided within {LONGEST:.0f} s.")
        time.sleep(0.05)


@contextmanager
def _letters() -> Iterator[tuple[Vendors, Server]]:
    """The vendors, who tell our web server; nothing of the letters stays."""
    newest = Account.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    _forget(newest)
    app.control.purge()
    try:
        with vendors.running() as found, running("helpdesk.wsgi") as server:
            hook = f"http://127.0.0.1:{server.port}/hooks/docusign/"
            found.ask("/docusign/connect", {"url": hook, "keys": list(settings.DOCUSIGN.hmac_keys)})
            yield found, server
    finally:
        _forget(newest)


@contextmanager
def _worker(found: Vendors) -> Iterator[None]:
    """Two processes, as they are started in life."""
    quiet = ["--without-gossip", "--without-mingle"]
    options = ["-c", str(WORKERS), "-Q", ",".join(QUEUES), *quiet]
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "helpdesk", "worker", *options],
        cwd=BASE_DIR,
        env={**os.environ, **found.environment, "LOG_LEVEL": "ERROR", "REMAP_SIGTERM": "SIGQUIT"},
    )
    try:
        _until(lambda: bool(app.control.ping(timeout=0.5)))
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _forget(newest: int) -> None:
    """Also the news that a run which was broken off has left."""
    ConnectNotice.objects.filter(state=ConnectNotice.State.RECEIVED).delete()
    forgetting.letters(Envelope.objects.filter(letter_request__requester_email__startswith=ASKS))
    Contact.objects.filter(email__startswith=ASKS).delete()
    Account.objects.filter(pk__gt=newest).delete()

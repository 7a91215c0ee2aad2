"""What it costs to say what a message is, with the words that say so, and to read the values of an order in it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from documents.papers import Source
from orders import facts
from tickets import kinds, recognition
from tickets.kinds import Clues, Document

MESSAGES: Final = 300
FILLER: Final = (
    "The customer needs the licence by the end of the month, and the discount of last year should hold. " * 40
)
SUBJECTS: Final = (
    "PO 4500{n} for Havelland Klinik", "Request for a quotation, {n} seats", "Where is our order {n}?",
    "SOW GL-00{n}", "Invoice copy {n}", "NFR renewal {n}", "Größe des Logos {n}", "見積のお願い {n}", "Hello {n}",
)  # fmt: skip
ORDER: Final = """Northwind DevOps GmbH        P.O. Box 12 34, 20457 Hamburg
PURCHASE ORDER
PO Number: NW-4500{n}              Date: 21 November 2022
Vendor: GitLab B.V.                Quote Number: Q-0004{n}
End Customer: Havelland Klinik AG  Payment Terms: Net 30
1    GitLab Premium SaaS subscription      120    $ 228.00     $ 27,360.00
Start Date: 2022-12-01             End Date: 2023-11-30
Grand Total: USD 27,360.00
"""


class Taken(NamedTuple):
    """Milliseconds a message: what it is, the same with five documents, and the values of an order in one."""

    plain: tuple[float, float]
    with_documents: tuple[float, float]
    values: tuple[float, float]


def taken() -> Taken:
    """Every text is another one, so that nothing is remembered."""
    return Taken(
        plain=_times(partial(_recognise, documents=0)),
        with_documents=_times(partial(_recognise, documents=5)),
        values=_times(_read),
    )


def _recognise(number: int, *, documents: int) -> None:
    clues = Clues(
        subject=SUBJECTS[number % len(SUBJECTS)].format(n=number),
        body=f"{number}. {FILLER}\nOur purchase order and a quote are attached.",
        from_address="ana@example.com",
        filenames=tuple(f"document_{number}_{at}.pdf" for at in range(max(1, documents))),
        documents=tuple(
            Document(name=f"document_{at}.pdf", text=ORDER.format(n=number) + FILLER, attachment=at)
            for at in range(documents)
        ),
    )
    candidates = kinds.rank(clues)
    kinds.surest(candidates)
    recognition.ranked_of(candidates, clues)


def _read(number: int) -> None:
    paper = Source(name="po.pdf", pages=(ORDER.format(n=number), FILLER))
    mail = Source(name="the mail", pages=(f"Order {number}: {FILLER}",), kind="mail")
    facts.in_sources([paper, mail])


def _times(work: Callable[[int], None]) -> tuple[float, float]:
    """The median and the 95th of a hundred."""
    for number in range(20):
        work(1_000_000 + number)
    found = sorted(_clocked(partial(work, number)) for number in range(MESSAGES))
    return statistics.median(found), found[int(len(found) * 0.95)]


def _clocked(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000

"""`make bench`: every job over real HTTP beside its floors; a table on standard output, JSON in bench/results/."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from bench import (
    adapter,
    audit,
    callbacks,
    certified,
    desk,
    exports,
    intake,
    jobs,
    letters,
    mapping,
    mirror,
    owners,
    papers,
    proofs,
    recognising,
    report,
    routing,
    statements,
    steps,
)
from bench.client import Call, timed
from bench.jobs import Job
from bench.server import Server, running

TICKETS = 100_000
MOST_MEMORY = 150 * 1024 * 1024
LONGEST_STEP = 5
LONGEST_LETTER = 3_000
MOST_BESIDE = 3  # times its idle median
LEAST_BUSY = 0.8
LEAST_MAILS = 150
LEAST_STORED = 300
LEAST_CALLBACKS = 100
LONGEST_BURST = 10_000  # a thousand at a hundred a second
LONGEST_ANSWER = 1_000
LONGEST_OVERHEAD = 3
LONGEST_PULL = 300_000
LONGEST_LOOK = 2_000
LONGEST_AUDIT = 2_000
LONGEST_COVERAGE = 1_000
LONGEST_LIST = 3_000
LONGEST_IMPORT = 10_000
MOST_ADDED = 3.0
LONGEST_CHECK = 10_000
MOST_A_ROW = 2
MOST_FOR_OWNERS = 50 * 1024 * 1024
LONGEST_LOOK_UP = 5
LEAST_LOOK_UPS = 2_000
LONGEST_ROUTED = 30
LONGEST_RECOGNISED = 20
LONGEST_LARGE = 3_000
LONGEST_HOSTILE = 10_000  # milliseconds, as for the cage
MOST_GROWTH = 300 * 1024 * 1024
LONGEST_PAPER = 2_000
LONGEST_PROOF = 5_000
LONGEST_EXPORT = 5_000
LONGEST_WORKBOOK = 15_000
MOST_FOR_AN_EXPORT = 100 * 1024 * 1024
MOST_FOR_A_PAPER = 500 * 1024 * 1024
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--tickets", type=int, default=TICKETS, help="how many the desk has at least")
    parser.add_argument("--only", default="", help="only jobs whose name holds this")
    options = parser.parse_args()
    measured = desk.ready(tickets=options.tickets)
    wanted = [job for job in jobs.jobs(measured) if options.only in job.name]
    counted = {job.name: _statements(job) for job in wanted}
    connections.close_all()
    rows = [] if options.only else floors()
    with running("helpdesk.wsgi") as server:
        rows += [_row(job, counted[job.name], server) for job in wanted]
        rows += memory(server) if wanted else []  # a server nobody asked has not begun yet
    rows += [row for name, jobs_of in OTHERS.items() if options.only in name for row in jobs_of(measured)]
    print(f"\n{measured.tickets:,} tickets\n\n{report.table(rows)}\n\n{report.keep(rows, tickets=measured.tickets)}")


def floors() -> list[Row]:
    """What nothing above can be quicker than."""
    with running("bench.floor:application") as server:
        empty = timed(server.port, lambda _: Call(path="/empty/"), repeat=300)
        select = timed(server.port, lambda _: Call(path="/select/"), repeat=300)
    return [
        {
            "job": "floor: empty view",
            "median": empty.median,
            "p95": empty.p95,
            "bytes": empty.bytes,
            "rate": empty.rate,
        },
        {
            "job": "floor: one select 1",
            "median": select.median,
            "p95": select.p95,
            "statements": 1,
            "rate": select.rate,
        },
        {"job": "floor: select 1, no web", "median": _select(), "statements": 1},
    ]


def memory(server: Server) -> list[Row]:
    used = server.memory()
    return [
        {"job": "memory of a web process", "bytes": used, "aim": _verdict([("150 MB", used <= MOST_MEMORY)])},
        {"job": "… its share of it", "bytes": server.share()},
    ]


def mails() -> Row:
    found = intake.taken_in()
    return {
        "job": "mail intake, one process",
        "median": found.median,
        "p95": found.p95,
        "statements": intake.statements(),
        "bytes": found.bytes,
        "rate": found.rate,
        "aim": _verdict([("150/s", found.rate >= LEAST_MAILS)]),
    }


def from_docusign() -> list[Row]:
    kept, burst, overhead = callbacks.kept(), callbacks.burst(), callbacks.overhead()
    rate = _verdict([(f"{LEAST_CALLBACKS}/s", kept.rate >= LEAST_CALLBACKS)])
    answered = [("10 s", burst.answered <= LONGEST_BURST), ("1 s each", burst.slowest <= LONGEST_ANSWER)]
    ours = _verdict([(f"{LONGEST_OVERHEAD} ms", overhead <= LONGEST_OVERHEAD)])
    return [
        {"job": "callback, one process", "median": kept.median, "p95": kept.p95, "rate": kept.rate, "aim": rate},
        {"job": "1,000 callbacks: answered", "median": burst.answered, "aim": _verdict(answered)},
        {"job": "1,000 callbacks: slowest", "median": burst.slowest},
        {"job": "1,000 callbacks: applied", "median": burst.applied, "rate": 1000 * callbacks.BURST / burst.applied},
        {"job": "DocuSign, our part of a call", "median": overhead, "aim": ours},
    ]


def stored() -> Row:
    found = intake.stored()
    return {
        "job": "mail stored, one process",
        "median": found.median,
        "p95": found.p95,
        "bytes": found.bytes,
        "rate": found.rate,
        "aim": _verdict([(f"{LEAST_STORED}/s", found.rate >= LEAST_STORED)]),
    }


def large_mail() -> Row:
    taken, grew = intake.large()
    aims = [("3 s", taken <= LONGEST_LARGE), ("300 MB", grew <= MOST_GROWTH)]
    return {"job": "mail of 30 MB, memory", "median": taken, "bytes": grew, "aim": _verdict(aims)}


def hostile_mails() -> list[Row]:
    return [
        {"job": f"mail: {name}", "median": taken, "aim": _verdict([("10 s", taken <= LONGEST_HOSTILE)])}
        for name, taken in intake.hostile().items()
    ]


def adapted() -> Row:
    """What our side adds to a call of a vendor."""
    found = adapter.overhead()
    aim = _verdict([("3 ms", found.added <= MOST_ADDED)])
    return {"job": "adapter: added to a call", "median": found.added, "p95": found.p95 - found.plain, "aim": aim}


def mirrored() -> list[Row]:
    """50,000 accounts and 200,000 contacts."""
    found = mirror.pulled()
    whole = [("5 min", found.first <= LONGEST_PULL), ("150 MB", found.grew <= MOST_MEMORY)]
    return [
        {"job": "all of Salesforce, first", "median": found.first, "bytes": found.grew, "aim": _verdict(whole)},
        {
            "job": "all of Salesforce, again",
            "median": found.again,
            "aim": _verdict([("5 min", found.again <= LONGEST_PULL)]),
        },
        {
            "job": "Salesforce, nothing new",
            "median": found.nothing_new,
            "aim": _verdict([("2 s", found.nothing_new <= LONGEST_LOOK)]),
        },
    ]


def audited() -> list[Row]:
    """50,000 partners and 20,000 open opportunities against the rules in memory."""
    found = audit.measured()
    whole, cover = [("2 s", found.findings <= LONGEST_AUDIT)], [("1 s", found.coverage <= LONGEST_COVERAGE)]
    return [
        {"job": "audit: 50,000 partners", "median": found.findings, "aim": _verdict(whole)},
        {"job": "audit: coverage table", "median": found.coverage, "aim": _verdict(cover)},
        {"job": f"audit: list of {found.listed:,}", "median": found.members},
    ]


def certifications() -> list[Row]:
    """10,000 partners with their teams: who is one certificate short, who gained or lost it, who has left."""
    found = certified.measured()
    return [
        {
            "job": f"10,000 partners: {name}",
            "median": taken,
            "aim": _verdict([(f"{LONGEST_LIST // 1000} s", taken <= LONGEST_LIST)]),
        }
        for name, taken in found._asdict().items()
    ]


def owned() -> list[Row]:
    """A spreadsheet of 10,000 accounts; a worker is killed in between."""
    found = owners.changed()
    checked = [("10 s", found.checked <= LONGEST_CHECK), ("50 MB", found.check_grew <= MOST_FOR_OWNERS)]
    applied = [("2 ms of ours a row", found.ours <= MOST_A_ROW), ("50 MB", found.grew <= MOST_FOR_OWNERS)]
    return [
        {
            "job": "10,000 owners: checked",
            "median": found.checked,
            "bytes": found.check_grew,
            "aim": _verdict(checked),
        },
        {"job": "10,000 owners: written", "median": found.applied, "bytes": found.grew, "aim": _verdict(applied)},
        {"job": "10,000 owners: ours a row", "median": found.ours},
    ]


def routed(measured: desk.Desk) -> list[Row]:
    """With 5,000 rules: the function, and the API with its kept answers."""
    with routing.rules(), running("helpdesk.wsgi") as server:
        found = routing.looked_up()
        calls = timed(server.port, routing.over_http(measured.token), repeat=300)
    quick = [("5 ms", found.p95 <= LONGEST_LOOK_UP), (f"{LEAST_LOOK_UPS}/s", found.rate >= LEAST_LOOK_UPS)]
    return [
        {
            "job": "who manages: look-up",
            "median": found.median,
            "p95": found.p95,
            "rate": found.rate,
            "aim": _verdict(quick),
        },
        {"job": "who manages: rules of a day", "median": found.read},
        {
            "job": "who manages: API",
            "median": calls.median,
            "p95": calls.p95,
            "bytes": calls.bytes,
            "rate": calls.rate,
            "aim": _verdict([("p95 30 ms", calls.p95 <= LONGEST_ROUTED)]),
        },
    ]


def mapped() -> list[Row]:
    """A workbook of 20,000 rows, with its diff."""
    found = mapping.imported()
    named = (
        ("mapping: 20,000, dry run", found.dry_run),
        ("mapping: 20,000, import", found.first),
        (f"mapping: {found.changed:,} changed", found.second),
        ("mapping: undo", found.undo),
    )
    return [{"job": job, "median": taken, "aim": _verdict([("10 s", taken <= LONGEST_IMPORT)])} for job, taken in named]


def recognised() -> list[Row]:
    """A message of 4 KB, alone and with five documents; the values of an order."""
    found = recognising.taken()
    named = (
        ("a message: what it is", found.plain),
        ("a message with 5 documents", found.with_documents),
        ("an order: its values", found.values),
    )
    return [
        {
            "job": job,
            "median": median,
            "p95": p95,
            "aim": _verdict([(f"p95 {LONGEST_RECOGNISED} ms", p95 <= LONGEST_RECOGNISED)]),
        }
        for job, (median, p95) in named
    ]


def stepped(measured: desk.Desk) -> list[Row]:
    """What the engine adds to a step; 200 procedures at once, two workers, and somebody who reads the queue."""
    found = steps.engine()
    crowd = steps.crowd(next(job.make for job in jobs.jobs(measured) if job.name.startswith("queue page")))
    quick = _verdict([(f"{LONGEST_STEP} ms", found.step <= LONGEST_STEP)])
    busy = _verdict([(f"{LEAST_BUSY:.0%} busy", crowd.busy >= LEAST_BUSY)])
    beside = _verdict([(f"{MOST_BESIDE} x idle", crowd.beside <= MOST_BESIDE * crowd.idle)])
    return [
        {"job": "a step, the engine's part", "median": found.step, "p95": found.p95, "aim": quick},
        {"job": "a word nobody waits for", "median": found.unheard, "statements": 1},
        {"job": f"{steps.AT_ONCE} procedures, {crowd.busy:.0%} busy", "median": crowd.taken, "aim": busy},
        {"job": "queue page, nobody works", "median": crowd.idle},
        {"job": "queue page, beside them", "median": crowd.beside, "aim": beside},
    ]


def lettered(measured: desk.Desk) -> list[Row]:
    """From a signed callback to the decision; 200 letters at once, two workers, and somebody who reads the desk."""
    found = letters.alone()
    pages = {job.name.partition(",")[0]: job.make for job in jobs.jobs(measured) if " page, " in job.name}
    crowd = letters.crowd(pages)
    quick = _verdict([("p95 3 s", found.p95 <= LONGEST_LETTER)])
    rows: list[Row] = [
        {"job": "letter: callback to decision", "median": found.median, "p95": found.p95, "aim": quick},
        {"job": f"{letters.AT_ONCE} letters, two workers", "median": crowd.taken},
    ]
    for name, (idle, beside) in crowd.pages.items():
        held = _verdict([(f"{MOST_BESIDE} x idle", beside <= MOST_BESIDE * idle)])
        rows.append({"job": f"{name}, nobody works", "median": idle})
        rows.append({"job": f"{name}, beside them", "median": beside, "aim": held})
    return rows


def _statements(job: Job) -> tuple[int, float]:
    """Of the second call: the first one fills caches."""
    statements.statements_of(job.make(10_000_001))
    sql = statements.statements_of(job.make(10_000_002))
    return len(sql), statements.bare(sql)


def _row(job: Job, counted: tuple[int, float], server: Server) -> Row:
    times = timed(server.port, job.make, repeat=job.repeat)
    aims = []
    if job.most_ms:
        aims.append((f"{job.most_ms:.0f} ms", times.median <= job.most_ms))
    if job.most_statements:
        aims.append((f"{job.most_statements} statements", counted[0] <= job.most_statements))
    if job.least_rate:
        aims.append((f"{job.least_rate:.0f}/s", times.rate >= job.least_rate))
    return {
        "job": job.name,
        "median": times.median,
        "p95": times.p95,
        "statements": counted[0],
        "bare": counted[1],
        "bytes": times.bytes,
        "rate": times.rate,
        "aim": _verdict(aims),
    }


def _verdict(aims: list[tuple[str, bool]]) -> str:
    missed = [aim for aim, held in aims if not held]
    return f"missed {', '.join(missed)}" if missed else ", ".join(aim for aim, _ in aims)


def _select() -> float:
    taken = []
    with connection.cursor() as cursor:
        for _ in range(300):
            began = time.perf_counter()
            cursor.execute("SELECT 1")
            cursor.fetchone()
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def papers_read() -> list[Row]:
    """A file as a worker reads it, beside what the aim allows."""
    found = papers.read()
    rows: list[Row] = [
        {
            "job": "a PDF of 20 pages read",
            "median": found.pdf,
            "bytes": found.grown,
            "aim": _verdict(
                [
                    ("2 s", found.pdf <= LONGEST_PAPER),
                    ("500 MB", found.grown <= MOST_FOR_A_PAPER),
                ]
            ),
        },
        {"job": "a page of it drawn", "median": found.drawn},
        {"job": "values found in it", "median": found.found},
    ]
    return rows + ([{"job": "a scanned page recognised", "median": found.scan}] if found.scan else [])


def exported() -> list[Row]:
    """Who is certified of 100,000 people, made into the table a partner gets; both processes together."""
    kinds = (("csv", exports.separated(), LONGEST_EXPORT), ("xlsx", exports.workbook(), LONGEST_WORKBOOK))
    return [
        {
            "job": f"an export of 100,000, {kind}",
            "median": found.taken,
            "bytes": found.grown,
            "aim": _verdict(
                [
                    (f"{longest // 1000} s", found.taken <= longest),
                    ("100 MB", found.grown <= MOST_FOR_AN_EXPORT),
                ]
            ),
        }
        for kind, found, longest in kinds
    ]


def proven(measured: desk.Desk) -> list[Row]:
    """What is automatic of a proof: its document, the registration, three writes read back, the draft."""
    found = proofs.submitted(measured.reader)
    return [
        {
            "job": "a proof, document to draft",
            "median": found.whole,
            "p95": found.slowest,
            "aim": _verdict([("5 s", found.slowest <= LONGEST_PROOF)]),
        },
        {"job": "… read and checked", "median": found.checked},
        {"job": "… written and drafted", "median": found.written},
    ]


OTHERS: dict[str, Callable[[desk.Desk], list[Row]]] = {
    "mail intake": lambda _: [stored(), mails(), large_mail(), *hostile_mails()],
    "adapter of Salesforce": lambda _: [adapted()],
    "docusign callbacks": lambda _: from_docusign(),
    "partners' mirror": lambda _: mirrored(),
    "owners by spreadsheet": lambda _: owned(),
    "who manages what": routed,
    "recognising": lambda _: recognised(),
    "papers": lambda _: papers_read(),
    "user exports": lambda _: exported(),
    "proofs": proven,
    "procedures": stepped,
    "letters": lettered,
    "mapping import": lambda _: mapped(),
    "audit of the rules": lambda _: audited(),
    "certified lists": lambda _: certifications(),
}

if __name__ == "__main__":
    main()

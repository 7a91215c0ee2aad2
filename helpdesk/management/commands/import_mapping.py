"""`import_mapping FILE [--dry-run] [--effective DATE] [--skip-bad]`: the CAM mapping workbook (contract §1)."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from documents.tables import Unfit
from journal.record import DESK
from people.models import ChannelManager
from routing.dating import Refused
from routing.importing import acts, years
from routing.importing.comparing import Difference
from routing.importing.reading import Line


class Command(BaseCommand):
    help = "Imports the CAM mapping workbook; nothing is applied when a row is rejected, unless --skip-bad."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="an .xlsx or .csv in the layout “Mapping Tables”")
        parser.add_argument("--dry-run", action="store_true", help="only print what would change")
        parser.add_argument("--effective", type=day, metavar="DATE", help="the first day it holds; today by default")
        parser.add_argument("--skip-bad", action="store_true", help="leave rejected rows out and apply the others")
        parser.add_argument(
            "--fiscal-year", type=label, default="", metavar="FY23", help="its label; from the file's name or DATE"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        self.quiet = options["verbosity"] == 0
        name, on = options["file"].name, options["effective"] or timezone.localdate()
        given = {"name": name, "effective": on, "year": options["fiscal_year"]}
        try:
            content = options["file"].read_bytes()
            found = acts.try_out(content, **given, watch=self.watched)
        except OSError as problem:
            raise CommandError(f"{options['file']} cannot be read: {problem.strerror}.") from problem
        except Unfit as unfit:
            raise CommandError(str(unfit)) from unfit
        self.tell(found)
        if found.rejected and not options["skip_bad"]:
            raise CommandError("Nothing was changed: correct the rejected rows, or leave them out by --skip-bad.")
        if options["dry_run"]:
            self.stdout.write("Nothing was changed: this was a dry run.")
            return
        self.apply(content, given, found, skip_bad=options["skip_bad"])
        self.stdout.write(f"In the mapping from {on.isoformat()} on.")

    def apply(self, content: bytes, given: dict[str, Any], found: Difference, *, skip_bad: bool) -> None:
        """What was told and nothing else."""
        with self.bar(len(found.added) + len(found.changed) + len(found.renewed), "writing") as bar:
            change = acts.prepare(content, **given, by=DESK)
            try:
                acts.confirm(change, by=DESK, skip_bad=skip_bad, seen=found.digest(), watch=bar.update)
            except Refused as refused:
                acts.drop(change, by=DESK)  # nobody waits for it
                raise CommandError(str(refused)) from refused

    def watched(self, lines: list[Line]) -> Iterator[Line]:
        with self.bar(len(lines), "checking") as bar:
            for line in lines:
                yield line
                bar.update()

    def bar(self, total: int, what: str) -> Any:
        return tqdm(total=total, desc=what, unit=" rows", file=sys.stderr, disable=self.quiet)

    def tell(self, found: Difference) -> None:
        """Every row that is not the same, with its number, and how many there are."""
        names = dict(ChannelManager.objects.values_list("pk", "name"))
        for row in found.added:
            self.stdout.write(f"added     row {row.row}, {row.cell}  {row.table}  {row.key} → {row.result}")
        for rule, row in found.changed:
            was = names.get(rule.manager or 0, rule.result)
            self.stdout.write(f"changed   row {row.row}, {row.cell}  {row.table}  {row.key}: {was} → {row.result}")
        for rule in found.removed:
            was, where = names.get(rule.manager or 0, rule.result), f"row {rule.row}" if rule.row else "entered here"
            self.stdout.write(f"removed   ({where} until now)  {rule.table}  {rule.key}: {was}")
        for one in found.rejected:
            self.stdout.write(f"rejected  row {one.row}, {one.cell}  {one.table}  {one.key or '–'}: {one.words}")  # noqa: RUF001 - a dash
        said = (f"{count:,} {'the same' if name == 'same' else name}" for name, count in found.counts.items())
        self.stdout.write(f"{', '.join(said)}.")


def day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as problem:
        raise ArgumentTypeError(f"“{text}” is no day. Write it as 2022-11-18.") from problem
    if wrong := years.why_not_from(found, on=timezone.localdate()):
        raise ArgumentTypeError(wrong)
    return found


def label(text: str) -> str:
    try:
        return years.labelled(text)
    except ValueError as problem:
        raise ArgumentTypeError(str(problem)) from problem

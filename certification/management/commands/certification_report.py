"""`certification_report EXPORT [-o OUT]`: Impartner's user export into the file a partner gets (contract §1)."""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from certification.export import Refused, Summary, convert

WORKBOOKS: Final = (".xlsx", ".xlsm", ".xls")


class Command(BaseCommand):
    help = "Turns an Impartner user export into the file a partner gets; a summary on standard error."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("export", type=Path, metavar="EXPORT", help="a .csv or .xlsx exported from Impartner")
        parser.add_argument("-o", "--out", type=Path, metavar="OUT", help="the .csv to write, or standard output")
        parser.add_argument("--bom", action="store_true", help="with the byte order mark that Excel needs for “ü”")

    def handle(self, *_args: Any, **options: Any) -> None:
        export, out = options["export"], options["out"]
        if out is not None and out.suffix.lower() in WORKBOOKS:
            raise CommandError(f"The table is a CSV. Name a .csv with -o, not {out}.")
        try:
            summary = convert(export, None, name=export.name)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except OSError as problem:
            raise CommandError(f"{export} cannot be read: {problem.strerror}.") from problem
        table = summary.table if options["bom"] else summary.table.removeprefix(codecs.BOM_UTF8)
        try:
            write(table, out)
        except OSError as problem:
            raise CommandError(f"{out or 'Standard output'} cannot be written: {problem.strerror}.") from problem
        if options["verbosity"]:
            self.tell(summary)

    def tell(self, summary: Summary) -> None:
        people = _("%(rows)d rows, %(people)d people, %(active)d of them active")
        self.stderr.write(people % {"rows": summary.rows, "people": summary.people, "active": summary.active})
        for course, count in summary.counts.items():
            self.stderr.write(f"{count:>7}  {course}")
        for domain, count in summary.domains.most_common(10):
            self.stderr.write(f"{count:>7}  @{domain}")
        for remark in summary.remarks:
            self.stderr.write(f"note: {remark}")


def write(table: bytes, out: Path | None) -> None:
    """A file appears whole or not at all, where a link points to; what is no file is written to as it stands."""
    if out is None:
        _to_standard_output(table)
        return
    if out.exists() and not out.is_file():  # a device or a pipe is not put aside for a file
        out.write_bytes(table)
        return
    target = out.resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(table)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _to_standard_output(table: bytes) -> None:
    if sys.stdout is None:
        raise CommandError("Standard output is closed. Say with -o where the table goes.")
    try:
        sys.stdout.buffer.write(table)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes it at its end
        raise

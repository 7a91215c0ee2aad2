"""`certification_report EXPORT [-o OUT]`: Impartner's user export into the file a partner gets (contract §1)."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from certification.export import Refused, Summary, convert


class Command(BaseCommand):
    help = "Turns an Impartner user export into the file a partner gets; a summary on standard error."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("export", type=Path, metavar="EXPORT", help="a .csv or .xlsx exported from Impartner")
        parser.add_argument("-o", "--out", type=Path, metavar="OUT", help="the .csv to write, or standard output")

        parser.add_argument("--no-bom", action="store_true", help="without the byte order mark that Excel needs")

    def handle(self, *_args: Any, **options: Any) -> None:
        export, out = options["export"], options["out"]
        try:
            summary = convert(export, None, name=export.name)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        except OSError as problem:
            raise CommandError(f"{export} cannot be read: {problem.strerror}.") from problem
        table = summary.table.removeprefix(codecs.BOM_UTF8) if options["no_bom"] else summary.table
        self.write(table, out)
        if options["verbosity"]:
            self.tell(summary)

    def write(self, table: bytes, out: Path | None) -> None:
        """A file appears whole or not at all."""
        if out is None:
            sys.stdout.buffer.write(table)
            sys.stdout.buffer.flush()
            return
        part = out.with_name(f".{out.name}.part")
        try:
            part.write_bytes(table)
            part.replace(out)
        except OSError as problem:
            part.unlink(missing_ok=True)
            raise CommandError(f"{out} cannot be written: {problem.strerror}.") from problem

    def tell(self, summary: Summary) -> None:
        people = _("%(rows)d rows, %(people)d people, %(active)d of them active")
        self.stderr.write(people % {"rows": summary.rows, "people": summary.people, "active": summary.active})
        for course, count in summary.counts.items():
            self.stderr.write(f"{count:>7}  {course}")
        for domain, count in summary.domains.most_common(10):
            self.stderr.write(f"{count:>7}  @{domain}")
        for remark in summary.remarks:
            self.stderr.write(f"note: {remark}")

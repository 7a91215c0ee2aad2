"""Tries the vendors with the configured credentials and says, field by field, what the configured mapping finds."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from integrations import breaker, calls, equipment, registry
from integrations.models import Vendor


class Command(BaseCommand):
    help = "Tries Salesforce and DocuSign and says, field by field, what is found. Exit 0 when all is found, else 1."

    def handle(self, *_args: Any, **_options: Any) -> None:
        assert equipment.__all__  # importing it registered the checks
        missing = 0
        for vendor in Vendor:
            check = registry.checkers.get(vendor.value)
            with calls.piece_of_work(), breaker.overruled(vendor.value):
                for finding in check() if check else ():
                    missing += not finding.ok
                    mark = "ok     " if finding.ok else "MISSING"
                    self.stdout.write(f"{mark}  {vendor.label:<10}  {finding.subject:<42}  {finding.words}")
        self.stdout.write("All is found." if not missing else f"{missing} not found or not as needed.")
        if missing:
            sys.exit(1)

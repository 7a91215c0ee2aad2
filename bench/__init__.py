"""How quick the desk is: `make bench`. Importing this starts the servers of VAR_DIR/bench and sets Django up."""

from __future__ import annotations

import os
from pathlib import Path

import django

VAR = Path(os.environ.get("VAR_DIR") or "var").absolute()
if VAR.name != "bench":  # the data stays there from run to run, apart from the demo's
    VAR /= "bench"
    os.environ["VAR_DIR"] = str(VAR)
os.environ.setdefault("DEMO", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

from helpdesk.embedded import prepare_environment  # noqa: E402 - VAR_DIR comes first

prepare_environment()
django.setup()

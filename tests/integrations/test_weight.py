"""Who does not speak to the vendors does not carry their libraries, 90 MB together (vendors.md §2, decision 0015)."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from helpdesk.clock import app
app.loader.init_worker()
app.finalize()
assert "partners.models" in sys.modules
from django.urls import get_resolver
import helpdesk.wsgi
assert list(get_resolver().url_patterns)
print(sorted({"simple_salesforce", "docusign_esign"} & set(sys.modules)), len(app.conf.beat_schedule) > 5)
"""


def test_neither_beat_nor_a_web_process_loads_them() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.splitlines()[-1:] == ["[] True"], done.stderr

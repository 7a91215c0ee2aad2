"""Issue C: a web process asks a worker by the name of a task; the vendors' libraries (90 MB) stay out of it."""

from __future__ import annotations

import subprocess
import sys

from django.conf import settings

LOADED = """
import sys
import helpdesk.wsgi
from django.urls import URLResolver, get_resolver

def load(resolver):
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            load(one)

load(get_resolver())
kept_out = {"simple_salesforce", "docusign_esign", "zeep", "sandbox"}
print(len(sys.modules) > 1000, "partners.views" in sys.modules, sorted(kept_out & sys.modules.keys()))
"""


def test_no_library_of_a_vendor_is_loaded() -> None:
    """Every address of the desk is imported, as a web process does; import-linter cannot see names in settings."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.split(maxsplit=2) == ["True", "True", "[]\n"]

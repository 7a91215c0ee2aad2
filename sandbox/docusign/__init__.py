"""A stand-in for DocuSign: eSignature REST v2.1, its account server, Connect, and pages to play its people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sandbox.docusign import admin, api, oauth, overview, powerforms, signing, telling
from sandbox.docusign.errors import fault_body
from sandbox.docusign.vendor import opened
from sandbox.web import Route

__all__ = ["fault_body", "routes"]


def routes(
    folder: Path,
    *,
    public_keys: Sequence[str],
    connect_url: str = "",
    connect_keys: Sequence[str] = (),
    past: bool = False,
) -> list[Route]:
    """Keeps its file below `folder`. `public_keys` are PEMs (public, or private) that may sign assertions."""
    start = {"url": connect_url, "keys": list(connect_keys)}
    named = {name: value for name, value in start.items() if value}
    vendor = opened(folder, keys=oauth.public_keys(public_keys), connect=named, past=past)
    vendor.connect.start()
    pages = [*overview.routes(vendor), *telling.routes(vendor), *powerforms.routes(vendor), *signing.routes(vendor)]
    return [*oauth.routes(vendor), *api.routes(vendor), *admin.routes(vendor), *pages]

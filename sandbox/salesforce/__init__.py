"""Salesforce's side of the wire: tokens, queries, rows, files, posts, over an organisation that is invented."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sandbox.salesforce import api, browsing, control, editing, seeding
from sandbox.salesforce.errors import fault_body
from sandbox.salesforce.oauth import Door, public_halves
from sandbox.salesforce.settings import Settings
from sandbox.salesforce.store import Clock, Store, now
from sandbox.web import Route

__all__ = ["fault_body", "routes"]


def routes(folder: Path, *, public_keys: Sequence[str], clock: Clock = now) -> list[Route]:
    """`public_keys` (PEMs, of either half) are whom the connected app believes; the rows are kept below `folder`."""
    store, settings = Store(folder / "salesforce.sqlite3", clock=clock), Settings()
    if store.is_empty():
        seeding.reset(store)
    settings.load(store)
    door = Door(store=store, settings=settings, consumers=seeding.consumers(), public_keys=public_halves(public_keys))
    made = api.Api(store=store, settings=settings, door=door)
    return [
        Route("POST", "/services/oauth2/token", door.token),
        Route("GET", "/services/data/?", api.versions),
        *(Route(method, "/services/data/.+", made.answer) for method in api.METHODS),
        *control.routes(made),
        *editing.routes(made),
        *browsing.routes(store),
    ]

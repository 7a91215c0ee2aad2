"""A pull against our own feed, and what it left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from partners import sync_running
from partners.models import SyncRun
from tests.partners.feed import OwnFeed

Pull = Callable[..., SyncRun]


@pytest.fixture
def feed() -> OwnFeed:
    return OwnFeed()


@pytest.fixture
def pull(db: Any, feed: OwnFeed) -> Pull:
    """Runs a sync and hands back its row."""

    def make(*, full: bool = False) -> SyncRun:
        asked = SyncRun.objects.create(full=full, state=SyncRun.State.WAITING)
        run = sync_running.run(asked.pk, feed=feed)
        assert run is not None
        return run

    return make

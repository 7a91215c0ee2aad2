"""The published roster, loaded once for a module: what a test changes is gone after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

import people.loading
import routing.loading


@pytest.fixture(scope="module")
def roster(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """For modules whose tests all run inside a transaction (`django_db` without `transaction=True`)."""
    with django_db_blocker.unblock(), transaction.atomic():
        people.loading.load()
        routing.loading.load()
        yield
        transaction.set_rollback(True)

"""One organisation for the tests of a file; each begins with the seed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.salesforce_org import Clock, Org


@pytest.fixture(scope="module")
def running_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    running = Org(tmp_path_factory.mktemp("salesforce"), Clock())
    yield running
    running.stop()


@pytest.fixture
def org(running_org: Org) -> Org:
    running_org.reset()
    return running_org

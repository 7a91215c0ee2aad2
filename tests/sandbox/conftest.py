"""A stand-in of each vendor for all tests here; each test starts from the seed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.docusign_world import World
from tests.sandbox.salesforce_org import Clock, Org


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("docusign"))
    yield world
    world.end()


@pytest.fixture
def world(running: World) -> World:
    running.ask("/docusign/reset", {})
    return running


@pytest.fixture(scope="session")
def running_org(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    org = Org(tmp_path_factory.mktemp("salesforce"), Clock())
    yield org
    org.stop()


@pytest.fixture
def org(running_org: Org) -> Org:
    running_org.reset()
    return running_org

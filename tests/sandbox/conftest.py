"""One stand-in for all tests of the DocuSign side; each starts from the seed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.docusign_world import World


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("docusign"))
    yield world
    world.end()


@pytest.fixture
def world(running: World) -> World:
    running.ask("/docusign/reset", {})
    return running

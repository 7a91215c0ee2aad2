"""Ports and folders that are taken get one sentence before anything starts."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import pytest

from helpdesk.claim import read_ports
from helpdesk.launcher import LaunchError
from tests.ground.conftest import Ground

TABLE = {"PORT": "18900", "SANDBOX_PORT": "18901", "SMTP_PORT": "18925", "SANDBOX_SMTP_PORT": "18926"}


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_the_other_ports_follow_the_first() -> None:
    assert read_ports({"PORT": "18900"}) == {name: int(port) for name, port in TABLE.items()}


@pytest.mark.parametrize("name", TABLE)
def test_a_busy_port_is_named_with_its_variable(name: str, taken: int) -> None:
    with pytest.raises(LaunchError, match=f"Port {taken} is in use .* set {name} to a free port"):
        read_ports({**TABLE, name: str(taken)})


@pytest.mark.parametrize("word", ["eighty", "0", "65536", "-1", "8000.0", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused(word: str) -> None:
    with pytest.raises(LaunchError, match="PORT is “.*”: set it to a number from 1 to 65535"):
        read_ports({"PORT": word})


def test_two_of_ours_on_one_port_are_refused() -> None:
    with pytest.raises(LaunchError, match="SMTP_PORT is 18901, which another of our ports already has"):
        read_ports({**TABLE, "SMTP_PORT": "18901"})


def test_demo_on_a_busy_port_starts_nothing(ground: Ground, taken: int) -> None:
    done = ground.run("manage.py", "demo", PORT=str(taken))
    assert done.returncode == 1
    assert done.stderr == f"Port {taken} is in use by another program: end that one, or set PORT to a free port.\n"
    assert not (ground.var / "postgres").exists()


def test_a_second_demo_in_the_same_folder_says_where_the_first_is(ground: Ground) -> None:
    hold = "from helpdesk import embedded; from helpdesk.claim import claim; claim(embedded.var_dir()); "
    first = ground.begin("-c", hold + "print('held', flush=True); input()", **TABLE)
    assert first.stdout
    assert first.stdout.readline() == "held\n"
    done = ground.run("manage.py", "demo", PORT="18940")
    first.communicate("\n", timeout=10)
    assert done.returncode == 1
    assert done.stderr.startswith(f"A demo already runs on {ground.var} (on port 18900, process {first.pid})")


def test_a_command_beside_a_demo_writes_the_same_links(ground: Ground) -> None:
    hold = "from helpdesk import embedded; from helpdesk.claim import claim; claim(embedded.var_dir()); "
    first = ground.begin("-c", hold + "print('held', flush=True); input()", **TABLE)
    assert first.stdout
    assert first.stdout.readline() == "held\n"
    show = "from django.conf import settings; print(settings.PUBLIC_URL)"
    done = ground.run("-c", show, DJANGO_SETTINGS_MODULE="helpdesk.settings")
    first.communicate("\n", timeout=10)
    assert done.stdout == "http://127.0.0.1:18900\n"


def test_where_no_secret_is_given_one_sentence_names_it(ground: Ground) -> None:
    done = ground.run("manage.py", "check", DATABASE_URL="postgresql://desk@127.0.0.1:9/desk")
    assert done.returncode == 1
    assert done.stderr.startswith("SECRET_KEY is not set: ")
    assert done.stderr.count("\n") == 1, sys.executable

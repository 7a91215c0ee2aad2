"""The embedded servers, driven by real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from helpdesk.embedded import answers, socket_dir
from tests.ground.conftest import Ground

JOIN = "from helpdesk import embedded; embedded.prepare_environment(); "
QUERY = (
    "import os, psycopg2, redis; "
    "line = psycopg2.connect(os.environ['DATABASE_URL']).cursor(); "
    "line.execute('''SELECT pg_postmaster_start_time(), lower('ÄÉŁ')'''); print(*line.fetchone()); "
    "redis.Redis.from_url(os.environ['REDIS_URL']).incr('runs'); "
)
STAY = "print('here', flush=True); input()"


def stays(ground: Ground) -> subprocess.Popen[str]:
    process = ground.begin("-c", JOIN + STAY)
    assert process.stdout
    assert process.stdout.readline() == "here\n"
    return process


def leaves(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=20)


def test_two_commands_share_a_server_and_the_last_one_stops_it(ground: Ground) -> None:
    first = stays(ground)
    began = ground.postmaster()
    beside = ground.run("-c", JOIN + QUERY)
    assert (beside.returncode, beside.stderr) == (0, "")
    assert beside.stdout.strip().endswith("äéł")
    assert ground.postmaster() == began
    leaves(first)
    assert ground.processes() == []
    run = socket_dir(ground.var)
    assert not answers(run / ".s.PGSQL.5432")
    assert not answers(run / "redis.sock")


def test_eight_at_once_start_one_server(ground: Ground) -> None:
    processes = [ground.begin("-c", JOIN + QUERY + STAY) for _ in range(8)]
    for process in processes:
        assert process.stdout
        while process.stdout.readline() not in {"here\n", ""}:
            pass
    ends = [process.communicate("\n", timeout=30) for process in processes]
    assert [process.returncode for process in processes] == [0] * 8, ends
    assert (ground.var / "postgres.log").read_text().count("ready to accept connections") == 1
    assert ground.processes() == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_a_killed_user_left_is_joined_and_stopped_by_the_next(ground: Ground, number: signal.Signals) -> None:
    user = stays(ground)
    server = ground.postmaster()
    user.send_signal(number)
    user.communicate(timeout=10)
    assert ground.postmaster() == server
    assert ground.run("-c", JOIN + QUERY).returncode == 0
    assert ground.processes() == []


def test_a_killed_postmaster_and_a_killed_redis_are_started_again(ground: Ground) -> None:
    user = stays(ground)
    server = ground.postmaster()
    redis = int((socket_dir(ground.var) / "redis.pid").read_text())
    os.kill(server, signal.SIGKILL)
    os.kill(redis, signal.SIGKILL)
    beside = ground.run("-c", JOIN + QUERY)
    assert (beside.returncode, beside.stderr) == (0, "")
    assert ground.postmaster() != server
    leaves(user)
    assert ground.processes() == []


@pytest.mark.parametrize("words", ["1\n", "", "99999999\n", "{us}\n"])
def test_a_pid_file_of_somebody_else_is_no_obstacle(ground: Ground, words: str) -> None:
    assert ground.run("-c", JOIN).returncode == 0
    (ground.var / "postgres" / "postmaster.pid").write_text(words.format(us=os.getpid()))
    beside = ground.run("-c", JOIN + QUERY)
    assert (beside.returncode, beside.stderr) == (0, "")


def test_an_interrupted_first_start_is_begun_anew(ground: Ground) -> None:
    half = ground.var / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert ground.run("-c", JOIN + QUERY).returncode == 0


def test_a_path_too_long_for_a_socket_gets_one_that_is_not(ground: Ground) -> None:
    deep = Ground(ground.var / ("d" * 100))
    assert deep.run("-c", JOIN + QUERY).returncode == 0
    run = socket_dir(deep.var)
    assert run.parent.name == "tmp"
    assert run.stat().st_mode & 0o777 == 0o700
    for left in run.iterdir():
        left.unlink()
    run.rmdir()


def test_addresses_that_are_given_are_used_and_nothing_is_started(ground: Ground) -> None:
    given = {"DATABASE_URL": "postgresql://x@db.example.com/x", "REDIS_URL": "redis://r.example.com/3"}
    show = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'], 'PHD_LOCAL' in os.environ)"
    done = ground.run("-c", JOIN + show, **given)
    assert done.stdout.split() == [*given.values(), "False"]
    assert not ground.var.exists()


def test_a_missing_wheel_gets_a_sentence(ground: Ground) -> None:
    hide = "import importlib.util, sys; from helpdesk import embedded; embedded.find_spec = lambda name: None; "
    done = ground.run("-c", hide + "embedded.prepare_environment()")
    assert done.returncode == 1
    assert "Set DATABASE_URL to a PostgreSQL of your own." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_forked_child_leaves_the_servers_alone(ground: Ground) -> None:
    fork = "import os; pid = os.fork(); os.waitpid(pid, 0) if pid else None; "
    after = "print(embedded.answers(embedded.socket_dir(embedded.var_dir()) / 'redis.sock')) if pid else None"
    done = ground.run("-c", JOIN + fork + after)
    assert (done.stdout, done.stderr) == ("True\n", "")
    assert ground.processes() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_user_namespaces_runs_postgresql_as_nobody_and_back(ground: Ground) -> None:
    ground.var.parent.chmod(0o711)
    forbid = "from helpdesk import embedded; embedded._namespaces = lambda: False; embedded.prepare_environment(); "
    show = "print((embedded.var_dir() / 'postgres').owner()); "
    if not all(folder.stat().st_mode & 0o001 for folder in Path(sys.executable).absolute().parents):
        refused = ground.run("-c", forbid)
        assert "who may not enter" in refused.stderr
        assert "Traceback" not in refused.stderr
        return
    for before, owner in ((forbid, "nobody"), (JOIN, "root"), (forbid, "nobody")):
        done = ground.run("-c", before + QUERY + show)
        assert (done.stdout.split()[-1:], done.stderr) == ([owner], "")

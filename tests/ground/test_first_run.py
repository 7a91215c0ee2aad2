"""The first command in an empty folder prepares it; addresses of real servers are used as they are."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from helpdesk import settings
from helpdesk.embedded import socket_dir
from tests.ground.conftest import Ground
from tests.ground.test_embedded import leaves, stays

LETTER = (
    "From: ana@acme.example\nTo: desk@example.com\nSubject: PO {number}\nMessage-ID: <{number}@acme.example>\n\nHello\n"
)
ASK = (
    "from tickets.models import Resource; from django.core.cache import cache; "
    "cache.set('k', 1); print(Resource.objects.count())"
)

VENDORS = (
    *("SALESFORCE_CONSUMER_KEY", "SALESFORCE_USERNAME", "SALESFORCE_PRIVATE_KEY", "DOCUSIGN_INTEGRATION_KEY"),
    *("DOCUSIGN_ACCOUNT_ID", "DOCUSIGN_APPROVER_USER_ID", "DOCUSIGN_SENDER_USER_ID", "DOCUSIGN_PRIVATE_KEY"),
    *("DOCUSIGN_HMAC_KEYS", "DOCUSIGN_POWERFORM_IDS"),
)


def test_two_first_commands_at_once_prepare_the_folder_once(ground: Ground) -> None:
    processes = [ground.begin("manage.py", "receive_mail") for _ in range(2)]
    ends = [process.communicate(LETTER.format(number=n), timeout=240) for n, process in enumerate(processes)]
    assert [process.returncode for process in processes] == [0, 0], ends
    answers = [json.loads(out) for out, _error in ends]  # one line each: standard output is the command's own
    assert [answer["outcome"] for answer in answers] == ["created", "created"], ends
    assert sum("preparing" in error for _out, error in ends) == 1
    known = ground.run("manage.py", "shell", "-v", "0", "-c", ASK)
    assert int(known.stdout) > 50
    assert ground.processes() == []


def test_all_who_come_first_get_the_same_whole_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a second command read the file before the first had written it: no key, and its mail was put aside."""
    monkeypatch.setattr(settings, "VAR_DIR", tmp_path)
    with ThreadPoolExecutor(8) as pool:
        for number in range(100):
            found = set(pool.map(settings.kept_secret, [f"key-{number}"] * 8))
            assert len(found) == 1
            assert len(found.pop()) == 64
    assert len(list((tmp_path / "secrets").iterdir())) == 100


def test_given_servers_are_used_and_none_is_started(ground: Ground) -> None:
    user = stays(ground)
    run = quote(str(socket_dir(ground.var)), safe="")
    elsewhere = Ground(ground.var.parent / "elsewhere")
    given = {
        "DATABASE_URL": f"postgresql://postgres@/postgres?host={run}",
        "REDIS_URL": f"unix://{quote(str(socket_dir(ground.var) / 'redis.sock'))}",
        "SECRET_KEY": "x" * 50,
        "ALLOWED_HOSTS": "desk.example.com",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "SUPPORT_ADDRESS": "desk@example.com",
        "ORDER_OPS_ADDRESS": "orders@example.com",
        **dict.fromkeys(VENDORS, "given"),
    }
    release = elsewhere.run("manage.py", "release", **given)
    assert (release.returncode, release.stdout) == (0, "The database is ready.\n"), release.stderr
    known = elsewhere.run("manage.py", "shell", "-v", "0", "-c", ASK, **given)
    assert int(known.stdout) > 50
    assert not (elsewhere.var / "postgres").exists()
    leaves(user)

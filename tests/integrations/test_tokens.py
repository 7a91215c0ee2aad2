"""Access tokens: one login for all who need one, sealed where they lie (F-08, vendors.md §2.1)."""

from __future__ import annotations

import threading
import time

import pytest
from django.core.cache import cache
from django.test import override_settings

from integrations import tokens
from integrations.tokens import Token


class Login:
    def __init__(self, *, seconds: float = 60, takes: float = 0) -> None:
        self.count, self.seconds, self.takes = 0, seconds, takes

    def __call__(self) -> Token:
        self.count += 1
        time.sleep(self.takes)
        return Token(value=f"secret-{self.count}", seconds=self.seconds, extra={"instance": "na1.example.com"})


def test_one_login_serves_all_processes() -> None:
    login = Login()
    assert tokens.get("salesforce", login).value == "secret-1"
    tokens.forget_known()
    again = tokens.get("salesforce", login)
    assert (again.value, again.extra["instance"], login.count) == ("secret-1", "na1.example.com", 1)


def test_a_refused_token_is_replaced_once_whoever_held_it() -> None:
    login = Login()
    old = tokens.get("salesforce", login).value
    assert tokens.get("salesforce", login, refused=old).value == "secret-2"
    assert tokens.get("salesforce", login, refused=old).value == "secret-2"
    assert login.count == 2


def test_a_token_ends_with_its_time() -> None:
    login = Login(seconds=0.05)
    tokens.get("salesforce", login)
    time.sleep(0.06)
    assert tokens.get("salesforce", login).value == "secret-2"


def test_eight_at_once_make_one_login() -> None:
    """F-08."""
    login, found, start = Login(takes=0.2), [], threading.Barrier(8)

    def ask() -> None:
        start.wait()
        found.append(tokens.get("salesforce", login).value)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (set(found), login.count) == ({"secret-1"}, 1)


def test_another_process_that_signs_in_is_waited_for() -> None:
    login = Login()
    cache.set("integrations.token.salesforce.login", "another", 20)

    def other() -> None:
        time.sleep(0.15)
        cache.set("integrations.token.salesforce", tokens._seal(Token(value="theirs", seconds=60)), 60)

    thread = threading.Thread(target=other)
    thread.start()
    assert tokens.get("salesforce", login).value == "theirs"
    thread.join()
    assert login.count == 0


def test_it_lies_sealed_and_unreadable_under_another_key() -> None:
    """S-12: nobody who reads Redis can use it."""
    login = Login()
    tokens.get("salesforce", login)
    assert "secret-1" not in str(cache.get("integrations.token.salesforce"))
    tokens.forget_known()
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
        assert tokens.get("salesforce", login).value == "secret-2"


def test_a_login_that_fails_leaves_no_lock() -> None:
    def refused() -> Token:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        tokens.get("salesforce", refused)
    began = time.monotonic()
    assert tokens.get("salesforce", Login()).value == "secret-1"
    assert time.monotonic() - began < 1

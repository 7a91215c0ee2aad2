"""The cache keeps JSON and counts."""

from __future__ import annotations

import pytest
from django.core.cache import cache


def test_values_come_back_as_they_went(db: None) -> None:
    for value in (None, True, 7, "Łódź", [1, "a"], {"a": [1.5]}):
        cache.set("value", value)
        assert cache.get("value") == value


def test_it_counts_and_refuses_what_is_not_json(db: None) -> None:
    cache.add("count", 0)
    assert cache.incr("count", 3) == 3
    with pytest.raises(TypeError):
        cache.set("object", object())

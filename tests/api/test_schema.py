"""The OpenAPI document: valid, complete, with an example for each operation."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient


@pytest.fixture
def schema(anybody: APIClient, db: None) -> dict[str, Any]:
    return dict(anybody.get("/api/v1/schema/?format=json").json())


def test_it_validates_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_every_operation_has_an_example_and_names_its_problems(schema: dict[str, Any]) -> None:
    operations = [
        (path, verb, operation)
        for path, verbs in schema["paths"].items()
        for verb, operation in verbs.items()
        if verb in {"get", "post", "patch"}
    ]
    assert len(operations) >= 11
    for path, verb, operation in operations:
        assert operation["summary"], (path, verb)
        texts = str(operation)
        assert "application/problem+json" in texts, (path, verb)
        assert "example" in texts, (path, verb)


def test_the_paths_of_the_contract_are_there(schema: dict[str, Any]) -> None:
    assert {
        "/api/v1/tickets/",
        "/api/v1/tickets/{reference}/",
        "/api/v1/tickets/{reference}/messages/",
        "/api/v1/tickets/{reference}/events/",
        "/api/v1/tickets/{reference}/attachments/",
        "/api/v1/tickets/{reference}/attachments/{id}/",
        "/api/v1/attachments/{id}/",
        "/api/v1/requests/",
    } <= set(schema["paths"])


def test_the_documentation_opens(anybody: APIClient, db: None) -> None:
    page = anybody.get("/api/docs/")
    assert page.status_code == 200
    assert "text/html" in page["Content-Type"]

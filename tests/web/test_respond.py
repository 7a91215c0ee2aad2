"""One view, two renderings."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.http import HttpRequest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails
from pytest_django.fixtures import Settings

from web.http import respond
from web.toasts import toast, toast_error

PAGE = "{% load partials %}<html>{% partialdef rows inline %}<p>{{ word }}</p>{% endpartialdef %}</html>"


@pytest.fixture(autouse=True)
def _page(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "example.html").write_text(PAGE)
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]


def asking(**headers: str) -> HttpRequest:
    request = RequestFactory().get("/", headers={key.replace("_", "-"): value for key, value in headers.items()})
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ({}, True),
        ({"HX_Request": "true"}, False),
        ({"HX_Request": "true", "HX_Boosted": "true"}, True),
        ({"HX_Request": "true", "HX_History_Restore_Request": "true"}, True),
    ],
)
def test_htmx_gets_the_part_everybody_else_the_page(headers: dict[str, str], whole: bool) -> None:
    answer = respond(asking(**headers), "example.html", {"word": "Hello"}, part="rows")
    assert ("<html>" in answer.content.decode()) is whole
    assert "<p>Hello</p>" in answer.content.decode()
    assert answer["Vary"] == "HX-Request"


def test_without_a_part_the_page_is_whole() -> None:
    assert b"<html>" in respond(asking(HX_Request="true"), "example.html", {}).content


def test_the_status_is_kept() -> None:
    assert respond(asking(), "example.html", {}, part="rows", status=409).status_code == 409


def test_what_was_done_travels_beside_the_part_with_its_undo() -> None:
    request = asking(HX_Request="true")
    toast(request, "3 tickets assigned to Nadia.", undo="/undo/7/")
    toast_error(request, "<Salesforce> did not answer.")
    drawn = respond(request, "example.html", {}, part="rows").content.decode()
    assert 'hx-swap-oob="beforeend"' in drawn
    assert 'action="/undo/7/"' in drawn
    assert "&lt;Salesforce&gt; did not answer." in drawn
    assert drawn.count("data-stays") == 1


def test_nothing_done_nothing_beside() -> None:
    assert b"toasts" not in respond(asking(HX_Request="true"), "example.html", {}, part="rows").content

"""Loads the resources and the response texts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tickets.models import Resource, Response
from tickets.responses import Variable, unresolved_in
from web import datafiles
from web.datafiles import Loaded, Row

DATA = Path(__file__).parent / "data"
OWNER = "Partner Help Desk lead"
REVIEWED = date(2022, 11, 22)


def load() -> list[Loaded]:
    """Safe to call again."""
    return [
        datafiles.load(Resource, resource_rows(), key=["slug"], what=_("Resources")),
        datafiles.load(Response, response_rows(), key=["slug"], what=_("Responses")),
    ]


def resource_rows() -> Iterator[Row]:
    """One row for each entry, with what its section shares."""
    position = 0
    for section in datafiles.read(DATA / "resources.toml")["section"]:
        for entry in section["resource"]:
            position += 10
            yield {
                "section": section["title"],
                "audience": section["audience"],
                "portal_login_required": section.get("portal_login_required", False),
                "position": position,
                **dict.fromkeys(("address", "body", "remark", "keywords"), ""),
                **entry,
            }


def response_rows() -> Iterator[Row]:
    """One row for each text; its variables written out from the catalogue."""
    contents = datafiles.read(DATA / "responses.toml")
    catalogue = {entry["name"]: Variable(**entry).as_json() for entry in contents["variable"]}
    for position, entry in enumerate(contents["response"], start=1):
        yield _response_row(entry, catalogue, position)


def _response_row(entry: dict[str, Any], catalogue: dict[str, dict[str, Any]], position: int) -> Row:
    named = set(entry["variables"])
    return {
        "audience": Response.Audience.REPLY.value,
        "locale": "en",
        "version": 1,
        "owner_name": OWNER,
        "last_reviewed": REVIEWED,
        "position": position * 10,
        **entry,
        "body": entry["body"].strip(),
        "variables": [
            catalogue[name] for name in unresolved_in(f"{entry['subject']}\n{entry['body']}") if name in named
        ],
    }

"""What only a sandbox has: put the seed back, end sessions, change settings, merge rows, fill it up."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sandbox.salesforce import ids, objects, seeding
from sandbox.salesforce.api import Api
from sandbox.salesforce.errors import Problem
from sandbox.salesforce.records import Records
from sandbox.web import Request, Response, Route, as_json, problem

MERGEABLE = ("Account", "Contact")
Asked = dict[str, Any]


def routes(api: Api) -> list[Route]:
    acts: dict[str, Callable[[Api, Asked], Asked]] = {
        "reset": reset,
        "expire": expire,
        "settings": settings,
        "merge": merge,
        "bulk": bulk,
    }
    return [Route("POST", f"/salesforce/{name}", answering(api, act)) for name, act in acts.items()]


def answering(api: Api, act: Callable[[Api, Asked], Asked]) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        try:
            asked = json.loads(request.body or b"{}")
            return as_json(act(api, asked if isinstance(asked, dict) else {}))
        except Problem as refusal:
            return problem(400, refusal.message)
        except (ValueError, KeyError, TypeError) as mistake:
            return problem(400, f"That cannot be done: {mistake}")

    return answer


def reset(api: Api, _asked: Asked) -> Asked:
    """The seed; no session, cursor, setting or row of before is left."""
    seeding.reset(api.store)
    api.settings.load(api.store)
    api.cursors.end()
    return {"reset": True}


def expire(api: Api, asked: Asked) -> Asked:
    """All sessions end; with `{"cursors": true}` the pages of running queries do too."""
    with api.store.turn():
        ended = len(api.store.rows("SELECT 1 FROM session"))
        api.store.run("DELETE FROM session")
    if asked.get("cursors") is True:
        api.cursors.end()
    return {"ended": ended}


def settings(api: Api, asked: Asked) -> Asked:
    api.settings.change(api.store, asked)
    return vars(api.settings)


def bulk(api: Api, asked: Asked) -> Asked:
    return seeding.bulk(api.store, accounts=int(asked.get("accounts", 0)), contacts=int(asked.get("contacts", 0)))


def merge(api: Api, asked: Asked) -> Asked:
    """`{"master", "loser"}`: what hung on the loser hangs on the master; the loser is deleted and says into whom."""
    master, loser = ids.full(str(asked["master"])), ids.full(str(asked["loser"]))
    sobject = objects.BY_PREFIX.get(master[:3])
    if sobject is None or sobject.name not in MERGEABLE or loser[:3] != master[:3] or loser == master:
        raise Problem("INVALID_ID_FIELD", "Name two different accounts, or two different contacts.")
    records = Records(store=api.store, settings=api.settings, user=seeding.seed()["User"][0]["Id"])
    with api.store.turn():
        for identity in (master, loser):
            records.get(sobject, identity)
        for child in objects.OBJECTS.values():
            for field in child.fields:
                if field.to == sobject.name and field.name != "MasterRecordId":
                    for row in api.store.where(child, field.name, loser):
                        records.touch(child, row["Id"], {field.name: master})
        records.touch(sobject, loser, {"IsDeleted": 1, "MasterRecordId": master})
        records.touch(sobject, master, {})
    return {"master": master, "loser": loser}

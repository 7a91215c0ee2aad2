"""`/api/v1/routing/ownership-changes/`: upload, second person, pause, undo, and what callers do wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from people.models import ApiToken, User
from people.tokens import issue
from routing.bulk import acts
from routing.models import OwnershipChange, OwnershipRow
from tests.conftest import Cast
from tests.routing.bulk_desk import NOW, line, managers, partner
from tests.routing.sheets import as_csv

pytestmark = pytest.mark.django_db
CHANGES = "/api/v1/routing/ownership-changes/"
Caller = Callable[..., APIClient]


def caller(user: User, *, scope: str = ApiToken.Scope.WRITE) -> APIClient:
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {issue(user, scope=scope)}")
    return client


def upload(client: APIClient, content: bytes, *, key: str = "", **more: str) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    file = SimpleUploadedFile("FY23.csv", content)
    return client.post(CHANGES, {"file": file, **more}, format="multipart", headers=headers)


@pytest.fixture
def content(cast: Cast) -> bytes:
    managers()
    return as_csv(line(partner(1)), line(partner(2)), line(partner(3), NewOwner="Sofia Cnti"))


def test_an_upload_is_checked_and_waits_for_a_second_person(cast: Cast, content: bytes) -> None:
    desk, lead = caller(cast.nadia), caller(cast.lena)
    answer = upload(desk, content, why="Areas of FY23", taken_at=NOW.isoformat())
    assert answer.status_code == 201, answer.content
    said = answer.json()
    place = answer["Location"]
    assert (said["state"], said["title"], said["why"]) == ("ready", "FY23", "Areas of FY23")
    assert said["counts"] == {"waiting": 2, "rejected": 1}
    assert said["groups"] == [{"old": "Jags Bewas", "new": "Sofia Conti", "accounts": 2, "done": 0, "refused": 0}]
    rows = desk.get(f"{place}rows/?state=rejected").json()["results"]
    assert [row["line"] for row in rows] == [4]
    assert "Close to it: Sofia Conti" in rows[0]["words"]
    assert desk.post(f"{place}approve/").status_code == 403
    assert lead.post(f"{place}approve/").json()["state"] == "running"
    assert desk.post(f"{place}pause/").json()["state"] == "paused"
    assert desk.post(f"{place}resume/").json()["state"] == "running"
    assert desk.get(place).json()["approved_by"] == "Lena Brandt"
    assert [one["id"] for one in desk.get(CHANGES).json()["results"]] == [said["id"]]


def test_the_same_key_is_one_change(cast: Cast, content: bytes) -> None:
    desk = caller(cast.nadia)
    first, second = (upload(desk, content, key="k-1") for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
    assert upload(desk, content + b"\n", key="k-1").status_code == 422
    assert OwnershipChange.objects.count() == 1


def test_a_file_without_a_line_that_can_be_done_stays_a_preview(cast: Cast) -> None:
    managers()
    answer = upload(caller(cast.nadia), as_csv(line(partner(1), NewOwner="Nobody Known")))
    assert (answer.status_code, answer.json()["state"]) == (201, "preview")
    refused = caller(cast.lena).post(f"{answer['Location']}approve/")
    assert refused.status_code == 409
    assert refused["Content-Type"].startswith("application/problem+json")


def test_what_is_wrong_is_said_by_field(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = caller(cast.nadia)
    nothing = desk.post(CHANGES, {}, format="multipart")
    assert (nothing.status_code, list(nothing.json()["errors"])) == (400, ["file"])
    unfit = upload(desk, b"Account,Owner\na,b\n")
    assert unfit.status_code == 400
    assert "The first line reads" in unfit.json()["errors"]["file"][0]
    assert "taken_at" in upload(desk, as_csv(), taken_at="yesterday").json()["errors"]
    tomorrow = (NOW + timedelta(days=1)).isoformat()
    assert "taken_at" in upload(desk, as_csv(), taken_at=tomorrow).json()["errors"]  # it would hold nothing back
    assert desk.get(f"{CHANGES}1/rows/?state=x").status_code == 404
    monkeypatch.setattr(acts, "MOST_BYTES", 20)
    assert upload(desk, as_csv()).status_code == 413
    assert not OwnershipChange.objects.exists()


def test_who_may_do_what(cast: Cast, content: bytes) -> None:
    place = upload(caller(cast.nadia), content)["Location"]
    assert caller(cast.katrin.user).get(CHANGES).status_code == 403  # type: ignore[arg-type]
    assert upload(caller(cast.sofia), content).status_code == 403
    assert upload(caller(cast.nadia, scope=ApiToken.Scope.READ), content).status_code == 403
    assert caller(cast.sofia).get(place).status_code == 200
    for verb in ("approve", "pause", "resume", "retry", "undo"):
        assert caller(cast.sofia).post(f"{place}{verb}/").status_code == 403
    assert OwnershipChange.objects.get().state == "ready"


def test_an_undo_is_a_change_of_its_own(cast: Cast, content: bytes) -> None:
    place, lead = upload(caller(cast.nadia), content)["Location"], caller(cast.lena)
    lead.post(f"{place}approve/")
    early = lead.post(f"{place}undo/")
    assert early.status_code == 409
    assert "Only what has been written can be undone." in early.json()["detail"]
    OwnershipRow.objects.filter(state="waiting").update(state="done")
    change = OwnershipChange.objects.get()
    OwnershipChange.objects.update(state="done", finished=change.approved)
    answer = lead.post(f"{place}undo/")
    assert answer.status_code == 201
    assert (answer.json()["undo_of"], answer.json()["kind"]) == (change.pk, "undo")
    assert answer["Location"] == f"{CHANGES}{answer.json()['id']}/"

"""The spreadsheet over HTTP: upload, what the file cannot say, and the files that come of it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from documents.models import StoredFile
from people.models import User
from routing.bulk import acts
from routing.bulk.acts import Details
from routing.models import OwnershipChange, OwnershipRow
from tests.conftest import Cast
from tests.routing.bulk_desk import JAGS, SOFIA, line, managers, partner
from tests.routing.sheets import as_csv, as_workbook

pytestmark = pytest.mark.django_db
UPLOAD = "/routing/changes/upload/"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def upload(client: Client, content: bytes, name: str) -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def change_of(cast: Cast, count: int = 2, **more: str) -> OwnershipChange:
    managers()
    rows = [line(partner(number), **more) for number in range(1, count + 1)]
    return acts.prepare_at_once(as_csv(*rows), name="a.csv", details=Details(), by=cast.nadia)


def test_the_workbook_fills_the_form_and_nothing_is_made_before_it_is_sent(cast: Cast) -> None:
    managers()
    desk, saved = client_of(cast.nadia), timezone.now().replace(microsecond=0) - timedelta(days=2)
    content = as_workbook(
        {**line(partner(1)), "Reason": "Areas of FY23", "Region": "EMEA"},
        columns=["Region", "AccountId18", "NewOwner", "Reason"],
        saved_at=saved,
    )
    place = upload(desk, content, "FY23 realignment.xlsx").headers["Location"]
    page = text_of(desk.get(place))
    assert 'value="FY23 realignment"' in page
    assert f'value="{saved:%Y-%m-%dT%H:%M}"' in page
    assert "Areas of FY23" in page
    assert "Left aside: Region" in page
    assert not OwnershipChange.objects.exists()
    sent = {"title": "Realignment", "taken_at": "2026-01-05 10:30", "why": "New areas", "effective": "2027-02-01"}
    answer = desk.post(place, sent)
    change = OwnershipChange.objects.get()
    assert answer.headers["Location"] == f"/routing/changes/{change.pk}/"
    assert (change.title, change.why, change.state) == ("Realignment", "New areas", "preview")
    assert f"{change.taken_at:%Y-%m-%d %H:%M}, {change.effective}" == "2026-01-05 10:30, 2027-02-01"
    assert desk.get(place).headers["Location"] == UPLOAD  # it was checked already


def test_a_csv_does_not_say_its_state_so_somebody_must(cast: Cast) -> None:
    managers()
    desk = client_of(cast.nadia)
    place = upload(desk, as_csv(line(partner(1))), "a.csv").headers["Location"]
    assert "The file does not say when it was saved." in text_of(desk.get(place))
    answer = desk.post(place, {"title": "A", "taken_at": "", "why": ""})
    assert answer.status_code == 422
    assert "Enter when the file was last brought up to date." in text_of(answer)
    assert "Say why the owners change" in text_of(answer)
    tomorrow = f"{timezone.now() + timedelta(days=1):%Y-%m-%d %H:%M}"
    assert "The time is still to come." in text_of(desk.post(place, {"title": "A", "taken_at": tomorrow, "why": "B"}))
    assert not OwnershipChange.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"), [(b"Account,Owner\na,b\n", "The first line reads"), (b"", "This file is empty.")]
)
def test_what_is_no_such_file_is_said_at_the_file(cast: Cast, content: bytes, says: str) -> None:
    answer = upload(client_of(cast.nadia), content, "a.csv")
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert not StoredFile.objects.exists()


def test_a_file_too_large_is_not_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "MOST_BYTES", 20)
    answer = upload(client_of(cast.nadia), as_csv(), "a.csv")
    assert answer.status_code == 422
    assert "A spreadsheet may have up to" in text_of(answer)


def test_the_result_says_of_every_line_what_became_of_it_as_csv_and_as_workbook(cast: Cast) -> None:
    change = change_of(cast, ContractedTerritories="Germany;Austria")
    OwnershipRow.objects.filter(number=2).update(state="done", name="=cmd()", written=timezone.now())
    OwnershipRow.objects.filter(number=3).update(state="refused", words="It is locked.")
    manager, place = client_of(cast.sofia), f"/routing/changes/{change.pk}/result/"
    rows = list(csv.reader(io.StringIO(b"".join(manager.get(place)).decode("utf-8-sig"))))
    assert rows[0][:3] == ["Line", "Account id", "Account"]
    assert [(row[0], row[2], row[5], row[6], row[7]) for row in rows[1:]] == [
        ("2", "'=cmd()", "'+Austria", "Done", ""),
        ("3", "Partner 2", "'+Austria", "Refused", "It is locked."),
    ]
    book = openpyxl.load_workbook(io.BytesIO(manager.get(f"{place}?as=xlsx&state=done").content))
    cells = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert [row[2] for row in cells] == ["Account", "=cmd()"]
    assert book.worksheets[0]["C2"].data_type == "s"
    assert manager.get(f"{place}?state=nonsense").status_code == 404


def test_the_files_for_data_loader_go_there_and_back(cast: Cast) -> None:
    change = change_of(cast)
    OwnershipRow.objects.filter(number=3).update(state="rejected")
    partner_id = OwnershipRow.objects.get(number=2).salesforce_id
    place = f"/routing/changes/{change.pk}/loader/"
    desk = client_of(cast.nadia)
    assert b"".join(desk.get(place)).decode() == f"Id,OwnerId\r\n{partner_id},{SOFIA}\r\n"
    assert b"".join(desk.get(f"{place}?back=1")).decode() == "Id,OwnerId\r\n"
    OwnershipRow.objects.filter(number=2).update(state="done")
    assert f"{partner_id},{JAGS}" in b"".join(desk.get(f"{place}?back=1")).decode()


def test_the_original_comes_back_as_it_was_uploaded(cast: Cast) -> None:
    change = change_of(cast)
    assert change.file is not None
    answer = client_of(cast.sofia).get(f"/routing/changes/{change.pk}/file/")
    assert b"".join(answer) == change.file.read()
    OwnershipChange.objects.update(file=None)
    assert client_of(cast.sofia).get(f"/routing/changes/{change.pk}/file/").status_code == 404

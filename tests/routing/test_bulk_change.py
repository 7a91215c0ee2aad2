"""From the spreadsheet to a change: what every line becomes, that a second person decides, and what it all costs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.models import StoredFile
from documents.storing import store
from integrations.salesforce.client import client
from journal.record import events_of
from partners.models import Account
from routing import ownership
from routing.bulk import acts, counting
from routing.bulk.acts import Details
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import Refused
from tests.conftest import Cast
from tests.routing.bulk_desk import NOW, line, managers, partner
from tests.routing.ownership_desk import BLUEPEAK, HARBOR, JAY, MARIA, NORTHWIND, manager, mirrored, there, work
from tests.routing.sheets import Row, as_csv, as_workbook
from tests.sandbox_desk import VendorSandbox

pytestmark = pytest.mark.django_db


def prepared(cast: Cast, *rows: Row, details: Details | None = None) -> OwnershipChange:
    managers()
    return acts.prepare_at_once(as_csv(*rows), name="FY23.csv", details=details or Details(), by=cast.nadia)


def rows_of(change: OwnershipChange) -> dict[int, tuple[str, str]]:
    return {row.number: (row.state, row.words) for row in OwnershipRow.objects.filter(change=change)}


def test_every_line_is_a_row_with_what_becomes_of_it(cast: Cast) -> None:
    whole = partner(1)
    since = Details(taken_at=NOW - timedelta(days=1))
    change = prepared(
        cast,
        line(whole, ContractedTerritories="Germany;Austria"),
        line(partner(2), NewOwner="Jags Bewas"),
        line(whole, ContractedTerritories="Germany;Austria"),
        line(partner(3), NewOwner="Omar Gone"),
        line(partner(4), NewOwner="Newly Hired"),
        line(partner(5, public_sector=True)),
        line(partner(6, public_sector=None)),
        line(partner(7, partner_type="Alliance")),
        line(partner(8, deleted=NOW)),
        line(partner(9, merged_into=whole)),
        line(partner(10, modified=NOW)),
        {"AccountId18": "0018dQx00009999", "AccountName": "Nobody Ltd", "NewOwner": "Sofia Conti"},
        details=since,
    )
    rows = rows_of(change)
    assert rows[2] == ("waiting", "")
    assert rows[3] == ("same", "")
    for number, words in {
        4: "stands in line 2 too",
        5: "Omar Gone is not active any more",
        6: "The user of Newly Hired in Salesforce is not known yet",
        7: "“Public Sector Partner” is Yes",
        8: "“Public Sector Partner” is not filled in",
        9: "only channel accounts",
        10: "gone from Salesforce",
        11: "merged into another account",
        12: "has changed in Salesforce since",
        13: "No partner account has the id 0018dQx00009999",
    }.items():
        assert rows[number][0] == "rejected"
        assert words in rows[number][1]
    first = OwnershipRow.objects.get(change=change, number=2)
    assert (first.account, first.old_owner_name, first.new_owner_name) == (whole, "Jags Bewas", "Sofia Conti")
    assert (first.add_territories, first.remove_territories) == (["Austria"], [])
    unknown = OwnershipRow.objects.get(change=change, number=13)
    assert (unknown.account, unknown.name, unknown.salesforce_id[:15]) == (None, "Nobody Ltd", "0018dQx00009999")
    assert (change.state, change.counts) == ("preview", {"waiting": 1, "same": 1, "rejected": 10})


def test_the_file_is_kept_and_says_what_nobody_typed(cast: Cast) -> None:
    managers()
    saved = timezone.now().replace(microsecond=0) - timedelta(hours=3)
    content = as_workbook(
        line(partner(1), Reason="Areas of FY23", ApprovedBy="Dana Director"),
        line(partner(2), Reason="Areas of FY23", ApprovedBy="Dana Director"),
        saved_at=saved,
    )
    change = acts.prepare_at_once(content, name="FY23 realignment.xlsx", details=Details(), by=cast.nadia)
    assert (change.kind, change.title, change.taken_at) == ("bulk", "FY23 realignment", saved)
    assert change.why == "Areas of FY23\nThe file names as approver: Dana Director."
    assert change.file is not None
    assert change.file.read() == content
    assert events_of(change).get().verb == "prepared"


def test_a_file_becomes_one_change_however_often_it_is_pressed(cast: Cast) -> None:
    managers()
    file = acts.keep(as_csv(line(partner(1))), name="a.csv", by=cast.nadia)
    assert acts.waiting_file(file.pk) == file
    first = acts.prepare(file, Details(title="A", why="B"), by=cast.nadia)
    assert acts.prepare(file, Details(title="A", why="B"), by=cast.nadia) == first
    assert acts.waiting_file(file.pk) is None


def test_a_file_nobody_took_further_is_forgotten_after_a_day_and_a_used_one_is_not(cast: Cast) -> None:
    used = prepared(cast, line(partner(1))).file
    unused = store(b"Id,NewOwner\n", name="old.csv", area=acts.AREA)
    StoredFile.objects.update(created=NOW - timedelta(days=2))
    acts.keep(as_csv(line(partner(2))), name="b.csv", by=cast.nadia)
    left = set(StoredFile.objects.values_list("pk", flat=True))
    assert used is not None
    assert used.pk in left
    assert unused.pk not in left


def test_a_lead_who_did_not_upload_it_approves_and_nobody_else(cast: Cast) -> None:
    change = prepared(cast, line(partner(1)))
    for nobody in (cast.nadia, cast.sofia, cast.lena):
        with pytest.raises(Refused):
            ownership.approve(change, by=nobody)  # a preview is not ready yet
    ownership.submit(change, by=cast.nadia)
    for nobody in (cast.nadia, cast.sofia):
        with pytest.raises(Refused, match="Somebody else must approve"):
            ownership.approve(change, by=nobody)
    assert ownership.approve(change, by=cast.lena).state == "running"


def test_a_lead_does_not_approve_what_she_uploaded(cast: Cast) -> None:
    managers()
    change = acts.prepare_at_once(as_csv(line(partner(1))), name="a.csv", details=Details(), by=cast.lena)
    ownership.submit(change, by=cast.lena)
    with pytest.raises(Refused, match="Somebody else must approve"):
        ownership.approve(change, by=cast.lena)
    assert ownership.approve(change, by=cast.ada).approved_by == cast.ada


def test_a_channel_manager_uploads_nothing(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        acts.keep(as_csv(line(partner(1))), name="a.csv", by=cast.sofia)
    assert not StoredFile.objects.exists()


def test_the_preview_counts_by_owner_and_says_which_territories_are_new(cast: Cast) -> None:
    change = prepared(
        cast,
        line(partner(1)),
        line(partner(2), ContractedTerritories="Germany;Germny"),
        line(partner(3, owner_id="", owner_name=""), ContractedTerritories="Austria"),
        line(partner(4), NewOwner="Sofia Cnti"),
    )
    groups = [(group.old, group.new, group.accounts) for group in counting.groups_of(change)]
    assert groups == [("Jags Bewas", "Sofia Conti", 2), ("", "Sofia Conti", 1)]
    partner(5, contracted_territories=["Austria"])
    found = {one.name: (one.added, one.removed, one.known) for one in counting.territories_of(change)}
    assert found == {"Germny": (1, 0, False), "Austria": (1, 0, True), "Germany": (0, 1, True)}


def test_checking_and_keeping_takes_as_many_statements_for_many_lines(cast: Cast) -> None:
    managers()
    few, many = ([line(partner(first + at)) for at in range(count)] for first, count in ((100, 2), (200, 300)))
    counted = []
    for rows in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            acts.prepare_at_once(as_csv(*rows), name="a.csv", details=Details(), by=cast.nadia)
        counted.append(len(seen))
    assert counted[0] == counted[1]


def test_some_accounts_are_refused_and_tried_again_and_one_undo_takes_the_whole_back(
    sandbox: VendorSandbox, cast: Cast
) -> None:
    """Somebody else was quicker with one account; it keeps that owner, whatever is undone."""
    Account.objects.all().delete()
    maria = manager("Maria Henry", MARIA)
    accounts = mirrored(NORTHWIND, BLUEPEAK, HARBOR)
    Account.objects.update(public_sector=False, partner_type="Channel")
    fit = [one for one in accounts if there(one.salesforce_id).public_sector is False]
    assert len(fit) >= 2
    lines = [{"AccountId18": one.salesforce_id, "NewOwner": str(maria)} for one in fit]
    change = acts.prepare_at_once(as_csv(*lines), name="a.csv", details=Details(), by=cast.nadia)
    client().update("Account", fit[0].salesforce_id, {"OwnerId": JAY})
    ownership.submit(change, by=cast.nadia)
    work(ownership.approve(change, by=cast.lena))
    assert (change.state, change.counts["refused"], change.counts["done"]) == ("partly", 1, len(fit) - 1)
    assert "another owner meanwhile" in rows_of(change)[2][1]
    work(ownership.retry(change, by=cast.nadia))
    assert change.counts["refused"] == 1
    back = work(ownership.undo(change, by=cast.lena))
    assert (back.kind, back.state, back.counts) == ("undo", "done", {"done": len(fit) - 1})
    assert there(fit[0].salesforce_id).owner == JAY
    assert there(fit[1].salesforce_id).owner == fit[1].owner_id

"""The pages of a change of the team, over HTTP: from “who leaves” to what happened, and the export of Impartner."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from documents.tables import Unfit
from people.models import ChannelManager
from routing.models import Coverage, HandOver, RosterChange
from routing.team import impartner, tasks
from tests.conftest import Cast
from tests.routing.team_cast import TODAY, client_of, in_force, leaving, manager, partner

State = RosterChange.State


@pytest.fixture
def ilaria(roster: None) -> ChannelManager:
    return manager("Ilaria Pazienza", salesforce_id="005000000000001AAA")


@pytest.fixture
def matthew(roster: None) -> ChannelManager:
    return manager("Matthew Coughlan", salesforce_id="005000000000002AAA")


def test_from_who_leaves_to_what_happened(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    desk, lead = client_of(cast.nadia), client_of(cast.lena)
    waldsee = partner("Waldsee GmbH", ilaria, salesforce_id="001000000000001AAA")
    begin = {"kind": "leaves", "manager": ilaria.pk, "effective": TODAY.isoformat(), "why": "Moves on"}
    address = desk.post("/routing/team/new/", begin)["Location"]
    page = desk.get(address).content.decode()
    assert "DACH, Poland, Italy, Czechia have no successor." in page
    assert "new channel manager" not in page
    rows = {f"to:coverage:{row.pk}": "" for row in Coverage.objects.filter(manager=ilaria)}
    text = "From {{ date }} {{ new_cam }} looks after {{ partner_name }}."
    draft = {"effective": TODAY.isoformat(), "region": "EMEA", "why": "Moves on", "partner_text": text} | rows
    desk.post(address, draft | {"all": matthew.pk, "do": "all"})
    page = desk.get(address).content.decode()
    assert "speaks against it" not in page
    assert "looks after Waldsee GmbH" in page  # what the partner would read
    desk.post(address, {name: value for name, value in draft.items() if name not in rows} | {"do": "propose"})
    change = RosterChange.objects.get()
    assert (change.state, len(change.moves)) == (State.PROPOSED, 5)  # four places and the rest
    assert "Waldsee GmbH" in lead.get(address).content.decode()
    assert "A lead approves" in desk.post(f"{address}approve/", follow=True).content.decode()
    lead.post(f"{address}approve/")  # not from the page
    change.refresh_from_db()
    assert change.state == State.PROPOSED
    seen = re.findall(r'name="seen" value="(\d+)"', lead.get(address).content.decode())
    lead.post(f"{address}approve/", {"seen": seen})
    assert tasks.apply_due() == 1
    assert tasks.apply_due() == 0
    page = lead.get(address).content.decode()
    for words in ("What happened", "Waldsee GmbH", "/routing/changes/", "Impartner: Ilaria Pazienza leaves"):
        assert words in page
    card = client_of(cast.sofia).get(f"/partners/{waldsee.pk}/").content.decode()
    assert "Hand-over" in card
    assert "<strong>Partner status:</strong> Authorized" in card
    assert "Matthew Coughlan looks after Waldsee GmbH" in desk.get(f"/partners/{waldsee.pk}/").content.decode()


def test_rules_are_put_on_the_list_and_taken_off(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    desk = client_of(cast.nadia)
    begin = {"kind": "joins", "name": "Nora Lind", "team": "select", "region": "EMEA", "effective": TODAY.isoformat()}
    address = desk.post("/routing/team/new/", begin)["Location"]
    poland, italy = Coverage.objects.get(place="PL"), Coverage.objects.get(place="IT")
    offered = desk.get(f"{address}?from={ilaria.pk}").content.decode()
    assert f'value="coverage:{poland.pk}"' in offered
    draft = {"effective": TODAY.isoformat(), "region": "EMEA", "why": "", "partner_text": ""}
    desk.post(address, draft | {"add": [f"coverage:{poland.pk}", f"coverage:{italy.pk}", "coverage:x", "nonsense"]})
    desk.post(address, draft | {"remove": ["coverage:x", "nonsense", f"coverage:{italy.pk}"]})
    change = RosterChange.objects.get()
    assert change.moves == [{"rule": f"coverage:{poland.pk}", "to": "new"}]
    page = desk.get(f"{address}?from={ilaria.pk}").content.decode()
    assert page.count("Nora Lind") > 1
    assert f'value="coverage:{italy.pk}"' in page  # offered again


def test_two_who_write_one_draft_do_not_write_over_each_other(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager
) -> None:
    change = leaving(ilaria, matthew, by=cast.nadia)
    desk, address = client_of(cast.nadia), f"/routing/team/{change.pk}/"
    seen = re.findall(r'name="seen" value="(\d+)"', desk.get(address).content.decode())
    draft = {"effective": TODAY.isoformat(), "region": "EMEA", "partner_text": "", "seen": seen[0]}
    desk.post(address, draft | {"why": "First"})
    assert "changed since you opened it" in desk.post(address, draft | {"why": "Second"}, follow=True).content.decode()
    change.refresh_from_db()
    assert change.why == "First"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "leaves"}, "Choose who it is."),
        ({"kind": "joins"}, "Say who joins."),
        ({"kind": "joins", "name": "ilaria pazienza"}, "called so already"),
        ({"kind": "moves", "effective": "yesterday"}, "not a day of the calendar"),
    ],
)
def test_a_form_that_is_not_right_begins_nothing(
    cast: Cast, ilaria: ChannelManager, given: dict[str, Any], words: str
) -> None:
    answer = client_of(cast.nadia).post("/routing/team/new/", {"effective": TODAY.isoformat()} | given)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not RosterChange.objects.exists()


def test_an_export_of_impartner_is_compared(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    desk = client_of(cast.nadia)
    partner("Waldsee GmbH", ilaria, salesforce_id="001000000000001AAA")
    partner("Berg AG", ilaria)
    partner("Tal GmbH", ilaria)
    change = in_force(leaving(ilaria, matthew, by=cast.nadia), cast)
    assert HandOver.objects.count() == 3
    lines = [
        "Account Name,Salesforce Account ID,CAM",
        "Waldsee,001000000000001AAA,Ilaria Pazienza",
        'Berg AG,,"Coughlan, Matthew"',
        "Nowhere Inc,,Jay Bahar",
    ]  # fmt: skip
    address = f"/routing/team/{change.pk}/impartner/"
    pasted = desk.post(address, {"pasted": "\n".join(lines)}).content.decode()
    file = SimpleUploadedFile("export.csv", "\n".join(lines).encode("utf-16"))
    uploaded = desk.post(address, {"file": file}).content.decode()
    for page in (pasted, uploaded):
        assert "Nowhere Inc" in page
        assert "Tal GmbH" in page  # of this change, and not in the file
        assert page.count('<b class="red">Matthew Coughlan</b>') == 1  # Waldsee against the rules
        assert page.count('<b class="red">Ilaria Pazienza</b>') == 1  # Berg against Salesforce, which waits
    for given in ({}, {"pasted": "Name,Colour\nA,red"}):
        assert desk.post(address, given).status_code == 422


def test_columns_of_an_export_that_only_speak_of_accounts_and_managers_are_not_taken_for_them(
    cast: Cast, ilaria: ChannelManager
) -> None:
    waldsee = partner("Waldsee GmbH", ilaria)
    lines = [
        "Partner Status,Account Tier,CAM E-mail,Account Name,Channel Account Manager",
        "Active,Gold,x@example.com,Waldsee GmbH,Jay Bahar",
    ]
    found = impartner.compare("\n".join(lines).encode(), "export.csv", wanted=[waldsee])
    assert [(one.name, one.there, one.rules) for one in found.differing] == [
        ("Waldsee GmbH", "Jay Bahar", "Ilaria Pazienza")
    ]
    assert (found.unknown, found.missing) == ([], [])


def test_an_export_is_compared_whole_or_not_at_all(roster: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impartner, "MOST", 2)
    with pytest.raises(Unfit, match="more than 2 lines"):
        impartner.compare(b"Account Name,CAM\nA,B\nC,D\nE,F\n", "export.csv")


def test_the_pages_are_the_desks(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    change = leaving(ilaria, matthew, by=cast.nadia)
    manager_, desk = client_of(cast.sofia), client_of(cast.nadia)
    for address in ("new/", f"{change.pk}/", f"{change.pk}/impartner/", f"{change.pk}/drop/"):
        assert manager_.post(f"/routing/team/{address}").status_code == 403
    listed = desk.get("/routing/team/").content.decode()
    assert "Ilaria Pazienza leaves" in listed
    assert desk.post(f"/routing/team/{change.pk}/eat/").status_code == 404
    desk.post(f"/routing/team/{change.pk}/drop/")
    assert "It was dropped" in desk.get(f"/routing/team/{change.pk}/").content.decode()

"""The requirements over HTTP: read by colleagues, changed by leads from a day on, with a look at who is affected."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from journal.record import events_of
from partners import gates
from partners.models import Account, Gate
from partners.requirements import acts, effects
from partners.standing import standing_of
from people.models import User
from tests.conftest import Cast
from tests.partners.dashboards import dashboard

TODAY = timezone.localdate()
TOMORROW = TODAY + timedelta(days=1)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def row(cast: Cast) -> Gate:
    gates.load()
    return Gate.objects.get(gate="loa", check_kind="status")


@pytest.fixture
def lead(cast: Cast) -> Client:
    return client_of(cast.lena)


def filled(row: Gate, **other: Any) -> dict[str, Any]:
    """The form as the page fills it, with what somebody typed."""
    said = {
        "words": row.words,
        "values": "\n".join(row.values),
        "how": row.how,
        "link": row.link,
        "source": row.source,
        "since": TODAY.isoformat(),
        "why": "",
        "seen": acts.version_of(row),
    }
    return said | other


def test_colleagues_read_what_holds_today_and_change_nothing(cast: Cast, row: Gate) -> None:
    manager = client_of(cast.sofia)
    page = manager.get("/settings/requirements/").content.decode()
    assert "“Open Reqs Met?” is Yes on the certification dashboard" in page
    assert "One person has passed a sales training" in page  # ended, in the history
    assert f"/settings/requirements/{row.pk}/" not in page
    for user in (cast.sofia, cast.nadia):
        for address in (f"{row.pk}/", f"{row.pk}/end/", "new/loa/"):
            assert client_of(user).post(f"/settings/requirements/{address}", filled(row)).status_code == 403
    assert Gate.objects.filter(valid_from=TODAY).count() == 0


def test_a_change_is_a_new_dated_row(lead: Client, cast: Cast, row: Gate) -> None:
    account = Account.objects.create(name="P", partner_status="NDA")
    dashboard(TODAY - timedelta(days=3), {account: True})
    form = filled(row, values="Authorized\n NDA \nAuthorized", since=TOMORROW.isoformat(), why="Pilot")
    assert lead.post(f"/settings/requirements/{row.pk}/", form).status_code == 302
    row.refresh_from_db()
    new = Gate.objects.get(gate="loa", check_kind="status", valid_from=TOMORROW)
    assert (row.valid_until, row.values, new.values, new.valid_until) == (
        TOMORROW,
        ["Authorized"],
        ["Authorized", "NDA"],
        None,
    )
    assert standing_of(account, "loa", on=TODAY).state == "missing"
    assert standing_of(account, "loa", on=TOMORROW).state == "met"
    event = events_of(row).get()
    assert (event.actor, event.verb, event.why) == (cast.lena, "requirement changed", "Pilot")
    assert (event.before["values"], event.after["values"]) == (["Authorized"], ["Authorized", "NDA"])


def test_who_is_affected_is_counted_before_anything_changes(lead: Client, cast: Cast, row: Gate) -> None:
    partners = {status: Account.objects.create(name=status, partner_status=status) for status in ("Authorized", "NDA")}
    dashboard(TODAY, dict.fromkeys(partners.values(), True))
    form = filled(row, values="NDA", look="1")
    found = lead.post(f"/settings/requirements/{row.pk}/", form).context["effects"]
    # The cast's two partners have no status and no line: unknown before and after.
    assert found.table == [("met", 1, 1), ("missing", 1, 1), ("unknown", 2, 2)]
    assert [(move.account.name, move.before, move.after) for move in found.moves] == [
        ("Authorized", "met", "missing"),
        ("NDA", "missing", "met"),
    ]
    assert Gate.objects.filter(valid_from=TODAY).count() == 0


@pytest.mark.parametrize("gate", gates.GATES)
def test_counting_many_says_what_standing_of_one_says(row: Gate, gate: str) -> None:
    """Before and after are the states of the standings; a gate without any requirement is unknown for all."""
    partners = [
        Account.objects.create(name=f"{status} {track}", partner_status=status, track=track, partner_type="Channel")
        for status in ("Authorized", "NDA", "")
        for track in ("Select", "Open")
    ]
    dashboard(TODAY, [(one, one.track == "Select", {"Sales Core": number}) for number, one in enumerate(partners)])
    states = Counter(standing_of(one, gate, on=TODAY).state for one in Account.objects.all())
    assert effects.of_change(gate, on=TODAY).before == effects.of_change(gate, on=TODAY).after == states
    Gate.objects.filter(gate=gate).delete()
    assert effects.of_change(gate, on=TODAY).after == {"unknown": Account.objects.count()}


def test_a_requirement_is_added_and_ended_with_a_reason(lead: Client, cast: Cast, row: Gate) -> None:
    account = Account.objects.create(name="P", partner_status="Authorized", track="Open")
    dashboard(TODAY, {account: True})
    form = {"check_kind": "track", "words": "Track is Select", "values": "Select", "since": TODAY.isoformat()}
    looked = lead.post("/settings/requirements/new/loa/", {**form, "look": "1"})
    assert ("met", 1, 0) in looked.context["effects"].table
    lead.post("/settings/requirements/new/loa/", form)
    added = Gate.objects.get(gate="loa", words="Track is Select")
    assert standing_of(account, "loa", on=TODAY).state == "missing"
    end = {"on": TODAY.isoformat(), "end_why": "", "seen": acts.version_of(added)}
    assert lead.post(f"/settings/requirements/{added.pk}/end/", end).status_code == 422
    looked = lead.post(f"/settings/requirements/{added.pk}/end/", {**end, "end_why": "A mistake", "look": "1"})
    assert ("met", 0, 1) in looked.context["effects"].table
    lead.post(f"/settings/requirements/{added.pk}/end/", {**end, "end_why": "A mistake"})
    assert standing_of(account, "loa", on=TODAY).state == "met"
    assert [event.why for event in events_of(added)] == ["", "A mistake"]
    page = lead.get("/settings/requirements/").content.decode()
    assert "never held" in page
    assert "A mistake" in page


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"values": " \n"}, "values"),
        ({"values": "x" * 121}, "values"),
        ({"words": ""}, "words"),
        ({"since": (TODAY - timedelta(days=1)).isoformat()}, "since"),
        ({"since": "soon"}, "since"),
        ({"source": "https://not an address"}, "source"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(lead: Client, row: Gate, other: dict[str, str], field: str) -> None:
    answer = lead.post(f"/settings/requirements/{row.pk}/", filled(row, **other))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_two_leads_at_once_and_rows_that_are_over(lead: Client, row: Gate) -> None:
    stale = filled(row, words="Other words")
    lead.post(f"/settings/requirements/{row.pk}/", filled(row, words="First words"))
    answer = lead.post(f"/settings/requirements/{row.pk}/", stale, follow=True)
    assert "Somebody changed this requirement since you opened it." in answer.content.decode()
    answer = lead.post(f"/settings/requirements/{row.pk}/", filled(row, words="Other words"), follow=True)
    assert "This requirement holds no more." in answer.content.decode()
    assert not Gate.objects.filter(words="Other words").exists()


def test_saying_the_same_changes_nothing(lead: Client, row: Gate) -> None:
    before = Gate.objects.count()
    lead.post(f"/settings/requirements/{row.pk}/", filled(row))
    assert (Gate.objects.count(), events_of(row).count()) == (before, 0)


def test_a_gate_nobody_knows_is_not_found(lead: Client, row: Gate) -> None:
    assert lead.get("/settings/requirements/new/coffee/").status_code == 404
    assert lead.get("/settings/requirements/999999/").status_code == 404

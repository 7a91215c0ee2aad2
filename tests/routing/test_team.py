"""A change of the team: looked at, proposed, approved by somebody else, in force as a whole and only once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

import tickets.loading
from integrations.models import Envelope
from journal.record import events_of
from mail.models import OutgoingMail
from partners.models import Opportunity
from people.models import Absence, ChannelManager
from routing import history, owners
from routing.facts import Where
from routing.models import Coverage, HandOver, KeyRule, OwnershipChange, PartnerRule, RosterChange
from routing.ownership import again
from routing.team import acts, applying, hand_over, moves, problems, published, rules_of, tasks
from routing.team.acts import Refused
from routing.team.reach import reach_of
from tests.conftest import Cast
from tests.routing.team_cast import SOON, TODAY, in_force, leaving, manager, partner, ticket_of
from tickets.models import Task, Ticket

State, Kind = RosterChange.State, RosterChange.Kind
ILARIA, MATTHEW = "005000000000001AAA", "005000000000002AAA"


@pytest.fixture
def ilaria(roster: None) -> ChannelManager:
    return manager("Ilaria Pazienza", salesforce_id=ILARIA, salesforce_email="ilaria.pazienza@example.com")


@pytest.fixture
def matthew(roster: None) -> ChannelManager:
    return manager("Matthew Coughlan", salesforce_id=MATTHEW, salesforce_email="matthew.coughlan@example.com")


def answer(account: Any) -> str:
    return str(owners.account_owner(Where(account=account), on=TODAY).manager)


def test_somebody_leaves_and_everything_goes_on(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    dach = partner("Waldsee GmbH", ilaria, salesforce_id="001000000000001AAA")
    other = partner("Solo SAS", ilaria, country="FR", salesforce_id="001000000000002AAA")  # rules: Tristan Ouin
    foreign = partner("Dritte GmbH", matthew, salesforce_id="001000000000003AAA")  # the rule moves, the owner stays
    open_one, solved = ticket_of(cast, dach, ilaria), ticket_of(cast, dach, ilaria)
    Ticket.objects.filter(pk=solved.pk).update(status="closed")
    KeyRule.objects.create(
        table="segment", key="Large-EMEA-EMEA-DACH", folded="large-emea-emea-dach", result="Ilaria Pazienza",
        manager=ilaria, valid_from=TODAY,
    )  # fmt: skip
    change = in_force(leaving(ilaria, matthew, by=cast.nadia), cast)
    assert (change.state, change.preview["accounts"], change.preview["rules"]) == (State.APPLIED, 3, 5)
    ilaria.refresh_from_db()
    assert (ilaria.active, ilaria.left, rules_of(ilaria)) == (False, TODAY - timedelta(days=1), [])
    assert answer(dach) == answer(foreign) == "Matthew Coughlan"
    assert KeyRule.objects.get(valid_to=None).manager == matthew
    old = Coverage.objects.get(place="group:dach", track="select", manager=ilaria)
    assert (old.valid_to, old.ended_by, Coverage.objects.filter(change=change).count()) == (
        TODAY - timedelta(days=1), change, 4,
    )  # fmt: skip
    open_one.refresh_from_db()
    solved.refresh_from_db()
    assert (open_one.channel_manager, solved.channel_manager) == (matthew, ilaria)
    assert events_of(open_one).last().verb == "channel manager changed"  # type: ignore[union-attr]
    prepared = OwnershipChange.objects.get()
    wanted = {row.name: (row.old_owner_id, row.new_owner_name, row.state) for row in prepared.rows.all()}
    assert wanted["Waldsee GmbH"] == (ILARIA, "Matthew Coughlan", "waiting")
    assert wanted["Solo SAS"][1] == "Tristan Ouin"
    assert (set(wanted), prepared.kind, prepared.state) == ({"Waldsee GmbH", "Solo SAS"}, "roster", "ready")
    assert prepared.roster_change == change
    assert {str(note.account): str(note.new) for note in HandOver.objects.all()} == {
        "Waldsee GmbH": "Matthew Coughlan", "Solo SAS": "Tristan Ouin", "Dritte GmbH": "Matthew Coughlan",
    }  # fmt: skip
    assert other.channel_manager == ilaria  # the mirror says what Salesforce says until it is changed there


def test_it_happens_once(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    partner("Waldsee GmbH", ilaria, salesforce_id="001000000000001AAA")
    change = in_force(leaving(ilaria, matthew, by=cast.nadia), cast)
    before = [model.objects.count() for model in (Coverage, HandOver, OwnershipChange, Task, OutgoingMail)]
    assert applying.apply(change.pk) is False
    assert applying.due() == []
    assert [model.objects.count() for model in (Coverage, HandOver, OwnershipChange, Task, OutgoingMail)] == before


def test_a_worker_that_dies_on_the_way_loses_nothing(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was written before it died is not there; the next one does it whole."""
    partner("Waldsee GmbH", ilaria, salesforce_id="001000000000001AAA")
    change = leaving(ilaria, matthew, by=cast.nadia)
    acts.propose(change, by=cast.nadia)
    acts.approve(change, by=cast.lena)

    def dies(name: str) -> None:
        assert Coverage.objects.filter(change=change).exists()  # half of it is done at that point
        raise KeyboardInterrupt(name)

    with monkeypatch.context() as patch:
        patch.setattr("web.failpoints.reach", dies)
        with pytest.raises(KeyboardInterrupt):
            applying.apply(change.pk)
    ilaria.refresh_from_db()
    assert (ilaria.active, Coverage.objects.filter(change=change).count(), Task.objects.count()) == (True, 0, 0)
    assert applying.due() == [change.pk]
    assert applying.apply(change.pk) is True
    assert Coverage.objects.filter(change=change).count() == 4


def test_a_ticket_goes_to_whom_the_rules_name_for_its_partner(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager
) -> None:
    """It was with the leaver by hand; the partner has been somebody else's all the time."""
    tristan = manager("Tristan Ouin", salesforce_id="005000000000003AAA")
    french = ticket_of(cast, partner("Solo SAS", tristan, country="FR"), ilaria)
    nowhere = ticket_of(cast, partner("Nirgends Ltd", tristan, country=""), ilaria)
    in_force(leaving(ilaria, matthew, by=cast.nadia), cast)
    french.refresh_from_db()
    nowhere.refresh_from_db()
    assert (french.channel_manager, nowhere.channel_manager) == (tristan, matthew)


def test_the_day_in_the_text_for_partners_follows_the_change(cast: Cast, ilaria: ChannelManager) -> None:
    tickets.loading.load()
    change = acts.begin(Kind.LEAVES, effective=date(2031, 3, 7), by=cast.nadia, manager=ilaria)
    assert "7 Mar 2031" in change.partner_text
    values = {"effective": date(2031, 4, 1), "partner_text": change.partner_text}
    acts.write(change, by=cast.nadia, values=values, given=change.moves)
    change.refresh_from_db()
    assert "1 Apr 2031" in change.partner_text
    assert "7 Mar 2031" not in change.partner_text


@pytest.mark.parametrize(
    ("active", "left"), [(True, SOON - timedelta(days=1)), (False, TODAY - timedelta(days=3)), (False, None)]
)
def test_who_is_set_as_gone_already_hands_over_by_the_rules(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager, active: bool, left: date | None
) -> None:
    """The last day stands in the directory before the change is written: no account falls to whoever takes the rest."""
    camille = manager("Camille Dios", salesforce_id="005000000000004AAA")
    ilaria = manager("Ilaria Pazienza", active=active, left=left)
    partner("Waldsee GmbH", ilaria, salesforce_id="001000000000001AAA")
    partner("Nirgends Ltd", ilaria, country="", salesforce_id="001000000000002AAA")
    change = leaving(ilaria, matthew, by=cast.nadia, effective=SOON)
    given = [one | {"to": camille.pk} if one["rule"] == moves.REST else one for one in change.moves]
    acts.write(change, by=cast.nadia, values={}, given=given)
    change.refresh_from_db()
    moved = moves.moves_of(change)
    reach = reach_of(change, moved)
    assert {str(one.account): (str(one.new), one.owned) for one in reach.accounts} == {
        "Waldsee GmbH": ("Matthew Coughlan", True), "Nirgends Ltd": ("Camille Dios", True),
    }  # fmt: skip
    assert problems.of(change, moved, reach) == []


def test_the_last_day_that_is_set_stays(cast: Cast, matthew: ChannelManager) -> None:
    last = TODAY - timedelta(days=5)
    gone = manager("Ilaria Pazienza", active=False, left=last)
    in_force(leaving(gone, matthew, by=cast.nadia), cast)
    gone.refresh_from_db()
    assert (gone.active, gone.left, rules_of(gone)) == (False, last, [])
    again_ = leaving(gone, matthew, by=cast.nadia)
    with pytest.raises(Refused, match="nothing is left with them"):
        acts.propose(again_, by=cast.nadia)


def test_what_it_reaches_is_counted_from_the_rules(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager, django_assert_max_num_queries: Any
) -> None:
    waldsee = partner("Waldsee GmbH", ilaria)
    partner("Offen GmbH", track="Open")  # another list's manager
    partner("Weg GmbH", ilaria, deleted=cast.katrin.created)
    ticket_of(cast, waldsee, ilaria)
    cast.katrin.account = waldsee
    cast.katrin.save()
    address = {"email": "KATRIN@northwind.example.com"}
    Envelope.objects.create(account_id="a", envelope_id="1", status="sent", subject="LOA", recipients=[address])
    Envelope.objects.create(account_id="a", envelope_id="2", status="completed", recipients=[address])
    Absence.objects.create(manager=matthew, first_day=TODAY, stand_in=manager("Tristan Ouin"))
    change = leaving(ilaria, matthew, by=cast.nadia)
    moved = moves.moves_of(change)
    reach = reach_of(change, moved)
    assert reach.as_json() == {"accounts": 1, "owners": 1, "tickets": 1, "letters": 1, "contacts": 1, "portal": 1}
    assert reach.letters[0].words == "LOA (DocuSign: sent)"
    assert [str(one.stand_in) for one in reach.away] == ["Tristan Ouin"]
    for number in range(60):
        partner(f"Firma {number} GmbH", ilaria)
    with django_assert_max_num_queries(14):
        assert len(reach_of(change, moved).accounts) == 61


def test_what_speaks_against_it(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    def said(change: RosterChange) -> str:
        moved = moves.moves_of(change)
        return " ".join(problems.of(change, moved, reach_of(change, moved)))

    partner("Nirgends Ltd", ilaria, country="")
    bare = acts.begin(Kind.LEAVES, effective=TODAY, by=cast.nadia, manager=ilaria)
    assert "DACH, Poland, Italy, Czechia have no successor." in said(bare)
    assert "Nirgends Ltd is with Ilaria Pazienza in Salesforce and no rule says who is next" in said(bare)
    with pytest.raises(Refused, match="no successor"):
        acts.propose(bare, by=cast.nadia)
    assert "cannot be the successor" in said(leaving(ilaria, ilaria, by=cast.nadia))
    assert "not here any more" in said(leaving(ilaria, manager("Jay Bahar", active=False), by=cast.nadia))
    assert "long ago" in said(leaving(ilaria, matthew, by=cast.nadia, effective=TODAY - timedelta(days=40)))
    fine = leaving(ilaria, matthew, by=cast.nadia, effective=SOON)
    assert said(fine) == ""
    acts.propose(fine, by=cast.nadia)
    assert "moves some of the same rules" in said(leaving(ilaria, matthew, by=cast.nadia))
    assert "Another change about Ilaria Pazienza waits for" in said(bare)
    second = acts.begin(Kind.MOVES, effective=TODAY, by=cast.nadia, manager=ilaria)
    assert "Nothing moves yet" in said(second)
    acts.write(second, by=cast.nadia, values={}, given=[{"rule": fine.moves[0]["rule"], "to": matthew.pk}])
    second.refresh_from_db()
    assert "moves some of the same rules" in said(second)


def test_a_second_person_approves(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    change = leaving(ilaria, matthew, by=cast.lena, effective=SOON)
    acts.propose(change, by=cast.lena)
    for who, words in ((cast.lena, "second person"), (cast.nadia, "A lead approves")):
        with pytest.raises(Refused, match=words):
            acts.approve(change, by=who)
    acts.approve(change, by=cast.ada)
    acts.approve(change, by=cast.ada)
    assert [event.verb for event in events_of(change)] == ["drafted", "changed", "proposed", "approved"]
    assert applying.apply(change.pk) is False  # its day has not come
    assert applying.due() == []
    acts.revise(change, by=cast.nadia)
    change.refresh_from_db()
    assert (change.state, change.approved_by) == (State.DRAFT, None)
    acts.drop(change, by=cast.nadia, why="Stays after all")
    with pytest.raises(Refused):
        acts.propose(change, by=cast.nadia)


def test_what_changed_since_the_approval_is_told_once_and_nothing_is_done(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager
) -> None:
    change = leaving(ilaria, matthew, by=cast.nadia)
    acts.propose(change, by=cast.nadia)
    acts.approve(change, by=cast.lena)
    row = Coverage.objects.get(place="JP")
    history.change_coverage(row, manager=ilaria, valid_from=TODAY, by=cast.lena, why="For a while")
    told = OutgoingMail.objects.count()
    assert [applying.apply(change.pk), applying.apply(change.pk)] == [False, False]
    change.refresh_from_db()
    assert (change.state, change.preview["blocked"]) == (State.APPROVED, "Japan has no successor.")
    assert OutgoingMail.objects.count() == told + 1
    assert Coverage.objects.filter(change=change).count() == 0


def test_an_approval_is_of_what_was_read(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    """Proposed anew with another successor between the lead's look and the lead's click."""
    change = leaving(ilaria, matthew, by=cast.nadia, effective=SOON)
    acts.propose(change, by=cast.nadia)
    seen = acts.version_of(change)
    acts.revise(change, by=cast.nadia)
    acts.write(
        change, by=cast.nadia, values={}, given=[one | {"to": manager("Camille Dios").pk} for one in change.moves]
    )
    acts.propose(change, by=cast.nadia)
    with pytest.raises(Refused, match="changed since you opened it"):
        acts.approve(change, by=cast.lena, seen=seen)
    assert acts.approve(change, by=cast.lena, seen=acts.version_of(change)).state == State.APPROVED


def test_what_speaks_against_it_by_now_is_not_approved(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager
) -> None:
    change = leaving(ilaria, matthew, by=cast.nadia, effective=SOON)
    acts.propose(change, by=cast.nadia)
    manager("Matthew Coughlan", active=False)
    with pytest.raises(Refused, match="Matthew Coughlan is not here any more"):
        acts.approve(change, by=cast.lena)


def test_nobody_takes_over_who_is_about_to_leave(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    first = leaving(matthew, manager("Tristan Ouin"), by=cast.nadia, effective=SOON)
    acts.propose(first, by=cast.nadia)
    with pytest.raises(Refused, match="Matthew Coughlan leaves on"):
        acts.propose(leaving(ilaria, matthew, by=cast.nadia, effective=SOON), by=cast.nadia)
    acts.propose(leaving(ilaria, matthew, by=cast.nadia, effective=SOON - timedelta(days=1)), by=cast.nadia)


def test_a_place_given_to_somebody_else_meanwhile_is_not_taken_from_them(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager
) -> None:
    poland, day = Coverage.objects.get(place="PL"), timedelta(days=1)
    change = acts.begin(
        Kind.MOVES, effective=TODAY, by=cast.nadia, manager=ilaria,
        given=[{"rule": f"coverage:{poland.pk}", "to": matthew.pk}],
    )  # fmt: skip
    acts.propose(change, by=cast.nadia)
    acts.approve(change, by=cast.lena)
    camille = manager("Camille Dios")
    history.change_coverage(poland, manager=camille, valid_from=poland.valid_from, by=cast.lena, why="A slip")
    assert applying.apply(change.pk) is False
    change.refresh_from_db()
    assert change.preview["blocked"].startswith("Poland is with Camille Dios by now.")
    acts.revise(change, by=cast.nadia)
    change.refresh_from_db()
    in_force(change, cast)
    rows = Coverage.objects.filter(place="PL").order_by("valid_from")
    assert [(str(row.manager), row.valid_to) for row in rows] == [
        ("Camille Dios", TODAY - day), ("Matthew Coughlan", None),
    ]  # fmt: skip


def test_the_owners_of_a_joiner_wait_until_their_user_is_known(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager
) -> None:
    partner("Waldsee GmbH", ilaria, salesforce_id="001000000000001AAA")
    change = acts.begin(Kind.JOINS, effective=TODAY, by=cast.nadia, person={"name": "Nora Lind", "region": "EMEA"})
    dach = Coverage.objects.get(place="group:dach", track="select")
    acts.write(change, by=cast.nadia, values={}, given=[{"rule": f"coverage:{dach.pk}", "to": moves.JOINER}])
    change.refresh_from_db()
    in_force(change, cast)
    prepared = OwnershipChange.objects.get()
    assert "is not known yet" in prepared.rows.get().words
    manager("Nora Lind", salesforce_id="005000000000009AAA")  # a worker found it
    again.check(prepared.pk, there={"001000000000001AAA"})
    row = prepared.rows.get()
    assert (row.state, row.new_owner_id, row.words) == ("waiting", "005000000000009AAA", "")


def test_one_that_fails_keeps_no_other_from_its_day(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    for who in (ilaria, manager("Jay Bahar")):
        change = leaving(who, matthew, by=cast.nadia)
        acts.propose(change, by=cast.nadia)
        acts.approve(change, by=cast.lena)
    write = hand_over.write

    def fails(change: RosterChange, reached: Any) -> int:
        if change.manager == ilaria:
            raise ValueError("broken")
        return write(change, reached)

    monkeypatch.setattr("routing.team.hand_over.write", fails)
    assert tasks.apply_due() == 1
    assert [str(one.manager) for one in RosterChange.objects.filter(state=State.APPLIED)] == ["Jay Bahar"]
    ilaria.refresh_from_db()
    assert ilaria.active


def test_somebody_nobody_knows_joins_and_takes_places_over(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager
) -> None:
    waldsee = partner("Waldsee GmbH", ilaria, salesforce_id="001000000000001AAA")
    tickets.loading.load()  # the response that the text is prepared from
    person = {"name": "Nora Lind", "team": "select", "region": "EMEA", "salesforce_email": "nora.lind@example.com"}
    change = acts.begin(Kind.JOINS, effective=TODAY, by=cast.nadia, person=person)
    assert "Nora Lind looks after {{ partner_name }}" in change.partner_text
    dach = Coverage.objects.get(place="group:dach", track="select")
    named = PartnerRule.objects.create(
        table="named", partner_name="Solo SAS", folded="solo sas", result="Matthew Coughlan", manager=matthew,
        valid_from=TODAY,
    )  # fmt: skip
    rows = [{"rule": f"coverage:{dach.pk}", "to": moves.JOINER}, {"rule": f"partnerrule:{named.pk}", "to": "new"}]
    acts.write(change, by=cast.nadia, values={}, given=rows)
    change.refresh_from_db()
    change = in_force(change, cast)
    nora = ChannelManager.objects.get(name="Nora Lind")
    assert (change.manager, nora.team, nora.region, nora.active) == (nora, "select", "EMEA", True)
    assert answer(waldsee) == "Nora Lind"
    assert PartnerRule.objects.get(valid_to=None).result == "Nora Lind"
    assert HandOver.objects.get().new == nora
    told = OutgoingMail.objects.filter(subject__startswith="Your partners change")
    assert {mail.to[0]["address"] for mail in told} == {"nora.lind@example.com", "ilaria.pazienza@example.com"}


def test_territories_move_and_a_way_back_is_prepared(
    cast: Cast, ilaria: ChannelManager, matthew: ChannelManager
) -> None:
    poland = Coverage.objects.get(place="PL")
    change = acts.begin(Kind.MOVES, effective=TODAY, by=cast.nadia, manager=ilaria)
    acts.write(change, by=cast.nadia, values={}, given=[
        {"rule": one["rule"], "to": matthew.pk if one["rule"] == f"coverage:{poland.pk}" else None}
        for one in change.moves
    ])  # fmt: skip
    change.refresh_from_db()
    change = in_force(change, cast)
    assert [str(row) for row in rules_of(ilaria)] == ["EMEA Select, group:dach", "EMEA Select, IT", "EMEA Select, CZ"]
    back = acts.reverse(change, by=cast.lena)
    assert (back.kind, back.state, len(back.moves)) == (Kind.MOVES, State.DRAFT, 1)
    in_force(back, cast)
    assert str(Coverage.objects.valid_on(TODAY).get(place="PL").manager) == "Ilaria Pazienza"


def test_who_left_comes_back(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    change = in_force(leaving(ilaria, matthew, by=cast.nadia), cast)
    back = acts.reverse(change, by=cast.lena)
    assert (back.kind, back.manager, len(back.moves)) == (Kind.JOINS, ilaria, 4)
    in_force(back, cast)
    ilaria.refresh_from_db()
    assert (ilaria.active, ilaria.left, len(rules_of(ilaria))) == (True, None, 4)


def test_the_hand_over_says_what_the_mirror_knows(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    waldsee = partner("Waldsee GmbH", ilaria, contracted_territories=["Germany"])
    ticket = ticket_of(cast, waldsee, ilaria)
    for name, stage in (("Renewal *2027*", "4-Proposal"), ("Lost", "8-Closed Lost")):
        Opportunity.objects.create(salesforce_id=f"006{name[:9]}", account=waldsee, name=name, stage=stage)
    in_force(leaving(ilaria, matthew, by=cast.nadia), cast)
    text = HandOver.objects.get().text
    assert "- **Partner status:** Authorized" in text
    assert "- **Contracted for:** Germany" in text
    assert f"1: {ticket.reference} About Waldsee GmbH (New)" in text
    assert "1: Renewal \\*2027\\* (4-Proposal, not known)" in text
    assert "Katrin Vogel" in text
    assert "cannot be told: " in text


def test_others_get_their_tasks(cast: Cast, ilaria: ChannelManager, matthew: ChannelManager) -> None:
    waldsee = partner("Waldsee GmbH", ilaria)
    change = leaving(ilaria, matthew, by=cast.nadia)
    acts.write(change, by=cast.nadia, values={"partner_text": "{{ new_cam }} it is."}, given=change.moves)
    change = in_force(change, cast)
    tasks = {task.key.rpartition(":")[2]: task for task in Task.objects.all()}
    assert set(tasks) == {"impartner", "partners", "handbook"}
    assert tasks["impartner"].team == Task.Team.CHANNEL_MARKETING
    item = {"words": "Waldsee GmbH: Ilaria Pazienza → Matthew Coughlan", "link": f"/partners/{waldsee.pk}/"}
    assert tasks["impartner"].items == [item | {"done": None}]
    assert f"/routing/team/{change.pk}/impartner/" in tasks["impartner"].body
    handbook = tasks["handbook"]
    assert (handbook.team, handbook.region, handbook.address) == ("desk", "EMEA", f"/routing/team/{change.pk}/")
    assert f"```\n{published.markdown(TODAY)}```" in handbook.body
    assert "- Poland: Matthew Coughlan" in handbook.body

"""The register: tabs and filters, one licence with its forms, the list as a file, and what each role may do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from journal.record import actor_of, events_of
from nfr import policy
from nfr.models import Licence, LicenceRequest, SeatCount, SupportRequest, Type
from nfr.register import states, writing
from partners import hooks
from partners.models import Account
from people.models import User
from tests.conftest import Cast
from tickets.actions import Refused
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
Opened = Callable[..., Ticket]
Makes = Callable[..., Licence]
Stage = LicenceRequest.Stage


@pytest.fixture
def made(cast: Cast) -> Makes:
    """A licence as it stands in the register."""

    def make(**values: Any) -> Licence:
        given: dict[str, Any] = {"account": cast.bluepeak, "type": "saas", "tier": "ultimate", "seats": 10}
        given |= {
            "namespace": "bluepeak-labs",
            "starts": TODAY - timedelta(days=100),
            "ends": TODAY + timedelta(days=200),
            **values,
        }
        fixed = {name: given.pop(name) for name in ("account", "type", "tier", "seats", "namespace", "starts", "ends")}
        used: Any = given.pop("used", None)
        replaces: Any = given.pop("replaces", None)
        row = writing.grant(None, by=cast.nadia, more=given, replaces=replaces, **fixed)
        if used is not None:
            writing.count_seats(row, used, source=SeatCount.Source.SUPPORT, by=cast.nadia)
        return row

    return make


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, address: str = "") -> str:
    answer = signed_in(user).get(f"/nfr/{address}")
    assert answer.status_code == 200, answer.content[:400]
    return answer.content.decode()


def many(made: Makes, cast: Cast) -> dict[str, Licence]:
    return {
        "over": made(used=13),
        "soon": made(namespace="ends-soon", ends=TODAY + timedelta(days=59), account=cast.northwind, seats=25, used=25),
        "later": made(namespace="ends-later", ends=TODAY + timedelta(days=61)),
        "ended": made(namespace="has-ended", ends=TODAY - timedelta(days=1)),
        "coming": made(namespace="begins", starts=TODAY + timedelta(days=3)),
        "exception": made(
            namespace="special", seats=40, seats_allowed=10, exception="A university.", exception_by="A director"
        ),
        "own": made(type="self_managed", namespace="", licence_ref="L-77", contact_email="ops@bluepeak.example.com"),
        "nobody": made(namespace="whose", account=None, partner_name="Acme Gruppe"),
    }


TABS: dict[str, set[str]] = {
    "": {"over", "soon", "later", "exception", "own", "nobody"},
    "?show=expiring": {"soon"},
    "?show=over": {"over"},
    "?show=ended": {"ended"},
    "?show=coming": {"coming"},
    "?show=exceptions": {"exception"},
    "?show=nobody": {"nobody"},
    "?show=all&track=Select": {"soon"},
    "?show=all&track=unknown": {"nobody"},
    "?region=EMEA": {"soon"},
    "?type=self_managed": {"own"},
    "?type=coffee": set(),
    "?manager=nobody&type=self_managed": {"own"},
    "?q=L-77": {"own"},
    "?q=bluepeak+special": {"exception"},
    "?q=Gruppe": {"nobody"},
    "?q=nothing": set(),
}


def test_tabs_filters_and_words(made: Makes, cast: Cast) -> None:
    rows = many(made, cast)
    desk = signed_in(cast.nadia)
    for address, wanted in TABS.items():
        listing = desk.get(f"/nfr/{address}").context["listing"]
        assert {row.licence.pk for row in listing.rows} == {rows[name].pk for name in wanted}, address
    counts = {str(tab.words): tab.count for tab in desk.get("/nfr/").context["listing"].tabs}
    assert counts == {
        "In force": 6, "Ending within 60 days": 1, "Over their seats": 1, "Requests under way": 0, "To begin": 1,
        "Exceptions": 1, "Partner not known": 1, "Ended": 1, "All": 8,
    }  # fmt: skip
    assert "too many" not in page(cast.nadia, "?show=expiring"), "25 of 25 are not"
    shown = page(cast.nadia, "?show=over")
    assert "3 too many" in shown
    assert 'class="sheet-head' in shown
    part = desk.get("/nfr/?q=special", headers={"HX-Request": "true"}).content.decode()
    assert "special" in part
    assert 'class="sheet-head' not in part


def test_sorted_and_turned_page_by_page(made: Makes, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nfr.register.listing.SIZE", 3)
    ends = [200, 30, None, 90, 90, 400, 61]
    days = [TODAY + timedelta(days=far) if far else None for far in ends]
    rows = [made(namespace=f"ns-{at}", ends=day) for at, day in enumerate(days)]
    writing.count_seats(rows[3], 5, source="desk", by=cast.nadia)
    desk = signed_in(cast.nadia)

    def walked(address: str) -> list[str]:
        found: list[str] = []
        while address:
            listing = desk.get(address).context["listing"]
            found += [row.licence.namespace for row in listing.rows]
            address = listing.next
        return found

    assert walked("/nfr/") == ["ns-1", "ns-6", "ns-3", "ns-4", "ns-0", "ns-5", "ns-2"]
    assert walked("/nfr/?sort=-ends")[0] == "ns-2"
    assert walked("/nfr/?sort=-used")[0] == "ns-3"
    assert len(set(walked("/nfr/?sort=partner"))) == len(ends)
    second = desk.get(desk.get("/nfr/").context["listing"].next).context["listing"]
    back = desk.get(second.previous).context["listing"]
    assert [row.licence.namespace for row in back.rows] == ["ns-1", "ns-6", "ns-3"]
    assert "ns-1" in page(cast.nadia, "?after=nonsense")


def test_the_list_costs_the_same_however_long_it_is(made: Makes, cast: Cast) -> None:
    counts = []
    for number in range(3):
        for at in range(1 + 3 * number):
            made(namespace=f"group-{number}-{at}", account=cast.northwind if at % 2 else cast.bluepeak)
        with CaptureQueriesContext(connection) as asked:
            page(cast.nadia)
        counts.append(len(asked))
    assert counts[2] <= counts[1], counts


def test_requests_under_way_by_stage(opened: Opened, cast: Cast) -> None:
    for stage in (Stage.ASKED, Stage.AT_SUPPORT, Stage.DONE):
        ticket = opened(kind="nfr", subject=f"A licence, {stage}")
        values = {"stage": stage, "account": cast.northwind, "topic": "new", "types": ["saas"], "namespace": "nw"}
        LicenceRequest.objects.update_or_create(ticket=ticket, defaults=values)
    shown = page(cast.nadia, "?show=requests")
    assert "A licence, asked" in shown
    assert "A licence, done" not in shown
    at_support = page(cast.nadia, "?show=requests&stage=at_support")
    assert "A licence, at_support" in at_support
    assert "A licence, asked" not in at_support
    assert "No request matches" in page(cast.nadia, "?show=requests&type=self_managed")
    csv = signed_in(cast.nadia).get("/nfr/export/?show=requests").content.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("Ticket,Partner,Track")
    assert len(csv) == 3
    foreign = opened(kind="nfr", subject="Of another manager's partner", requester=cast.omar, partner=cast.bluepeak)
    LicenceRequest.objects.update_or_create(ticket=foreign, defaults={"stage": Stage.ASKED, "account": cast.bluepeak})
    assert "Of another manager" in page(cast.nadia, "?show=requests")
    own = page(cast.sofia, "?show=requests")
    assert ("A licence, asked" in own, "Of another manager" in own) == (True, False)


def test_as_a_file(made: Makes, cast: Cast) -> None:
    made(contact_name="=1+1", used=13, note="Since the audit", namespace="audited")
    desk = signed_in(cast.nadia)
    lines = desk.get("/nfr/export/?format=csv").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Partner,Track,Region,Channel manager,Type,Tier,Seats granted")
    assert "Bluepeak Systems Inc.,Open,AMER,,SaaS,Ultimate,10," in lines[1]
    assert "'=1+1" in lines[1]  # nothing a spreadsheet computes
    assert desk.get("/nfr/export/?format=xlsx").content.startswith(b"PK")
    many(made, cast)
    whole = SimpleUploadedFile("nfr.csv", desk.get("/nfr/export/?show=all").content)
    plan = desk.get(desk.post("/nfr/import/", {"file": whole}).headers["Location"]).context["plan"]
    assert (plan.new, len(plan.same) + len(plan.not_taken)) == ([], 9)  # our own list brings nothing twice


@pytest.mark.parametrize(
    ("values", "slug", "words"),
    [
        ({"ends": date(2022, 12, 31)}, "expiring", "Ends in 43 days"),
        ({"ends": date(2022, 11, 18)}, "expiring", "Ends today"),
        ({"ends": date(2022, 11, 19)}, "expiring", "Ends in 1 day"),
        ({"ends": date(2023, 1, 17)}, "expiring", "Ends in 60 days"),
        ({"ends": date(2023, 1, 18)}, "in_force", "In force"),
        ({"ends": date(2022, 11, 17)}, "ended", "Ended on 17 Nov"),
        ({"ends": date(2023, 6, 30), "ended": date(2022, 11, 18)}, "ended", "Ended early on 18 Nov"),
        ({"ends": date(2023, 6, 30), "ended": date(2022, 11, 19)}, "in_force", "In force"),
        ({"ends": date(2023, 6, 30), "starts": date(2022, 11, 19)}, "coming", "Begins on 19 Nov"),
        ({"ends": None}, "in_force", "In force, end not known"),
    ],
)
def test_where_a_licence_stands(values: dict[str, Any], slug: str, words: str) -> None:
    on = date(2022, 11, 18)
    state = states.of(Licence(type="saas", starts=values.pop("starts", date(2022, 1, 1)), **values), on=on)
    assert (state.slug, state.words) == (slug, words)


def test_one_licence_is_added_corrected_counted_renewed_and_ended(cast: Cast, handbook: None) -> None:
    desk = signed_in(cast.nadia)
    form = {
        "partner": "bluepeak systems inc.", "type": "saas", "tier": "ultimate", "seats": "10",
        "namespace": "https://gitlab.com/groups/bluepeak-labs/team/-/billings", "contact_email": "ops@bluepeak.example",
        "starts": TODAY.isoformat(), "ends": (TODAY + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    looked = desk.post("/nfr/new/", {**form, "look": "1"})
    assert looked.context["offer"].verdict == "unknown"  # Salesforce says no status
    assert not Licence.objects.exists()
    assert desk.post("/nfr/new/", {**form, "namespace": "users/omar"}).status_code == 422
    answer = desk.post("/nfr/new/", form, follow=True)
    one = Licence.objects.get()
    assert (one.namespace, one.account, one.seats_allowed, one.source) == ("bluepeak-labs", cast.bluepeak, 10, "hand")
    assert "lies inside the group" in answer.content.decode()
    assert "Ends in 30 days" in answer.content.decode()

    for day, used in ((10, 8), (5, 13)):
        desk.post(f"/nfr/{one.pk}/count/", {"used": used, "source": "support", "counted": TODAY - timedelta(days=day)})
    assert desk.post(f"/nfr/{one.pk}/count/", {"used": "many", "source": "desk"}).status_code == 422
    one.refresh_from_db()
    assert one.seats_used == 13
    shown = page(cast.nadia, f"{one.pk}/")
    assert "3 too many" in shown
    assert 'class="register-chart"' in shown
    assert "2 counts" in shown

    change = desk.get(f"/nfr/{one.pk}/change/").context["form"].initial
    change = {name: value if value is not None else "" for name, value in change.items()}
    answer = desk.post(f"/nfr/{one.pk}/change/", {**change, "seats": 15, "why": "Typed wrongly"})
    assert "are more than the 10 of the program" in answer.content.decode()
    granted = {"seats": 15, "exception": "A workshop", "exception_by": "Sofia Marchetti"}
    desk.post(f"/nfr/{one.pk}/change/", {**change, **granted, "why": "Typed wrongly"})
    stale = desk.post(f"/nfr/{one.pk}/change/", {**change, "note": "Too late"})
    assert "Somebody changed this licence since you opened it." in stale.content.decode()
    one.refresh_from_db()
    assert (one.seats, one.exception_by, one.note) == (15, "Sofia Marchetti", "")
    told = events_of(one).latest("pk")
    assert (told.verb, told.why, told.after["seats"], told.before["seats"]) == (
        "NFR licence corrected", "Typed wrongly", 15, 10,
    )  # fmt: skip

    renewal = desk.get(f"/nfr/{one.pk}/renew/").context["form"].initial
    assert one.ends
    assert renewal["starts"] == one.ends + timedelta(days=1)
    renewal = {name: value if value is not None else "" for name, value in renewal.items()}
    desk.post(f"/nfr/{one.pk}/renew/", renewal)
    new = Licence.objects.get(replaces=one)
    assert new.ends == renewal["ends"]
    assert desk.post(f"/nfr/{one.pk}/renew/", renewal).status_code == 422
    assert f"/nfr/{new.pk}/" in page(cast.nadia, f"{one.pk}/")
    assert "Renewed until" in page(cast.nadia, f"{one.pk}/")

    end = {"on": TODAY.isoformat(), "end_why": "", "seen": writing.version_of(new)}
    assert desk.post(f"/nfr/{one.pk}/end/", end).status_code == 422
    desk.post(f"/nfr/{one.pk}/end/", {**end, "end_why": "Given back", "seen": writing.version_of(one)})
    one.refresh_from_db()
    assert (one.ended, one.ended_why) == (TODAY, "Given back")
    desk.post(f"/nfr/{one.pk}/goes-on/", {"why": "A mistake"})
    one.refresh_from_db()
    assert one.ended is None
    mistaken = writing.version_of(new)
    desk.post(f"/nfr/{new.pk}/end/", {"on": TODAY.isoformat(), "end_why": "By mistake", "seen": mistaken})
    new.refresh_from_db()
    assert (new.ended, new.replaces) == (TODAY, None)  # it never began: the old one ends, and may be renewed again
    assert "Ends in 30 days" in page(cast.nadia, f"{one.pk}/")
    assert desk.get(f"/nfr/{one.pk}/renew/").status_code == 200
    desk.post(f"/nfr/{new.pk}/goes-on/", {"why": "After all"})
    new.refresh_from_db()
    assert (new.ended, new.replaces) == (None, one)
    verbs = list(events_of(one).values_list("verb", flat=True))
    assert verbs == [
        "NFR licence granted", "seats counted", "seats counted", "NFR licence corrected", "NFR licence ended",
        "NFR licence goes on",
    ]  # fmt: skip


def test_a_name_that_may_be_several(cast: Cast) -> None:
    for name in ("Bluepeak Holding AG", "Bluepeak Holding GmbH"):
        Account.objects.create(name=name, track="Open")
    desk = signed_in(cast.nadia)
    form = {"partner": "Bluepeak Holding", "type": "saas"}
    answer = desk.post("/nfr/new/", form)
    assert answer.status_code == 422
    assert "Which one is meant?" in answer.content.decode()
    chosen = Account.objects.get(name="Bluepeak Holding AG")
    desk.post("/nfr/new/", {**form, "account": chosen.pk})
    assert Licence.objects.get().account == chosen
    assert "No partner is named" in desk.post("/nfr/new/", {**form, "partner": "Qqq"}).content.decode()


def test_what_the_writer_keeps(made: Makes, cast: Cast, opened: Opened) -> None:
    one = made()
    newest = timezone.now()
    for at, used in ((newest, 12), (newest - timedelta(days=3), 7), (newest, 12)):
        writing.count_seats(one, used, source="support", by=actor_of(cast.nadia), at=at)
    assert (one.seats_used, one.counts.count()) == (12, 2)  # an older count is not the newest; twice is once
    with pytest.raises(Refused, match="before the start"):
        writing.change(one, {"ends": date(2000, 1, 1)}, by=cast.nadia)
    with pytest.raises(Refused, match="who approved"):
        made(exception="Because")
    with pytest.raises(Refused, match="whose licence"):
        made(account=None)
    with pytest.raises(Refused, match="bluepeak-labs of Bluepeak Systems Inc."):
        made(account=cast.northwind)  # whoever it is said to be: a group has one at a time
    with pytest.raises(Refused, match="looks like a licence key"):
        made(namespace="other", note="The key:\n" + "\n".join(["eyJkYXRhIjoi" * 5] * 4))
    own = {"type": "self_managed", "namespace": ""}
    made(**own)
    with pytest.raises(Refused, match="has this licence already"):
        made(**own)  # the form was sent twice
    made(**own, licence_ref="L-2")
    before = events_of(one).count()
    writing.change(one, {"note": one.note}, by=cast.nadia)
    assert events_of(one).count() == before
    writing.change(one, {"exception": "A fair", "exception_by": "A director", "seats": 40}, by=cast.nadia)
    assert (one.seats, one.exception) == (40, "A fair")
    ticket = opened(kind="nfr", subject="New")
    request, _new = LicenceRequest.objects.update_or_create(
        ticket=ticket, defaults={"account": cast.bluepeak, "contact_name": "Omar Reyes"}
    )
    granted = writing.grant(
        request, account=cast.bluepeak, type=Type.SELF_MANAGED, tier="ultimate", seats=10, namespace="",
        starts=TODAY, ends=one.ends, by=cast.nadia, more={"support_ticket": "401188"},
    )  # fmt: skip
    request.refresh_from_db()
    assert (granted.contact_name, granted.ticket, granted.source) == ("Omar Reyes", ticket, "desk")
    assert request.licence == granted
    assert ticket.reference in page(cast.nadia, f"{granted.pk}/")
    before = Licence.objects.count()
    assert one.ends
    for replaces, more in ((granted, {"namespace": ""}), (None, {"type": "saas", "namespace": "while-at-support"})):
        given: dict[str, Any] = {
            "account": cast.bluepeak, "type": "self_managed", "tier": "ultimate", "seats": 10, "replaces": replaces,
            "starts": one.ends + timedelta(days=1), "ends": one.ends + timedelta(days=365), **more,
        }  # fmt: skip
        by_hand = writing.grant(None, by=cast.nadia, **given)  # somebody was quicker than the ticket
        issued = writing.grant(request, by=cast.lena, **{**given, "seats": 8}, more={"support_ticket": "401190"})
        assert (issued.pk, issued.seats, issued.support_ticket) == (by_hand.pk, 8, "401190")
    assert Licence.objects.count() == before + 2
    hooks.merged(cast.bluepeak, cast.northwind)
    one.refresh_from_db()
    assert one.account == cast.northwind


def test_two_tickets_do_not_get_the_same_licence(cast: Cast, opened: Opened, handbook: None) -> None:
    """What Support is asked for on one ticket stands in the way of the other, until it is answered or ended."""
    first, second = (opened(kind="nfr", subject="A licence", requester=cast.omar) for _n in range(2))
    values = {"account": cast.bluepeak, "stage": Stage.AT_SUPPORT, "types": ["saas"]}
    at_support, _new = LicenceRequest.objects.update_or_create(ticket=first, defaults=values)
    other, _new = LicenceRequest.objects.update_or_create(ticket=second, defaults={"account": cast.bluepeak})
    asked = SupportRequest.objects.create(request=at_support, purpose="provision", type="saas")

    def in_the_way(request: LicenceRequest | None, kind: str = "saas") -> bool:
        said = policy.offer(cast.bluepeak, type=kind, seats=10, on=TODAY, request=request)
        return any(first.reference in one.words for one in said.missing)

    assert in_the_way(other)
    assert in_the_way(None)
    assert not in_the_way(at_support)
    assert not in_the_way(other, "self_managed")
    SupportRequest.objects.filter(pk=asked.pk).update(outcome="done")
    assert not in_the_way(other)


def test_a_channel_manager_reads_their_partners_and_writes_nothing(made: Makes, cast: Cast, opened: Opened) -> None:
    mine, other = made(account=cast.northwind, namespace="northwind-devops"), made()
    manager = signed_in(cast.sofia)
    ticket = opened(kind="general", subject="A stranger's question", requester=cast.omar)
    Licence.objects.filter(pk=mine.pk).update(ticket=ticket)
    assert "A stranger" in page(cast.nadia, f"{mine.pk}/")
    assert "A stranger" not in page(cast.sofia, f"{mine.pk}/")  # a ticket they may not open
    shown = manager.get("/nfr/").content.decode()
    assert "northwind-devops" in shown
    assert "bluepeak-labs" not in shown
    assert "Add licence" not in shown
    assert manager.get(f"/nfr/{mine.pk}/").status_code == 200
    assert manager.get(f"/nfr/{other.pk}/").status_code == 404
    assert [manager.post(f"/nfr/{mine.pk}/{what}/").status_code for what in ("count", "end", "change", "goes-on")] == [
        403
    ] * 4
    assert cast.omar.user
    assert signed_in(cast.omar.user).get("/nfr/").status_code == 403


def test_a_day_is_shown_as_one(made: Makes, cast: Cast) -> None:
    noon = datetime(2022, 11, 18, 12, tzinfo=UTC)
    one = made(starts=date(2022, 1, 1), ends=date(2022, 12, 31))
    writing.count_seats(one, 3, source="partner", by=cast.nadia, at=noon)
    assert "Ended on 31 Dec 22" in page(cast.nadia, f"{one.pk}/")

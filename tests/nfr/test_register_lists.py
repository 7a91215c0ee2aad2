"""Lists kept elsewhere, the terms leads edit, what ends soon, the cards, and the register over REST."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from documents.models import StoredFile
from documents.tables import Table, Unfit, writing
from journal.models import Event
from journal.record import events_of
from nfr.models import Licence, LicenceRequest, Terms
from nfr.program import effects
from nfr.register import cards, daily, sheet
from nfr.register import writing as register
from nfr.register.tasks import look_at_licences
from partners.models import Account, AccountName
from partners.panels import Page
from people.models import User
from tests.conftest import Cast
from tickets.models import Task, Ticket

TODAY = timezone.localdate()
Opened = Callable[..., Ticket]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


HEAD = ["Account Name", "Product", "Plan", "Users", "Used seats", "Namespace", "License ID", "Issued", "Expires",
        "Approved by", "Exception", "Email", "License key", "Colour"]  # fmt: skip


def line(**values: str) -> list[str]:
    given = {"Account Name": "Acme", "Product": "SaaS", **values}
    return [given.get(name, "") for name in HEAD]


TAKEN: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"Namespace": "acme"}, {"type": "saas", "namespace": "acme", "tier": "", "seats": None}),
    ({"Product": "Ultimate (Self-Managed)"}, {"type": "self_managed", "tier": "ultimate"}),
    ({"Product": "", "Namespace": "https://gitlab.com/groups/acme/sub"}, {"type": "saas", "namespace": "acme"}),
    ({"Product": "", "License ID": "L-3", "Namespace": "n/a"}, {"type": "self_managed", "licence_ref": "L-3"}),
    ({"Plan": "premium", "Users": "1,000"}, {"tier": "premium", "seats": 1000}),
    ({"Issued": "2022-01-31", "Expires": "18 Nov 2022"}, {"starts": date(2022, 1, 31), "ends": date(2022, 11, 18)}),
    ({"Expires": "31/12/2022"}, {"ends": date(2022, 12, 31)}),
    ({"Exception": "A fair", "Approved by": "A director"}, {"exception": "A fair", "exception_by": "A director"}),
]
REJECTED: list[tuple[dict[str, str], str]] = [
    ({"Account Name": ""}, "names no partner"),
    ({"Product": "Toaster"}, "neither SaaS nor self-managed"),
    ({"Product": ""}, "Nothing says whether"),
    ({"Expires": "3/4/2022"}, "may be two"),
    ({"Expires": "soon"}, "is no day"),
    ({"Issued": "2022-11-18", "Expires": "2022-11-17"}, "The end is before the start."),
    ({"Users": "ten"}, "is no number of seats"),
    ({"Users": "9999999"}, "cannot be right"),
    ({"Email": "omar at bluepeak"}, "is no e-mail address"),
    ({"Namespace": "users/omar"}, "is a person's own namespace"),
    ({"Exception": "A fair"}, "nobody is named who approved"),
    ({"Approved by": "A director"}, "nothing says what for"),
]


def test_what_a_line_says_and_why_one_is_not_taken() -> None:
    rows = [(3, HEAD), *((at, line(**given)) for at, (given, _wanted) in enumerate(TAKEN, start=4)), (40, HEAD)]
    grid = sheet.grid([Table("Notes", [(1, ["Only words"])]), Table("NFR", [(1, ["NFR licences", "2022"]), *rows])])
    found = sheet.of(grid)
    assert (found.rejected, found.ignored, found.keys) == ([], ["Colour"], ["License key"])
    for read, (given, wanted) in zip(found.lines, TAKEN, strict=True):
        assert {name: read.values[name] for name in wanted} == wanted, given
    secret = {"License key": "abc", "Colour": "red", "License ID": "ab+/" * 25}
    lines = [line(**{**given, **secret}) for given, _words in REJECTED]
    grid = sheet.grid([Table("NFR", [(1, HEAD), *enumerate(lines, start=2)])])
    assert grid.keys == ["License ID", "License key"]  # one is called so, the other looks so
    refused = sheet.of(grid)
    assert refused.lines == []
    for one, (given, words) in zip(refused.rejected, REJECTED, strict=True):
        assert words in one.words, (given, one.words)
    assert not any(hidden in str(grid.rows) for hidden in ("abc", "red", "ab+/"))  # nothing else of the file is kept
    with pytest.raises(Unfit, match="No line with heads was found"):
        sheet.grid([Table("x", [(1, ["Partner", "Colour"])])])


def test_a_list_is_looked_at_taken_over_once_and_asks_whose_a_name_is(cast: Cast, handbook: None) -> None:
    Account.objects.create(name="Havelland Systems AG", track="Open")
    Account.objects.create(name="Havelland Systems GmbH", track="Select")
    rows = [
        HEAD,
        line(
            **{
                "Account Name": "Bluepeak Systems, Inc.",
                "Users": "10",
                "Used seats": "13",
                "Namespace": "bluepeak-labs",
            }
        ),
        line(**{"Account Name": "Havelland Systems", "Namespace": "havelland", "License key": "SECRET"}),
        line(**{"Account Name": "Nobody Knows Ltd", "Namespace": "nobody-knows"}),
        line(**{"Account Name": "Acme", "Product": "Toaster"}),
    ]
    desk = signed_in(cast.nadia)
    nonsense = SimpleUploadedFile("words.csv", b"Only,words\n1,2\n")
    assert "No line with heads was found" in desk.post("/nfr/import/", {"file": nonsense}).content.decode()
    book = writing.workbook(rows, title="NFR", widths={})
    answer = desk.post("/nfr/import/", {"file": SimpleUploadedFile("nfr.xlsx", book)})
    preview = answer.headers["Location"]
    shown = desk.get(preview).content.decode()
    assert "Line 5" in shown
    assert "SECRET" not in shown
    assert "The list has licence keys. They are not read, and not kept." in shown
    plan = desk.get(preview).context["plan"]
    assert [one.name for one in plan.unknown] == ["Havelland Systems", "Nobody Knows Ltd"]
    assert not Licence.objects.exists()
    chosen = Account.objects.get(name="Havelland Systems GmbH")
    assert b"SECRET" not in StoredFile.objects.get(key__startswith="nfr/").read()
    said = {f"partner-{plan.unknown[0].key}": chosen.pk, f"partner-{plan.unknown[1].key}": 0}
    desk.post(preview, said)
    assert desk.post(preview, said, follow=True).status_code == 200
    taken = {one.namespace: one for one in Licence.objects.all()}
    assert set(taken) == {"bluepeak-labs", "havelland", "nobody-knows"}
    assert Licence.objects.count() == 3
    assert (taken["bluepeak-labs"].account, taken["bluepeak-labs"].seats_used) == (cast.bluepeak, 13)
    assert taken["bluepeak-labs"].seats_allowed == 10
    assert [one.verb for one in events_of(taken["bluepeak-labs"])] == ["NFR licence granted", "seats counted"]
    assert (taken["havelland"].account, taken["havelland"].seats_allowed) == (chosen, 25)
    assert (taken["nobody-knows"].account, taken["nobody-knows"].partner_name) == (None, "Nobody Knows Ltd")
    assert AccountName.objects.filter(account=chosen).exists()  # what a person said is remembered
    assert desk.get(preview).context["plan"].new == []
    register.change(taken["bluepeak-labs"], {"ends": TODAY}, by=cast.nadia)
    again = desk.get(preview).context["plan"]  # corrected since: the list brings no second one
    assert (again.new, [one.number for one in again.not_taken]) == ([], [2, 5])
    assert "has it for Bluepeak Systems Inc. until" in again.others[0].words
    unknown = taken["nobody-knows"]
    form = desk.get(f"/nfr/{unknown.pk}/change/").context["form"].initial
    form = {name: value for name, value in form.items() if value is not None}
    desk.post(f"/nfr/{unknown.pk}/change/", {**form, "note": "Asked by telephone"})
    unknown.refresh_from_db()
    assert (unknown.note, unknown.account) == ("Asked by telephone", None)
    desk.post(
        f"/nfr/{unknown.pk}/change/", {**form, "partner": cast.bluepeak.name, "seen": register.version_of(unknown)}
    )
    unknown.refresh_from_db()
    assert (unknown.account, unknown.seats_allowed) == (cast.bluepeak, 10)  # by the track of whose it is
    assert signed_in(cast.sofia).get("/nfr/import/").status_code == 403
    StoredFile.objects.filter(key__startswith="nfr/").update(created=timezone.now() - timedelta(hours=25))
    look_at_licences()
    assert desk.get(preview, follow=True).redirect_chain


def terms_form(**other: Any) -> dict[str, Any]:
    given = {"track": "Open", "seats": 10, "saas": 1, "self_managed": 1, "tier": "ultimate", "months": 12}
    return given | {"renewal": "request", "since": TODAY.isoformat(), "why": "New year", "seen": 0, **other}


def test_leads_change_the_terms_and_see_first_whom_it_affects(cast: Cast, handbook: None) -> None:
    for number, seats in enumerate((10, 10, 12)):
        account = Account.objects.create(name=f"Open {number}", track="Open")
        more = {"exception": "A fair", "exception_by": "A director"} if seats > 10 else {}
        register.grant(
            None, account=account, type="saas", tier="ultimate", seats=seats, namespace=f"open-{number}", starts=TODAY,
            ends=TODAY + timedelta(days=300), by=cast.nadia, more=more,
        )  # fmt: skip
    row = Terms.objects.get(track="Open")
    lead = signed_in(cast.lena)
    looked = lead.post(f"/settings/nfr/{row.pk}/", terms_form(seats=5, look="1"))
    found = looked.context["effects"]
    assert {move.account.name for move in found.moves} == {"Open 0", "Open 1"}
    assert (found.moved, found.offered) == (2, Account.objects.filter(track="Open").count())
    assert "Has more" in looked.content.decode()
    assert Terms.objects.count() == 3
    assert lead.post(f"/settings/nfr/{row.pk}/", terms_form(seats=0)).status_code == 422
    assert lead.post(f"/settings/nfr/{row.pk}/", terms_form(since="2020-01-01")).status_code == 422
    lead.post(f"/settings/nfr/{row.pk}/", terms_form(seats=5))
    new = Terms.objects.get(track="Open", seats=5)
    row.refresh_from_db()
    assert (row.valid_until, new.valid_from, new.valid_until) == (TODAY, TODAY, None)
    stale = lead.post(f"/settings/nfr/{row.pk}/", terms_form(seats=6), follow=True).content.decode()
    assert "Somebody changed these terms" in stale
    assert "has terms from that day on already" in lead.post("/settings/nfr/new/", terms_form()).content.decode()
    lead.post("/settings/nfr/new/", terms_form(track="Technology", seats=3))
    technology = Terms.objects.get(track="Technology")
    end = {
        "on": TODAY.isoformat(),
        "end_why": "A mistake",
        "seen": Event.objects.filter(subject_id=technology.pk).latest("pk").pk,
    }
    assert lead.post(f"/settings/nfr/{technology.pk}/end/", {**end, "look": "1"}).context["effects"].moved == 0
    lead.post(f"/settings/nfr/{technology.pk}/end/", end)
    page = signed_in(cast.nadia).get("/settings/nfr/").content.decode()
    assert "never held" in page
    assert "5 seats each" in page
    assert "Change the terms of" not in page
    assert signed_in(cast.nadia).get(f"/settings/nfr/{new.pk}/").status_code == 403
    coming = Terms.objects.create(track="Open", seats=8, valid_from=TODAY + timedelta(days=30))
    sooner = effects.of_change(on=TODAY, without=coming, added=Terms(track="Open", seats=2, valid_from=TODAY))
    assert sooner.offered == Account.objects.filter(track="Open").count()  # what begins sooner holds at once
    every = effects.of_change(on=TODAY, added=Terms(track="", seats=5, valid_from=TODAY))
    assert every.before["outside"] - every.after["outside"] == every.moved


def test_what_ends_soon_is_work_once_and_no_partner_hears_of_it(cast: Cast) -> None:
    def made(days: int, account: Account | None = None, **more: Any) -> Licence:
        return Licence.objects.create(
            account=account or cast.northwind,
            type="saas",
            namespace=f"in-{days}",
            ends=TODAY + timedelta(days=days),
            **more,
        )

    soon, far = made(40), made(61)
    made(-1)
    renewed = made(10)
    made(370, replaces=renewed)
    other = made(20, account=cast.bluepeak)
    assert daily.look() == 2
    assert daily.look() == 0
    tasks = {task.region: task for task in Task.objects.all()}
    assert set(tasks) == {"EMEA", "AMER"}
    assert tasks["EMEA"].items[0]["link"] == f"/nfr/{soon.pk}/"
    assert "1 NFR licence ends within 60 days" in tasks["AMER"].title
    assert tasks["AMER"].due == TODAY + timedelta(days=5)
    assert f"/nfr/{other.pk}/" in str(tasks["AMER"].items)
    assert daily.look(TODAY + timedelta(days=1)) == 1  # the next one comes within sixty days
    register.change(far, {"ends": TODAY + timedelta(days=50)}, by=cast.nadia)
    assert daily.look(TODAY + timedelta(days=1)) == 1  # another end is news again, on the same day in a task of its own
    told = [item["link"] for task in Task.objects.all() for item in task.items]
    assert len(told) == 4
    assert told.count(f"/nfr/{far.pk}/") == 2


def test_the_cards_beside_tickets_and_on_the_partner_page(cast: Cast, opened: Opened) -> None:
    assert cards.read(Page(account=cast.bluepeak, user=cast.nadia)) is None
    over = Licence.objects.create(
        account=cast.bluepeak, type="saas", namespace="bluepeak-labs", seats=10, seats_used=13,
        ends=TODAY + timedelta(days=20),
    )  # fmt: skip
    ticket = opened(kind="nfr", subject="Our NFR", requester=cast.omar, partner=cast.bluepeak)
    LicenceRequest.objects.update_or_create(ticket=ticket, defaults={"account": cast.bluepeak, "topic": "seats"})
    other = opened(kind="general", requester=cast.omar, partner=cast.bluepeak)
    desk = signed_in(cast.nadia)
    beside = desk.get(f"/tickets/{ticket.reference}/").content.decode()
    assert "NFR licences of this partner" in beside
    assert "3 too many" in beside
    assert "NFR licences of this partner" not in desk.get(f"/tickets/{other.reference}/").content.decode()
    partner = desk.get(f"/partners/{cast.bluepeak.pk}/").content.decode()
    assert "bluepeak-labs" in partner
    assert ticket.reference in partner
    flights = list(cards.under_way([cast.bluepeak.pk]))
    assert [(one.account, one.url) for one in flights] == [(cast.bluepeak.pk, f"/nfr/{over.pk}/")]


def test_over_rest(cast: Cast, handbook: None) -> None:
    desk = signed_in(cast.nadia)

    def send(address: str, values: dict[str, Any], *, verb: str = "post") -> Any:
        return getattr(desk, verb)(f"/api/v1/nfr-licences/{address}", values, content_type="application/json")

    given = {"partner": cast.bluepeak.pk, "type": "saas", "seats": 10, "namespace": "gitlab.com/bluepeak-labs/x"}
    answer = send("", given | {"starts": "2026-01-01", "ends": (TODAY + timedelta(days=30)).isoformat()})
    assert answer.status_code == 201, answer.content
    one = answer.json()
    assert (one["namespace"], one["seats_allowed"], one["state"], one["partner"]["name"]) == (
        "bluepeak-labs", 10, "expiring", cast.bluepeak.name,
    )  # fmt: skip
    address = f"{one['id']}/"
    assert send(f"{address}count/", {"used": 13, "source": "support"}).json()["over_seat"] is True
    assert send(f"{address}count/", {"used": -1}).json()["errors"]["used"]
    changed = send(address, {"note": "By telephone", "why": "Asked"}, verb="patch").json()
    assert (changed["note"], changed["seats"], changed["counts"][0]["used"]) == ("By telephone", 10, 13)
    assert send(address, {"note": None}, verb="patch").json()["note"] == ""  # null empties a field
    assert send(address, {"seats": 40}, verb="patch").status_code == 422
    assert send("", given).status_code == 422  # the group has one already
    assert send(address, {"key": "x"}, verb="patch").json()["errors"]["key"] == ["There is no such field."]
    renewal = send("", {**given, "replaces": one["id"], "starts": "2030-01-01"}).json()
    assert renewal["replaces"] == one["id"]
    for query, count in (("", 2), ("state=over_seat", 1), ("state=coming", 1), ("q=bluepeak", 2), ("region=EMEA", 0)):
        assert len(desk.get(f"/api/v1/nfr-licences/?{query}").json()["results"]) == count, query
    assert desk.get("/api/v1/nfr-licences/?state=lost").status_code == 400
    assert desk.get("/api/v1/nfr-licences/?colour=red").status_code == 400
    assert desk.get("/api/v1/nfr-licences/?partner=Bluepeak").status_code == 400  # never every licence instead
    assert send(f"{address}end/", {"on": TODAY.isoformat()}).json()["errors"]["why"]
    assert send(f"{address}end/", {"on": TODAY.isoformat(), "why": "Given back"}).json()["state"] == "ended"
    manager = signed_in(cast.sofia)
    assert manager.get(f"/api/v1/nfr-licences/{address}").status_code == 404
    assert manager.post("/api/v1/nfr-licences/", given, content_type="application/json").status_code == 403

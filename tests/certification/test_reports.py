"""Reports of an export: made once, strangers' rows first decided, counted, sent by the desk alone, withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from certification import answers, arriving, partner_side
from certification.models import Report
from certification.reports import attaching, flagging, forgetting, making, owning, standing, withdrawing
from certification.reports import opened as opened_page
from documents import cage
from documents.cage.keeping import here
from documents.models import StoredFile
from documents.storing import store
from journal.models import Event
from partners.models import AccountDomain, TeamReport
from tests.certification.conftest import (
    DAY,
    KATRIN,
    LARS,
    OMAR,
    TEAM,
    OpenTicket,
    asks,
    confirm,
    export_of,
    made,
    offered,
    request_of,
    sends,
    states,
    step,
    table_of,
    worked,
)
from tests.conftest import Cast
from tickets import access, steps
from tickets.actions import Recipient, Refused, change_partner, note, reply, solve, upload
from tickets.actions.core import locked
from tickets.models import Message, Ticket
from tickets.models.ticket import Channel


def test_a_report_is_made_once(world: Cast) -> None:
    """The table, its counts and the partner's team, in one event; the same file again is the same report."""
    report = made(world)
    assert (report.rows_count, report.counts["Sales Core Training"], report.foreign) == (3, 1, [])
    assert table_of(report)[0][10] == "Solution Architect Core Training"
    assert table_of(report)[2][6:12] == ["+49 40 5550123", "X", "", "", "X", "X"]
    assert {row[0] for row in table_of(report)} >= {"'=Mia Kurz"}
    assert report.team is not None
    assert (report.team.as_of, report.team.people_count) == (DAY, 3)
    assert made(world) == report
    assert Event.objects.filter(verb="report made").count() == 1


def test_which_day_it_is_of(world: Cast) -> None:
    cases = (
        ("users.csv", None, timezone.localdate()),
        ("users-2026-11-02.csv", None, date(2026, 11, 2)),
        ("users-2026-11-02.csv", DAY, DAY),
    )
    for (name, given, day), person in zip(cases, TEAM, strict=True):
        assert made(world, person, name=name, as_of=given).as_of == day, name


def test_what_is_refused(world: Cast) -> None:
    content = export_of(*TEAM)
    with pytest.raises(Refused, match="PSE Certified 2021"):
        making.make(content.replace(b",User: PSE Certified 2021", b""), name="a.csv", by=world.nadia)
    with pytest.raises(Refused, match="still to come"):
        made(world, as_of=timezone.localdate() + timedelta(days=1))
    assert not Report.objects.exists()


def test_whose_it_is_by_its_addresses_or_by_a_person(world: Cast) -> None:
    AccountDomain.objects.get_or_create(account=world.northwind, domain=TEAM[0][1].rpartition("@")[2])
    of_addresses = made(world, account=None)
    assert (of_addresses.account, of_addresses.foreign) == (world.northwind, []), "no strangers to themselves"
    nobodys = made(world, ("Ana Diaz", "ana@gmail.com", True), account=None)
    assert (nobodys.account, nobodys.team) == (None, None)
    assert standing.why_not_to(nobodys, world.northwind) == "Nobody has said whose report this is."
    assert owning.assign(nobodys, world.northwind, by=world.nadia).team is not None
    nobodys.refresh_from_db()
    with pytest.raises(Refused, match="It is the report of Northwind"):
        owning.assign(nobodys, world.bluepeak, by=world.nadia)
    wrong = made(world, ("Eva Cruz", "eva@gmail.com", True), name="b.csv", account=None)
    withdrawing.withdraw(Report.objects.get(pk=wrong.pk), why="Of nobody", by=world.nadia)
    teams = TeamReport.objects.count()
    with pytest.raises(Refused, match="This report was withdrawn"):
        owning.assign(wrong, world.northwind, by=world.nadia)
    assert TeamReport.objects.count() == teams, "its people count no more"


def test_rows_of_another_company_are_decided_first(world: Cast, opened: OpenTicket) -> None:
    """Nothing goes out, and nobody counts, before somebody has said it; what is left out is in no table."""
    report, ticket = made(world, *TEAM, OMAR), opened()
    assert [(one["name"], one["line"]) for one in report.foreign] == [("Omar Reyes", 5)]
    assert report.team is None
    with pytest.raises(Refused, match="1 row looks like another company's"):
        attaching.attach(report, ticket, by=world.nadia)
    with pytest.raises(Refused, match="not the flagged ones"):
        flagging.decide(report, leave_out=[2], by=world.nadia)
    flagging.decide(report, leave_out=[5], by=world.nadia)
    assert [row[0] for row in table_of(report)[1:]] == ["Katrin Vogel", "Lars Becker", "'=Mia Kurz"]
    assert StoredFile.objects.filter(key__startswith=f"{making.AREA}/").count() == 2, "the table with Omar is gone"
    assert report.team is not None
    assert not report.team.members.filter(email=OMAR[1]).exists()
    with pytest.raises(Refused, match="somebody has said it already"):
        flagging.decide(report, leave_out=[], by=world.nadia)
    kept = made(world, LARS, OMAR, name="b.csv")
    flagging.decide(kept, leave_out=[], by=world.nadia)
    assert (kept.foreign_is, kept.rows_count, standing.why_not_sent(kept)) == ("kept", 2, "")


def test_who_decides_locks_as_who_withdraws(world: Cast, opened: OpenTicket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ticket before the report, so that two who decide at once wait and none fails; and not for the cage."""
    report = made(world, *TEAM, OMAR, ticket=asks(opened))
    before: list[list[str]] = []

    def watched(ticket: Ticket) -> Any:
        before.append([one["sql"] for one in queries.captured_queries if "FOR UPDATE" in one["sql"]])
        return locked(ticket)

    monkeypatch.setattr(flagging, "locked", watched)
    cage.close()
    with CaptureQueriesContext(connection) as queries:
        flagging.decide(report, leave_out=[5], by=world.nadia)
    assert before == [[]]
    assert any('FROM "certification_report"' in one["sql"] for one in queries if "FOR UPDATE" in one["sql"])
    assert here.child is None


def test_files_are_deleted_after_a_while(world: Cast, opened: OpenTicket) -> None:
    """Home addresses are not kept for ever, the counts are; what was sent is the ticket's and stays."""
    ticket = asks(opened)
    sent = made(world, ticket=ticket)
    worked(ticket)
    message, files = sends(ticket, by=world.nadia), StoredFile.objects.filter(key__startswith=f"{making.AREA}/")
    flagged = made(world, LARS, OMAR, name="b.csv")
    assert (forgetting.forget_old(), files.count()) == (0, 4)
    Report.objects.update(created=timezone.now() - forgetting.KEPT - timedelta(hours=1))
    assert forgetting.forget_old() == 2
    assert forgetting.forget_old() == 0
    assert [one.pk for one in files] == [message.attachments.get().stored_id]
    flagged.refresh_from_db()
    sent.refresh_from_db()
    assert (sent.source, sent.result, flagged.result) == (None, message.attachments.get().stored, None)
    assert (flagged.foreign[0]["email"], flagged.rows_count) == ("", 2)
    assert standing.why_not_sent(flagged) == "Its files were deleted: it is too old. Export the team again."
    with pytest.raises(Refused):
        flagging.decide(flagged, leave_out=[], by=world.nadia)
    client, address = signed_in(world.nadia), reverse("certification:report", args=[flagged.pk])
    assert "Its files were deleted" in client.get(address).content.decode()
    assert client.get(f"{address}export/").status_code == 404
    assert client.get(f"/api/v1/certification-reports/{flagged.pk}/").json()["flagged"] == 1
    question = answers.ask(opened(), step="a question without a file")
    withdrawing.withdraw(flagged, why="Of another company", by=world.nadia)
    question.refresh_from_db()
    assert question.state == question.State.OFFERED, "replies of others without a file are none of its business"


def test_a_file_in_a_composer_is_deleted_once_it_is_withdrawn(world: Cast, opened: OpenTicket) -> None:
    """What still waits to be sent is asked about again the next day, and not kept for ever."""
    ticket = asks(opened)
    report = made(world, ticket=ticket)
    worked(ticket)
    Report.objects.update(created=timezone.now() - forgetting.KEPT - timedelta(hours=1))
    assert forgetting.forget_old() == 0
    withdrawing.withdraw(report, why="Too old.", by=world.nadia)
    assert forgetting.forget_old() == 1
    report.refresh_from_db()
    assert (report.source, report.result) == (None, None)


def test_more_strangers_than_a_page_shows(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is not shown is not kept in passing: all of them go, or all belong."""
    monkeypatch.setattr(opened_page, "MOST_FLAGGED", 1)
    report = made(world, *TEAM, OMAR, ("Ann Lee", "ann@bluepeak.example.com", False))
    client, address = signed_in(world.nadia), reverse("certification:report", args=[report.pk])
    page = client.get(address).content.decode()
    assert ('name="lines"' in page, "Leave out all 2" in page) == (False, True)
    client.post(f"{address}rows/", {"all": "1"})
    report.refresh_from_db()
    assert (report.rows_count, standing.left_out(report)) == (3, 2)


def test_a_withdrawn_report_goes_to_nobody(world: Cast, opened: OpenTicket) -> None:
    """Its people count no more, the composer is emptied, and the procedure waits for another export."""
    ticket = asks(opened)
    report = made(world, ticket=ticket)
    worked(ticket)
    assert offered(ticket).response == "certification-report"
    with pytest.raises(Refused, match="Say why"):
        withdrawing.withdraw(report, why=" ", by=world.nadia)
    withdrawing.withdraw(report, why="Of last year", by=world.nadia)
    assert not TeamReport.objects.filter(withdrawn=None).exists()
    assert not ticket.prepared_replies.filter(state="offered").exists()
    assert (step(ticket, "pull").state, request_of(ticket).report) == ("waiting", None)
    again = made(world, ticket=ticket, name="new.csv")
    assert again != report
    worked(ticket)
    assert offered(ticket).files.get().stored == again.result


def test_another_report_takes_its_place(world: Cast, opened: OpenTicket) -> None:
    ticket = asks(opened)
    made(world, ticket=ticket)
    worked(ticket)
    newer = made(world, KATRIN, LARS, name="newer.csv")
    attaching.attach(newer, ticket, by=world.nadia)
    worked(ticket)
    assert offered(ticket).files.get().stored == newer.result
    sends(ticket, by=world.nadia)
    with pytest.raises(Refused, match="Open it again"):
        attaching.attach(newer, ticket, by=world.nadia)


def test_attached_to_any_ticket_of_that_partner(world: Cast, opened: OpenTicket) -> None:
    """To the administrator the export names, with the asker's name in it; never to another company."""
    report = made(world, ("Ines Falk", "ines@northwind.example.com", True), LARS)
    ticket, other = opened(), opened(requester=world.omar)
    attaching.attach(report, ticket, by=world.nadia)
    there = offered(ticket)
    assert [one["address"] for one in there.to] == ["ines@northwind.example.com"]
    assert "Katrin Vogel" in there.body
    with pytest.raises(Refused, match="the ticket is about Bluepeak"):
        attaching.attach(report, other, by=world.nadia)
    nobody = made(world, LARS, name="c.csv")
    attaching.attach(nobody, ticket, by=world.nadia)
    assert "does not mark katrin@northwind.example.com" in offered(ticket).warnings[0]
    assert offered(ticket).to == []
    withdrawing.withdraw(Report.objects.get(pk=nobody.pk), why="Wrong", by=world.nadia)
    with pytest.raises(Refused, match="This report was withdrawn"):
        attaching.attach(nobody, opened(), by=world.nadia)  # as a page that is open since before still shows it


# ── The procedure ─────────────────────────────────────────────────────────────────────────────────


def test_who_belongs_to_another_partner_is_refused(world: Cast, opened: OpenTicket) -> None:
    ticket = asks(opened, requester=world.omar)
    change_partner(ticket, to=world.northwind, by=world.nadia)
    worked(ticket)
    assert "writes for Bluepeak Systems Inc." in step(ticket, "belongs").note
    confirm(ticket, "belongs", by=world.nadia)
    assert [states(ticket)[slug] for slug in ("pull", "flagged", "recipient")] == ["skipped"] * 3
    assert offered(ticket).response == "certification-not-sent"
    assert not offered(ticket).files.exists()
    sends(ticket, by=world.nadia)
    assert states(ticket)["resolve"] == "done"


def test_what_it_says(world: Cast, opened: OpenTicket) -> None:
    for text, company, admin in (
        ("Please send the certification report for Bluepeak Systems Inc.", "Bluepeak Systems Inc.", ""),
        ("Company: Northwind DevOps GmbH\nPortal administrator: Ines@Northwind.example.com", "Northwind DevOps GmbH",
         "ines@northwind.example.com"),
        ("Could we get a list of Sales Core people?", "", ""),
    ):  # fmt: skip
        ticket = asks(opened, text, channel=Channel.MAIL)
        assert (request_of(ticket).company, request_of(ticket).admin_email) == (company, admin), text
        if company.startswith("Bluepeak"):
            assert "They ask for Bluepeak Systems Inc." in step(ticket, "belongs").note


def test_the_administrator_is_asked_for(world: Cast, opened: OpenTicket) -> None:
    """The export marks nobody who asked: the partner is asked, answers, and a person says who it is."""
    ticket = asks(opened)
    made(world, ("Ines Falk", "ines@northwind.example.com", True), LARS, ticket=ticket)
    worked(ticket)
    assert "does not mark katrin@northwind.example.com" in step(ticket, "recipient").note
    confirm(ticket, "recipient", by=world.nadia, to="ask")
    assert offered(ticket).response == "certification-who-asks"
    sends(ticket, by=world.nadia)
    ticket.refresh_from_db()
    assert (step(ticket, "recipient").waits_for, ticket.status) == ("partner", "pending_partner")
    confirm_later = {"to": "other", "email": KATRIN[1], "why": "Ines says so by telephone"}
    steps.heard(ticket, "facts")
    confirm(ticket, "recipient", by=world.nadia, **confirm_later)
    assert "does not mark them" in offered(ticket).warnings[0]


def test_files_of_the_ticket_are_offered(world: Cast, opened: OpenTicket) -> None:
    """A report of these days, or a file; one that is no export says why."""
    ticket = asks(opened)
    bad = store(b"a,b\n1,2\n", name="x.csv", area="test")
    note(ticket, by=world.nadia, body="?", attachments=[upload(ticket, stored=bad, filename="x.csv", by=world.nadia)])
    arriving.read_files(ticket.pk)
    arriving.read_files(ticket.pk)  # twice is harmless
    assert "Full Name" in step(ticket, "pull").note
    report = made(world, as_of=timezone.localdate())
    confirm(ticket, "pull", by=world.nadia, use=f"report:{report.pk}")
    assert request_of(ticket).report == report


def test_a_skipped_recipient_is_left_to_whoever_sends(world: Cast, opened: OpenTicket) -> None:
    ticket = asks(opened)
    made(world, LARS, ticket=ticket)
    steps.skip(step(ticket, "recipient"), why="I know her", by=world.nadia)
    worked(ticket)
    assert (offered(ticket).to, offered(ticket).warnings[0][:30]) == ([], "Nobody has said who gets it. A")


def test_another_partner_begins_again(world: Cast, opened: OpenTicket) -> None:
    """What was pulled and drafted is the first company's: it is sent to nobody of the other one."""
    ticket = asks(opened, fields={"company": "Northwind DevOps GmbH", "admin": "ines@northwind.example.com"})
    assert request_of(ticket).admin_email == "ines@northwind.example.com"
    made(world, ("Ines Falk", "ines@northwind.example.com", True), ticket=ticket)
    worked(ticket)
    assert [one["address"] for one in offered(ticket).to] == ["ines@northwind.example.com"]
    change_partner(ticket, to=world.bluepeak, by=world.nadia)
    worked(ticket)
    assert not ticket.prepared_replies.filter(state="offered").exists()
    assert (request_of(ticket).report, request_of(ticket).account) == (None, world.bluepeak)
    assert "the ticket is about Bluepeak Systems Inc." in step(ticket, "belongs").note


def test_a_resolved_ticket_pulls_nothing(world: Cast, opened: OpenTicket) -> None:
    ticket = opened(kind="certification_report", subject="Certifications", body="Our report")
    solve(ticket, by=world.nadia)
    found = worked(ticket)
    assert (found.pop("read"), set(found.values())) == ("done", {"skipped"})
    assert not ticket.prepared_replies.exists()


def test_the_table_is_for_one_mailbox(world: Cast, opened: OpenTicket) -> None:
    """Whoever filled in the form proved nothing, and a table for somebody else is not on the asker's page."""
    ticket = asks(opened)
    assert partner_side.is_by_mail_only(ticket)
    made(world, ("Ines Falk", "ines@northwind.example.com", True), ticket=ticket)
    worked(ticket)
    confirm(ticket, "recipient", by=world.nadia, to="ines@northwind.example.com")
    message = sends(ticket, by=world.nadia)
    assert partner_side.files_of_others(ticket) == [message.attachments.get().stored_id]


def test_what_leaves_by_hand_is_looked_at_too(world: Cast, opened: OpenTicket) -> None:
    """Not the export as it came, not a table with rows to decide, nothing unread, nothing to another partner."""
    ticket, other, report = asks(opened), opened(), made(world, *TEAM, OMAR)

    def attached(content: bytes, on: Any = ticket, to: str = KATRIN[1]) -> Any:
        stored = store(content, name="x.csv", area="test")
        file = upload(on, stored=stored, filename="x.csv", by=world.nadia)
        return reply(on, by=world.nadia, body="Here it is", to=[Recipient(address=to, name="")], attachments=[file])

    assert report.result is not None
    assert report.source is not None
    flagged, export = report.result.read(), report.source.read()
    for content, on, words in [
        (flagged, other, "1 row looks like another company's"),
        (export, other, "x.csv is the export as it came"),
        (b"a,b\n1,2\n", ticket, "Nobody has looked whose people are in x.csv"),
    ]:
        with pytest.raises(Refused, match=words):
            attached(content, on)
    assert attached(b"a,b\n1,2\n", other)
    flagging.decide(report, leave_out=[5], by=world.nadia)
    assert report.result is not None
    with pytest.raises(Refused, match=r"omar@bluepeak.example.com is Bluepeak Systems Inc.'s"):
        attached(report.result.read(), other, OMAR[1])
    sent = attached(report.result.read(), other)
    withdrawing.withdraw(report, why="Wrong", by=world.nadia)
    with pytest.raises(Refused, match="This report was withdrawn"):
        attached(report.result.read(), other)
    file = sent.attachments.get()
    assert access.ticket_for(world.sofia, other.reference) == other, "a channel manager reads the ticket …"
    with pytest.raises(Http404):
        access.attachment_for(world.sofia, other, file.pk)
    for reader in (world.nadia, world.katrin.user):
        assert reader is not None
        assert access.attachment_for(reader, other, file.pk) == file
    Message.objects.filter(pk=sent.pk).update(to=[{"address": "ines@northwind.example.com", "name": ""}])
    with pytest.raises(Http404):
        access.attachment_for(world.katrin.user, other, file.pk)  # type: ignore[arg-type]  # she signs in


# ── Pages and addresses ───────────────────────────────────────────────────────────────────────────


def signed_in(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


def test_the_pages_tell_the_whole_story(world: Cast, opened: OpenTicket) -> None:
    """Upload on a ticket, the list, the report with its flagged row, the decision, the file, the reply."""
    client, ticket = signed_in(world.nadia), asks(opened)
    page = client.get(f"/tickets/{ticket.reference}/").content.decode()
    assert all(f"User: {name}" in page for name in ("Full Name", "PSE Certified 2021", "Display on Partner Locator?"))
    assert 'data-copy="Northwind DevOps GmbH"' in page
    assert "All found records" in page
    file = SimpleUploadedFile("users.csv", export_of(*TEAM, OMAR))
    answer = client.post(reverse("certification:reports"), {"file": file, "ticket": ticket.reference})
    assert answer["Location"] == f"/tickets/{ticket.reference}/"
    report = Report.objects.get()
    address = reverse("certification:report", args=[report.pk])
    listed = client.get(reverse("certification:reports"), {"show": "open", "q": "northwind"}).content.decode()
    assert address in listed
    assert "1 row to decide" in listed
    shown = client.get(address).content.decode()
    assert "is known as Bluepeak Systems Inc." in shown
    assert 'class="is-x"' in shown
    assert client.get(f"{address}file/").status_code == 302
    assert client.post(f"{address}rows/", {}).status_code == 422
    assert client.post(f"{address}rows/", {"lines": ["5"]})["Location"] == address
    assert client.get(f"{address}file/")["Content-Disposition"].startswith("attachment")
    worked(ticket)
    assert client.post(f"{address}attach/", {"ticket": "PHD-1"}).status_code == 422
    assert client.post(f"{address}attach/", {"ticket": ticket.reference}).status_code == 302
    worked(ticket)
    assert offered(ticket).files.count() == 1
    facts = reverse("certification:correct", args=[ticket.reference])
    client.post(facts, {"company": "Northwind DevOps GmbH", "admin_email": "Ines@northwind.example.com"})
    assert request_of(ticket).admin_email == "ines@northwind.example.com"
    card = client.get(f"/partners/{world.northwind.pk}/").content.decode()
    assert address in card
    assert card.count(">Certification reports</h2>") == 1, "reports and their tickets share a card"
    assert "Team taken from an export of the portal: <b><bdi>3 people as of " in card
    team = client.get(f"/certification/partners/{world.northwind.pk}/").content.decode()
    assert ">Sales Core Training</span>" in team, "as the table calls it, not as the portal's field"
    assert "Sales Badged" not in team
    assert client.post(f"{address}withdraw/", {"why": "Wrong account"}).status_code == 302
    assert "Wrong account" in Event.objects.get(verb="report withdrawn").why
    assert signed_in(world.sofia).get(address).status_code == 403


def test_over_the_api(world: Cast, opened: OpenTicket) -> None:
    client, ticket = signed_in(world.nadia), asks(opened)
    base = "/api/v1/certification-reports/"
    file = SimpleUploadedFile("users.csv", export_of(*TEAM, OMAR))
    answer = client.post(base, {"file": file, "ticket": ticket.reference, "as_of": "2026-11-20"})
    assert answer.status_code == 201
    made_so = answer.json()
    assert (made_so["rows"], made_so["counts"]["Sales Core Training"], made_so["may_be_sent"]) == (4, 1, False)
    one = f"{base}{made_so['id']}/"
    assert client.get(f"{one}file/").status_code == 409
    decided = client.post(f"{one}rows/", {"leave_out": [5]}, content_type="application/json").json()
    assert (decided["rows"], decided["flagged_is"], decided["foreign"][0]["left_out"]) == (3, "left_out", True)
    table = b"".join(client.get(f"{one}file/").streaming_content)  # type: ignore[attr-defined]  # a file
    assert (table.startswith(b"Full Name,Email,"), b"Omar" in table) == (True, False)
    assert client.get(base, {"partner": world.northwind.pk}).json()["results"][0]["id"] == made_so["id"]
    assert client.get(base, {"stage": "x"}).status_code == 400
    wrong = client.post(base, {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")})
    assert "file" in wrong.json()["errors"]
    attached = client.post(f"{one}attach/", {"ticket": ticket.reference}, content_type="application/json")
    assert attached.status_code == 200
    gone = client.post(f"{one}withdraw/", {"why": "Test"}, content_type="application/json")
    assert gone.json()["withdrawn"]
    assert (
        client.post(f"{one}attach/", {"ticket": ticket.reference}, content_type="application/json").status_code == 409
    )
    nobodys = made(world, ("Ana Diaz", "ana@gmail.com", True), account=None)
    for partner, status in [(0, 400), (world.northwind.pk, 200), (world.bluepeak.pk, 409)]:
        answer = client.post(f"{base}{nobodys.pk}/partner/", {"partner": partner}, content_type="application/json")
        assert answer.status_code == status, answer.content
    assert signed_in(world.sofia).get(base).status_code == 403


def test_the_lists_cost_the_same_however_long(world: Cast, opened: OpenTicket) -> None:
    client, address = signed_in(world.nadia), reverse("certification:reports")
    counted = []
    for number in range(3):
        made(world, KATRIN, (f"P{number}", f"p{number}@northwind.example.com", False), ticket=opened())
        client.get(address)  # what a process remembers it has read by now
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counted.append(len(queries))
    assert counted[1:] == counted[:-1]

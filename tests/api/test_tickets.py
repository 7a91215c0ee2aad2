"""/api/v1/tickets/: the shapes, the filters, the pages, and changes under a version."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from journal.record import DESK, actor_of, events_of
from mail.models import OutgoingMail
from partners.models import Contact
from tests.api.conftest import OpenTicket
from tests.conftest import Cast
from tickets import actions
from tickets.models import Ticket

TICKETS = "/api/v1/tickets/"


def references(answer: Any) -> list[str]:
    return [one["reference"] for one in answer.json()["results"]]


def errors(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return dict(answer.json()["errors"])


def test_a_ticket_has_the_shape_of_the_contract(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    ticket = opened(tags=["Deal"])
    actions.assign(ticket, to=cast.lena, by=cast.lena)
    shown = desk.get(f"{TICKETS}{ticket.reference}/").json()
    assert shown["reference"] == ticket.reference
    assert shown["subject"] == "Cannot register a deal"
    assert (shown["kind"], shown["status"], shown["priority"]) == ("general", "open", "normal")
    assert shown["tags"] == ["programme_question", "Deal"]
    assert shown["requester"] == {"name": "Katrin Vogel", "email": "katrin@northwind.example.com"}
    assert shown["assignee"] == "lena@desk.example.com"
    assert shown["partner"] == {"id": cast.northwind.pk, "name": "Northwind DevOps GmbH"}
    assert shown["channel_manager"] == {"name": "Sofia Marchetti"}
    ticket.refresh_from_db()
    assert shown["last_event"] == ticket.last_event
    for name in ("created", "updated"):
        assert shown[name].endswith("Z")
        assert datetime.fromisoformat(shown[name]) == getattr(ticket, name)


def test_what_is_not_known_is_null(desk: APIClient, opened: OpenTicket) -> None:
    stranger = Contact.objects.create(email="who@nowhere.example")
    shown = desk.get(f"{TICKETS}{opened(requester=stranger).reference}/").json()
    assert (shown["partner"], shown["channel_manager"], shown["assignee"]) == (None, None, None)


def test_times_are_utc_whatever_zone_the_reader_lives_in(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    cast.nadia.time_zone = "Asia/Tokyo"
    cast.nadia.save()
    assert desk.get(f"{TICKETS}{opened().reference}/").json()["created"].endswith("Z")


def test_the_list_is_newest_first_and_pages_both_ways(desk: APIClient, opened: OpenTicket) -> None:
    made = [opened().reference for _ in range(5)][::-1]
    first = desk.get(f"{TICKETS}?limit=2")
    assert references(first) == made[:2]
    assert first.json()["previous"] is None
    second = desk.get(first.json()["next"])
    assert references(second) == made[2:4]
    opened()  # a new one on top moves nothing
    third = desk.get(second.json()["next"])
    assert references(third) == made[4:]
    assert third.json()["next"] is None
    assert references(desk.get(third.json()["previous"])) == made[2:4]
    assert references(desk.get(second.json()["previous"])) == made[:2]


@pytest.mark.parametrize(
    "cursor",
    [
        b64encode(b"p=" + b"9" * 5000).decode(),
        "x",
        "cD1hYmM=",
        "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=",
        "%00",
        "'; drop table",
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(desk: APIClient, cursor: str) -> None:
    assert "cursor" in errors(desk.get(TICKETS, {"cursor": cursor}))


def test_filters(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    plain = opened()
    order = opened(kind="purchase_order", subject="PO 4711", requester=cast.omar, tags=["EOQ"])
    actions.take(order, by=cast.nadia)
    solved = opened(subject="Rebate for Q3")
    actions.solve(solved, by=cast.nadia)

    def found(**filters: str) -> set[str]:
        return set(references(desk.get(TICKETS, filters)))

    assert found(status="new") == {plain.reference}
    assert found(status="new,open") == {plain.reference, order.reference}
    assert found(kind="purchase_order") == {order.reference}
    assert found(assignee="me") == found(assignee="nadia@desk.example.com") == {order.reference}
    assert found(assignee=str(cast.nadia.pk)) == {order.reference}
    assert found(assignee="none") == {plain.reference, solved.reference}
    assert found(partner=str(cast.bluepeak.pk)) == {order.reference}
    assert found(partner="none") == set()
    assert found(channel_manager="sofia marchetti") == {plain.reference, solved.reference}
    assert found(channel_manager=str(cast.manager.pk), status="solved") == {solved.reference}
    assert found(channel_manager="none") == {order.reference}
    assert found(tag="eoq") == {order.reference}
    assert found(view="mine") == {order.reference}
    assert found(view="unassigned") == {plain.reference}
    assert found(view="solved") == {solved.reference}
    assert found(q="4711") == found(q=order.reference) == {order.reference}
    assert found(q="4711", status="solved") == set()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "done"),
        ("status", "open,done"),
        ("status", ""),
        ("kind", "zebra"),
        ("topic", "zebra"),
        ("assignee", "nobody@nowhere.example"),
        ("assignee", "99999999999999999999999"),
        ("assignee", "katrin@northwind.example.com"),
        ("partner", "Northwind"),
        ("partner", "0"),
        ("partner", "1 OR 1=1"),
        ("channel_manager", "Nobody Known"),
        ("tag", "no such tag"),
        ("tag", "a\x00b"),
        ("view", "zebra"),
        ("q", "x" * 501),
        ("q", "a\x00b"),
        ("ordering", "-id; drop table tickets_ticket"),
        ("sort", "created"),
        ("requester__user__password", "x"),
    ],
)
def test_a_filter_nobody_knows_is_an_error_not_an_unfiltered_list(
    desk: APIClient, opened: OpenTicket, name: str, value: str
) -> None:
    opened()
    assert list(errors(desk.get(TICKETS, {name: value}))) == [name]


def test_fifty_tickets_take_a_fixed_number_of_statements(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    for number in range(50):
        ticket = opened(tags=[f"tag {number % 7}", "LOA"])
        if number % 2:
            actions.assign(ticket, to=cast.lena, by=cast.lena)
    desk.get(TICKETS)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert len(references(desk.get(TICKETS, {"status": "new,open", "q": "register"}))) == 50
    assert len(seen) <= 10, [one["sql"][:90] for one in seen.captured_queries]


def test_a_new_ticket(desk: APIClient, cast: Cast) -> None:
    answer = desk.post(
        TICKETS,
        {
            "subject": "PO 4711 for Globex",
            "body": "Attached is our order.",
            "requester": {"name": "Ana Silva", "email": "ana@northwind.example.com"},
            "kind": "purchase_order",
            "priority": "high",
            "tags": ["EOQ"],
            "assignee": "nadia@desk.example.com",
        },
        format="json",
    )
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert answer["Location"].endswith(f"{TICKETS}{made['reference']}/")
    assert answer["ETag"] == f'"{made["last_event"]}"'
    assert (made["kind"], made["priority"], made["status"], made["channel"]) == (
        "purchase_order",
        "high",
        "open",
        "api",
    )
    assert made["partner"]["name"] == "Northwind DevOps GmbH"
    assert "EOQ" in made["tags"]
    ticket = Ticket.objects.get(pk=int(made["reference"][4:]))
    assert ticket.messages.get().body == "Attached is our order."
    opening = events_of(ticket).first()
    assert opening is not None
    assert opening.actor == cast.nadia
    assert OutgoingMail.objects.get().recipients == ["ana@northwind.example.com"]


def test_the_words_decide_when_no_kind_is_given_and_nobody_is_told_when_not_wanted(desk: APIClient) -> None:
    sent = {
        "subject": "GitLab LOA: Haruka Mori",
        "body": "x",
        "requester": "mori@kitsune.example",
        "acknowledge": False,
    }
    assert desk.post(TICKETS, sent, format="json").json()["kind"] == "loa"
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"subject", "body", "requester"}),
        ({"requester": "no address"}, {"subject", "body", "requester"}),
        ({"requester": {"email": "a@b.example", "is_staff": True}}, {"subject", "body", "requester"}),
        ({"requester": 5}, {"subject", "body", "requester"}),
        ({"requester": {"email": ["a@b.example"]}}, {"subject", "body", "requester"}),
        ({"subject": "a\x00b", "body": "x", "requester": "a@b.example"}, {"subject"}),
        ({"subject": "a", "body": "\ud800", "requester": "a@b.example"}, {"body"}),
        ({"subject": "a", "body": "x", "requester": "\ud800"}, {"requester"}),
        ({"subject": "a", "body": "x", "requester": "a@b.example", "kind": "\ud800"}, {"kind"}),
        ({"subject": "a", "body": "x", "requester": "a@b.example", "priority": "\ud800"}, {"priority"}),
        ({"\ud800": "a"}, {"?"}),
        ({"subject": "a", "body": "x", "requester": "a@b.example", "kind": "zebra"}, {"kind"}),
        ({"subject": "a", "body": "x", "requester": "a@b.example", "kind": "loa", "topic": "rebate"}, {"topic"}),
        ({"subject": "a", "body": "x", "requester": "a@b.example", "partner": 10**30}, {"partner"}),
        (
            {"subject": "a", "body": "x", "requester": "a@b.example", "assignee": "katrin@northwind.example.com"},
            {"assignee"},
        ),
        ({"subject": "a", "body": "x", "requester": "a@b.example", "tags": ["x" * 41]}, {"tags.0"}),
        ({"subject": "a", "body": "x", "requester": "a@b.example", "status": "closed"}, {"status"}),
        ({"subject": "a", "body": "x", "requester": "a@b.example", "channel": "mail"}, {"channel"}),
    ],
)
def test_a_new_ticket_that_cannot_be_taken(desk: APIClient, cast: Cast, sent: dict[str, Any], wrong: set[str]) -> None:
    assert set(errors(desk.post(TICKETS, json.dumps(sent), content_type="application/json"))) == wrong
    assert not Ticket.objects.exists()


def test_a_change_sets_every_field_and_writes_their_events(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    answer = desk.patch(
        f"{TICKETS}{ticket.reference}/",
        {
            "kind": "loa",
            "partner": cast.bluepeak.pk,
            "subject": "Letter for the tender",
            "priority": "urgent",
            "tags": ["LOA", "tender"],
            "assignee": "lena@desk.example.com",
            "status": "pending_internal",
        },
        format="json",
    )
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    assert (shown["kind"], shown["priority"], shown["status"]) == ("loa", "urgent", "pending_internal")
    assert (shown["partner"]["id"], shown["assignee"]) == (cast.bluepeak.pk, "lena@desk.example.com")
    assert (shown["subject"], shown["tags"]) == ("Letter for the tender", ["LOA", "tender"])
    verbs = [event.verb for event in events_of(ticket)]
    assert verbs[1:] == [
        "kind changed",
        "partner changed",
        "subject changed",
        "priority changed",
        "tagged",
        "assigned",
        "moved",
    ]


def test_a_change_by_id_and_back_to_nobody(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    address = f"{TICKETS}{opened().reference}/"
    assert desk.patch(address, {"assignee": cast.lena.pk}, format="json").json()["assignee"] == cast.lena.email
    shown = desk.patch(address, {"assignee": None, "partner": None, "tags": []}, format="json").json()
    assert (shown["assignee"], shown["partner"], shown["tags"]) == (None, None, ["programme_question"])


def test_a_topic_belongs_to_general_requests(desk: APIClient, opened: OpenTicket) -> None:
    address = f"{TICKETS}{opened().reference}/"
    assert desk.patch(address, {"topic": "rebate"}, format="json").json()["topic"] == "rebate"
    assert "topic" in errors(desk.patch(address, {"kind": "loa", "topic": "rebate"}, format="json"))
    assert desk.patch(address, {"kind": "loa"}, format="json").json()["topic"] == ""


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"requester": "x@y.example"}, "requester"),
        ({"reference": "PHD-1"}, "reference"),
        ({"last_event": 1}, "last_event"),
        ({"created": "2020-01-01"}, "created"),
        ({"channel_manager": 1}, "channel_manager"),
        ({"submission": "x"}, "submission"),
        ({"status": "done"}, "status"),
        ({"status": "merged"}, "status"),
        ({"status": None}, "status"),
        ({"priority": 5}, "priority"),
        ({"assignee": "stranger@nowhere.example"}, "assignee"),
        ({"assignee": True}, "assignee"),
        ({"assignee": {"id": 1}}, "assignee"),
        ({"partner": "Northwind"}, "partner"),
        ({"partner": -1}, "partner"),
        ({"tags": "LOA"}, "tags"),
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 301}, "subject"),
        ([{"status": "open"}], "non_field_errors"),
    ],
)
def test_fields_that_cannot_be_set_change_nothing(desk: APIClient, opened: OpenTicket, sent: Any, wrong: str) -> None:
    ticket = opened()
    both = {"priority": "urgent", **sent} if isinstance(sent, dict) else sent
    assert wrong in errors(desk.patch(f"{TICKETS}{ticket.reference}/", both, format="json"))
    ticket.refresh_from_db()
    assert ticket.priority == "normal"


def test_half_a_sign_names_nobody(desk: APIClient, opened: OpenTicket) -> None:
    body = '{"assignee": "\\ud800"}'
    assert "assignee" in errors(desk.patch(f"{TICKETS}{opened().reference}/", body, content_type="application/json"))


def test_a_refused_step_undoes_the_whole_change(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    actions.solve(ticket, by=cast.nadia)
    actions.close(ticket, by=DESK)
    answer = desk.patch(f"{TICKETS}{ticket.reference}/", {"priority": "low", "status": "solved"}, format="json")
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["status"]
    ticket.refresh_from_db()
    assert ticket.priority == "normal"


def test_versions(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    address = f"{TICKETS}{ticket.reference}/"
    read = desk.get(address)
    assert read["ETag"] == f'"{ticket.last_event}"'
    assert desk.get(address, headers={"If-None-Match": read["ETag"]}).status_code == 304
    actions.tag(ticket, name="hot", by=actor_of(cast.lena))
    assert desk.get(address, headers={"If-None-Match": read["ETag"]}).status_code == 200
    stale = desk.patch(address, {"priority": "low"}, format="json", headers={"If-Match": read["ETag"]})
    assert stale.status_code == 412
    ticket.refresh_from_db()
    assert stale.json()["last_event"] == ticket.last_event
    assert ticket.priority == "normal"
    fresh = f'"0", W/"{ticket.last_event}"'
    assert desk.patch(address, {"priority": "low"}, format="json", headers={"If-Match": fresh}).status_code == 200
    assert desk.patch(address, {"priority": "high"}, format="json", headers={"If-Match": "*"}).status_code == 200


def test_a_change_of_nothing_is_no_event(desk: APIClient, opened: OpenTicket) -> None:
    ticket = opened()
    answer = desk.patch(f"{TICKETS}{ticket.reference}/", {"priority": "normal"}, format="json")
    assert answer.json()["last_event"] == ticket.last_event
    assert desk.patch(f"{TICKETS}{ticket.reference}/", {}, format="json").status_code == 200


def test_events_oldest_first(desk: APIClient, opened: OpenTicket, cast: Cast) -> None:
    ticket = opened()
    actions.assign(ticket, to=cast.lena, by=cast.nadia, why="She knows them.")
    shown = desk.get(f"{TICKETS}{ticket.reference}/events/").json()["results"]
    assert [one["verb"] for one in shown] == ["opened", "assigned"]
    assert shown[1]["actor"] == "Nadia Okafor"
    assert shown[1]["before"] == {"assignee": None, "status": "new"}
    assert shown[1]["after"]["assignee"]["name"] == "Lena Brandt"
    assert shown[1]["why"] == "She knows them."
    assert shown[1]["created"].endswith("Z")


def test_a_general_request_carries_its_topic_as_a_tag(desk: APIClient, opened: OpenTicket) -> None:
    asked = {"subject": "Rabatt", "body": "x", "requester": "a@b.example", "kind": "general", "tags": ["rebate", "EOQ"]}
    made = desk.post(TICKETS, asked, format="json").json()
    address = f"{TICKETS}{made['reference']}/"
    assert (made["topic"], made["tags"]) == ("rebate", ["rebate", "EOQ"])
    assert [one["reference"] for one in desk.get(TICKETS, {"tag": "rebate"}).json()["results"]] == [made["reference"]]
    moved = desk.patch(address, {"tags": ["training"]}, format="json").json()
    assert (moved["topic"], moved["tags"]) == ("training", ["training"])
    assert "tags" in errors(desk.patch(address, {"tags": ["training", "rebate"]}, format="json"))
    assert desk.patch(address, {"tags": []}, format="json").json()["tags"] == ["programme_question"]


def test_a_number_is_no_text(desk: APIClient, opened: OpenTicket) -> None:
    address = f"{TICKETS}{opened().reference}/"
    assert "tags.0" in errors(desk.patch(address, {"tags": [1]}, format="json"))
    assert "subject" in errors(desk.patch(address, {"subject": 5}, format="json"))


def test_an_address_without_its_slash_keeps_what_was_sent(desk: APIClient, opened: OpenTicket) -> None:
    answer = desk.post(TICKETS.rstrip("/"), {}, format="json")
    assert (answer.status_code, answer["Location"]) == (308, TICKETS)

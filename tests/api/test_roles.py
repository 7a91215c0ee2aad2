"""Who may do what over HTTP: every address, every role, own and foreign tickets (S-06, S-12)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from documents import storing
from journal.record import actor_of
from people.models import ApiToken, User
from people.tokens import issue
from tests.api.conftest import ClientOf, OpenTicket
from tests.api.test_tickets import TICKETS, references
from tests.conftest import Cast
from tickets import actions
from tickets.models import Attachment, Ticket

NEW = {"subject": "x", "body": "x", "requester": "x@y.example"}
# address, verb, body; then what desk, channel manager of the partner, the requester, and strangers get.
MATRIX: list[tuple[str, str, Any, int, int, int, int]] = [
    ("", "get", None, 200, 200, 200, 404),
    ("", "patch", {"priority": "low"}, 200, 403, 403, 404),
    ("messages/", "get", None, 200, 200, 200, 404),
    ("messages/", "post", {"visibility": "reply", "body": "x"}, 201, 403, 403, 404),
    ("messages/", "post", {"visibility": "note", "body": "x"}, 201, 201, 403, 404),
    ("events/", "get", None, 200, 200, 200, 404),
    ("attachments/", "post", "file", 201, 201, 403, 404),
    ("attachments/{file}/", "get", None, 200, 200, 200, 404),
    ("attachments/{noted}/", "get", None, 200, 200, 404, 404),
    ("attachments/{unsent}/", "get", None, 200, 404, 404, 404),
]


def call(client: APIClient, verb: str, address: str, body: Any) -> int:
    if body == "file":
        return int(client.post(address, {"file": SimpleUploadedFile("a.txt", b"a")}, format="multipart").status_code)
    return int(getattr(client, verb)(address, body, **({"format": "json"} if body is not None else {})).status_code)


@pytest.fixture
def ticket(opened: OpenTicket, cast: Cast, as_user: ClientOf) -> Ticket:
    made = opened()
    desk = as_user(cast.lena)
    for name, visibility in (("file", "reply"), ("noted", "note")):
        up = desk.post(f"{TICKETS}{made.reference}/attachments/", {"file": SimpleUploadedFile(name, b"x")})
        sent = {"visibility": visibility, "body": f"Secret {name}", "attachments": [up.json()["id"]]}
        assert desk.post(f"{TICKETS}{made.reference}/messages/", sent, format="json").status_code == 201
    desk.post(f"{TICKETS}{made.reference}/attachments/", {"file": SimpleUploadedFile("unsent", b"x")})
    return made


def files_of(ticket: Ticket) -> dict[str, int]:
    return {one.filename: one.pk for one in ticket.attachments.all()}


@pytest.mark.parametrize(("address", "verb", "body", "desk", "manager", "requester", "stranger"), MATRIX)
def test_every_address_for_every_role(
    ticket: Ticket, cast: Cast, as_user: ClientOf, address: str, verb: str, body: Any,
    desk: int, manager: int, requester: int, stranger: int,
) -> None:  # fmt: skip
    outside = User.objects.create_user("other@desk.example.com", name="Other", role="channel_manager")
    assert cast.omar.user is not None
    assert cast.katrin.user is not None
    ids = files_of(ticket)
    full = f"{TICKETS}{ticket.reference}/{address}".format(file=ids["file"], noted=ids["noted"], unsent=ids["unsent"])
    wanted = [
        (cast.sofia, manager), (cast.katrin.user, requester), (cast.omar.user, stranger), (outside, stranger),
        (cast.nadia, desk), (cast.ada, desk),
    ]  # fmt: skip
    assert [call(as_user(user), verb, full, body) for user, _ in wanted] == [status for _, status in wanted]
    assert call(APIClient(), verb, full, body) == 401


def test_a_file_without_its_ticket_in_the_address(ticket: Ticket, cast: Cast, as_user: ClientOf) -> None:
    assert cast.omar.user is not None
    omar, ids = as_user(cast.omar.user), files_of(ticket)
    assert as_user(cast.sofia).get(f"/api/v1/attachments/{ids['file']}/").status_code == 200
    hidden = [omar.get(f"/api/v1/attachments/{number}/") for number in (ids["file"], ids["noted"], 10**12, 10**30)]
    assert {one.status_code for one in hidden} == {404}
    assert len({one.content for one in hidden}) == 1


def test_missing_and_forbidden_look_the_same(ticket: Ticket, cast: Cast, as_user: ClientOf) -> None:
    assert cast.omar.user is not None
    omar = as_user(cast.omar.user)
    foreign = omar.get(f"{TICKETS}{ticket.reference}/").json()
    missing = omar.get(f"{TICKETS}PHD-999999/").json()
    assert foreign["detail"].replace(ticket.reference, "") == missing["detail"].replace("PHD-999999", "")


def test_lists_hold_what_the_reader_may_read(ticket: Ticket, opened: OpenTicket, cast: Cast, as_user: ClientOf) -> None:
    foreign = opened(requester=cast.omar)
    assert cast.katrin.user is not None
    assert cast.omar.user is not None
    assert set(references(as_user(cast.nadia).get(TICKETS))) == {ticket.reference, foreign.reference}
    assert references(as_user(cast.sofia).get(TICKETS)) == [ticket.reference]
    assert references(as_user(cast.katrin.user).get(TICKETS)) == [ticket.reference]
    assert references(as_user(cast.omar.user).get(TICKETS)) == [foreign.reference]
    assert references(as_user(cast.sofia).get(TICKETS, {"q": "register"})) == [ticket.reference]


def test_a_partner_never_learns_of_notes_or_of_who_works_on_it(ticket: Ticket, cast: Cast, as_user: ClientOf) -> None:
    actions.assign(ticket, to=cast.nadia, by=cast.lena, why="Canary: they are difficult.")
    actions.tag(ticket, name="canary tag", by=actor_of(cast.lena))
    assert cast.katrin.user is not None
    katrin = as_user(cast.katrin.user)
    address = f"{TICKETS}{ticket.reference}/"
    shown = katrin.get(f"{address}messages/").json()["results"]
    assert [one["visibility"] for one in shown] == ["in", "reply"]
    events = katrin.get(f"{address}events/").json()["results"]
    assert "noted" not in {one["verb"] for one in events}
    everything = b"".join(katrin.get(address + part).content for part in ("", "messages/", "events/")).decode()
    for secret in ("Secret noted", "anary", "nadia@desk", 'assignee":{'):
        assert secret not in everything
    assert katrin.get(TICKETS, {"q": "noted"}).status_code == 400  # words of notes are in the index


def test_a_partner_reads_nothing_a_stranger_or_a_colleague_mailed_in(
    opened: OpenTicket, cast: Cast, as_user: ClientOf
) -> None:
    """S-08: the same as on the tracking page."""
    assert cast.katrin.user is not None
    ticket = opened()
    actions.receive(ticket, sender=cast.omar, body="Canary of a stranger", unknown_sender=True)
    actions.receive(ticket, sender=cast.omar, body="Canary of a colleague", visibility="note")
    stranger = ticket.messages.get(unknown_sender=True)
    upload = actions.upload(ticket, stored=storing.store(b"x", name="canary.txt"), filename="canary.txt", by=None)
    Attachment.objects.filter(pk=upload.pk).update(message=stranger)
    katrin, address = as_user(cast.katrin.user), f"{TICKETS}{ticket.reference}/"
    assert len(katrin.get(f"{address}messages/").json()["results"]) == 1
    assert [one["verb"] for one in katrin.get(f"{address}events/").json()["results"]] == ["opened"]
    assert katrin.get(f"{address}attachments/{upload.pk}/").status_code == 404
    assert as_user(cast.sofia).get(f"{address}attachments/{upload.pk}/").status_code == 200


def test_only_the_desk_opens_tickets(cast: Cast, as_user: ClientOf) -> None:
    assert cast.katrin.user is not None
    for user in (cast.sofia, cast.katrin.user):
        assert as_user(user).post(TICKETS, NEW, format="json").status_code == 403
    assert as_user(cast.lena).post(TICKETS, NEW, format="json").status_code == 201


def test_a_reading_token_reads(cast: Cast) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {issue(cast.nadia, scope=ApiToken.Scope.READ)}")
    assert client.get(TICKETS).status_code == 200
    answer = client.post(TICKETS, NEW, format="json")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")


def test_somebody_who_left_is_nobody(cast: Cast, as_user: ClientOf) -> None:
    client = as_user(cast.nadia)
    cast.nadia.is_active = False
    cast.nadia.save()
    assert client.get(TICKETS).status_code == 401


def test_a_session_writes_with_the_csrf_token_only(cast: Cast, opened: OpenTicket) -> None:
    ticket = opened()
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(cast.nadia)
    address = f"{TICKETS}{ticket.reference}/"
    assert browser.get(address).status_code == 200
    refused = browser.patch(address, {"priority": "low"}, format="json")
    assert refused.status_code == 403
    assert "X-CSRFToken" in refused.json()["detail"]
    assert refused["Content-Type"] == "application/problem+json"
    token = "a" * 32
    browser.cookies["csrftoken"] = token
    answer = browser.patch(address, {"priority": "low"}, format="json", headers={"X-CSRFToken": token})
    assert answer.status_code == 200

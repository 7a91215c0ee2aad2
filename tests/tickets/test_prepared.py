"""A prepared reply: it stands in the composer, goes once, gives way to a newer one, and is never lost or doubled."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from documents import storing
from documents.models import StoredFile
from journal.record import events_of
from mail.models import OutgoingMail
from tests.conftest import Cast
from tests.tickets.replies import Replies, replies
from tickets import actions, drafts, prepared, steps
from tickets.actions import Refused
from tickets.models import Attachment, Draft, PreparedFile, PreparedReply
from tickets.prepared import Person

__all__ = ["replies"]
DRAFTED = "Drafted in the composer. Read and send it to finish."


@pytest.fixture
def as_nadia(client: Client, cast: Cast) -> Client:
    client.force_login(cast.nadia)
    return client


def page_of(client: Client, replies: Replies, more: str = "") -> str:
    return " ".join(client.get(f"{replies.page}{more}").content.decode().split())


def posted(replies: Replies, **values: object) -> dict[str, object]:
    """What the composer of that page sends."""
    now = replies.now
    assert now is not None
    given = {
        "kind": "reply",
        "body": "Hello Katrin, it is in. Nadia",
        "to": "Katrin Vogel <katrin@northwind.example.com>",
        "cc": "Sofia Marchetti <sofia.marchetti@example.com>",
        "seen": replies.ticket.last_event + 50,
        "submission": "one",
        "prepared": now.pk,
        "enclosed": [one.pk for one in now.files.all()],
    }
    return given | values


def send(client: Client, replies: Replies, data: dict[str, object], **more: Any) -> Any:
    return client.post(f"{replies.page}messages/", data, **more)


def test_it_stands_in_the_composer_with_people_files_and_warnings(as_nadia: Client, replies: Replies) -> None:
    assert replies.state() == ("waiting", DRAFTED)
    page = page_of(as_nadia, replies)
    for words in (
        "Hello Katrin, the proof for Havelland Klinik AG is in. Nadia Okafor</textarea>",
        'name="to" value="Katrin Vogel &lt;katrin@northwind.example.com&gt;"',
        'name="cc" value="Sofia Marchetti &lt;sofia.marchetti@example.com&gt;"',
        "seller, channel manager",
        "A distributor is on this opportunity",
        "po-4711.pdf</span>",
        "Send and set Pending partner",
        "Proof received",
        "Havelland Klinik AG&quot;",
    ):
        assert words in page
    assert replies.now is not None
    assert f'name="enclosed" value="{replies.now.files.get().pk}"' in page
    assert not Draft.objects.exists()


def test_it_goes_once_with_its_files_and_its_procedure_hears_of_it(as_nadia: Client, replies: Replies) -> None:
    data = posted(replies, then="pending_partner")
    answers = [send(as_nadia, replies, data) for _ in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert "then" not in answers[0].cookies
    mail = OutgoingMail.objects.get(purpose="reply")
    assert [one.filename for one in mail.enclosures.all()] == ["po-4711.pdf"]
    reply = PreparedReply.objects.get()
    assert (reply.state, reply.by.name, reply.message.outgoing) == ("sent", "Nadia Okafor", mail)  # type: ignore[union-attr]
    assert replies.state() == ("done", "Sent to Katrin Vogel and 1 more by Nadia Okafor.")
    assert prepared.sent(replies.ticket, reply.step) == reply.message
    assert Attachment.objects.filter(stored=replies.po).count() == 2
    replies.ticket.refresh_from_db()
    assert replies.ticket.status == "pending_partner"
    assert "Prepared by the procedure" not in page_of(as_nadia, replies)


def test_what_is_not_ticked_stays_here(as_nadia: Client, replies: Replies) -> None:
    send(as_nadia, replies, posted(replies, enclosed=[]))
    assert not OutgoingMail.objects.get(purpose="reply").enclosures.exists()


def test_blanks_stop_it_and_nothing_is_taken(as_nadia: Client, replies: Replies) -> None:
    replies.values = {}
    steps.go_back(replies.ticket, "answer", by=None, why="The customer was misread.")
    steps.work_on(replies.ticket.pk)
    assert replies.state() == ("waiting", "Drafted in the composer. Fill in customer, then send it.")
    answer = send(as_nadia, replies, posted(replies, body=replies.now.body.replace("{{ sender_name }}", "N")))  # type: ignore[union-attr]
    assert answer.status_code == 422
    assert "Fill in first: customer" in answer.content.decode()
    assert replies.state()[0] == "waiting"
    assert Attachment.objects.count() == 1


def test_a_draft_of_it_survives_and_remembers_what_stays_out(as_nadia: Client, replies: Replies) -> None:
    data = posted(replies, body="My own words", enclosed=[], sequence=1)
    assert as_nadia.post(f"{replies.page}draft/", data).status_code == 200
    page = page_of(as_nadia, replies)
    assert "My own words</textarea>" in page
    assert 'name="prepared"' in page
    assert f'id="enclosed-{PreparedFile.objects.get().pk}"><label' in page  # not ticked


def test_an_older_text_is_kept_and_said_to_be_old(as_nadia: Client, replies: Replies) -> None:
    old = posted(replies, body="For Havelland Klinik", sequence=1)
    as_nadia.post(f"{replies.page}draft/", old)
    replies.values = {"customer": "Spreewald Klinik"}
    steps.go_back(replies.ticket, "answer", by=None, why="Another customer.")
    steps.work_on(replies.ticket.pk)
    page = page_of(as_nadia, replies)
    assert "For Havelland Klinik</textarea>" in page
    assert "The reply was prepared anew." in page
    refused = send(as_nadia, replies, old)
    assert refused.status_code == 422
    assert "prepared anew or withdrawn while you wrote" in refused.content.decode()
    assert replies.now is not None
    assert f'name="prepared" value="{replies.now.pk}"' in refused.content.decode()
    both = page_of(as_nadia, replies, f"?prepared={replies.now.pk}")
    assert "the proof for Spreewald Klinik is in. Nadia Okafor For Havelland Klinik</textarea>" in both
    send(as_nadia, replies, posted(replies))
    assert replies.state()[0] == "done"


def test_beside_an_own_draft_it_is_only_said(as_nadia: Client, replies: Replies) -> None:
    as_nadia.post(f"{replies.page}draft/", {"kind": "reply", "body": "I look into it", "sequence": 1})
    page = page_of(as_nadia, replies)
    assert "I look into it</textarea>" in page
    assert "A reply is prepared:</b> Proof received" in page
    assert 'name="prepared"' not in page
    send(as_nadia, replies, posted(replies, prepared="", body="I look into it"))
    assert replies.state() == ("waiting", DRAFTED)
    assert replies.now is not None


def test_whom_a_person_has_added_stays(as_nadia: Client, replies: Replies) -> None:
    """Taken up anew or into an empty text, people who were typed stay, and those of the older reply go."""
    own = posted(replies, sequence=1, cc="Sofia <sofia.marchetti@example.com>, Ina <ina@example.com>")
    as_nadia.post(f"{replies.page}draft/", own)
    replies.more = {"cc": []}
    steps.go_back(replies.ticket, "answer", by=None, why="Another seller.")
    steps.work_on(replies.ticket.pk)
    ina = 'name="cc" value="Ina &lt;ina@example.com&gt;"'
    assert ina in page_of(as_nadia, replies, f"?prepared={replies.now.pk}")  # type: ignore[union-attr]
    as_nadia.post(f"{replies.page}draft/", own | {"body": "", "sequence": 2})
    assert ina in page_of(as_nadia, replies)
    refused = send(as_nadia, replies, posted(replies, body="", to="otto@example.com", submission="x"))
    assert (refused.status_code, 'name="to" value="otto@example.com"' in refused.content.decode()) == (422, True)


def test_the_same_again_is_the_same_offer(replies: Replies) -> None:
    first = replies.now
    assert first is not None
    before = events_of(replies.ticket).count()
    assert prepared.offer(replies.ticket, **replies.given(first.step)) == first
    assert (PreparedReply.objects.count(), events_of(replies.ticket).count()) == (1, before)


def test_a_step_that_is_tried_again_after_the_send_offers_nothing(as_nadia: Client, replies: Replies) -> None:
    key = replies.now.step  # type: ignore[union-attr]
    send(as_nadia, replies, posted(replies))
    assert prepared.offer(replies.ticket, **replies.given(key)).state == "sent"
    assert replies.now is None


def test_withdrawn_it_is_gone_and_an_own_reply_does(as_nadia: Client, cast: Cast, replies: Replies) -> None:
    assert as_nadia.post(f"{replies.page}prepared/withdraw/", {"why": " "}).status_code == 422
    assert as_nadia.post(f"{replies.page}prepared/withdraw/", {"why": "x", "seen": 999_999}).status_code == 422
    assert as_nadia.post(f"{replies.page}prepared/withdraw/", {"why": "We telephoned."}).status_code == 302
    assert replies.now is None
    event = events_of(replies.ticket).get(verb="prepared reply withdrawn")
    assert (event.why, event.after) == ("We telephoned.", {"withdrawn": "Proof received"})
    assert "prepared reply withdrawn: Proof received" in page_of(as_nadia, replies)
    assert replies.state() == ("waiting", "The prepared reply was withdrawn. Reply yourself, or skip this.")
    to = [actions.Recipient(address="katrin@northwind.example.com")]
    actions.reply(replies.ticket, by=cast.lena, body="As we said", to=to)
    assert replies.state() == ("done", "Sent to katrin@northwind.example.com by Lena Brandt.")


def test_another_type_of_request_or_a_resolved_one_wants_none(cast: Cast, replies: Replies) -> None:
    actions.solve(replies.ticket, by=cast.nadia)
    assert replies.now is None
    assert replies.state() == ("done", "Resolved without sending it.")


def test_as_another_type_it_is_not_offered(cast: Cast, replies: Replies) -> None:
    actions.change_kind(replies.ticket, to="general", by=cast.nadia)
    assert replies.now is None


def test_people_come_once_and_never_ourselves(settings: Any, replies: Replies) -> None:
    katrin = Person(address="KATRIN@northwind.example.com", name="Katrin", role="requester")
    ours = Person(address=settings.SUPPORT_ADDRESS, role="us")
    replies.more = {"cc": [katrin, ours, Person(address="")]}
    steps.go_back(replies.ticket, "answer", by=None, why="Others.")
    steps.work_on(replies.ticket.pk)
    now = replies.now
    assert now is not None
    assert now.to == [{"name": "Katrin Vogel", "address": "katrin@northwind.example.com", "role": "requester"}]
    assert now.cc == []


def test_a_response_that_is_gone_is_a_persons_matter(replies: Replies) -> None:
    replies.more = {"response": "gone"}
    steps.go_back(replies.ticket, "answer", by=None, why="Again.")
    steps.work_on(replies.ticket.pk)
    step = steps.of(replies.ticket)[0]
    assert (step.state, "“gone” is switched off or gone" in step.problem) == ("stuck", True)


def test_more_files_than_a_mail_takes_are_not_ticked(as_nadia: Client, replies: Replies) -> None:
    more = [storing.store(b"%d" % number if number > 1 else b"", name=f"{number}.txt") for number in range(14)]
    replies.more = {"files": [(one, one.name) for one in more]}
    steps.go_back(replies.ticket, "answer", by=None, why="All of them.")
    steps.work_on(replies.ticket.pk)
    page = page_of(as_nadia, replies)
    assert "4 files are empty or too many for one mail." in page
    assert page.count(" checked><label") == 10
    answer = send(as_nadia, replies, posted(replies))
    assert (answer.status_code, "These are 14 files" in answer.content.decode()) == (422, True)
    assert replies.state()[0] == "waiting"
    reply = replies.now
    assert reply is not None
    assert sorted(prepared.fitting(list(reply.files.all()))) == [one.pk for one in reply.files.all()[2:12]]


def test_taking_a_file_out_leaves_one_that_hangs_elsewhere(cast: Cast, replies: Replies) -> None:
    shared = actions.upload(replies.ticket, stored=replies.po, filename="again.pdf", by=cast.nadia)
    alone = actions.upload(replies.ticket, stored=storing.store(b"x", name="x.txt"), filename="x.txt", by=cast.nadia)
    drafts.detach(shared)
    drafts.detach(alone)
    assert StoredFile.objects.filter(pk__in=[shared.stored_id, alone.stored_id]).get() == replies.po
    assert replies.now is not None
    assert replies.now.files.get().stored.read() == b"%PDF-1.4 order"


def test_an_open_page_learns_that_one_is_there(as_nadia: Client, replies: Replies) -> None:
    assert replies.now is not None
    lacks = page_of(as_nadia, replies, "updates/?after=1")
    assert "A reply is prepared:" in lacks
    assert "data-fills" in lacks
    assert "A reply is prepared:" not in page_of(as_nadia, replies, f"updates/?after=1&_offered={replies.now.pk}")
    assert "The reply was prepared anew." in page_of(as_nadia, replies, "updates/?after=1&_offered=1")
    prepared.withdraw(replies.ticket, why="No", by=None)
    assert "not offered any more" in page_of(as_nadia, replies, "updates/?after=1&_offered=1")


def test_a_channel_manager_is_offered_nothing(client: Client, cast: Cast, replies: Replies) -> None:
    client.force_login(cast.sofia)
    assert 'po-4711.pdf</span><span class="size">' in page_of(client, replies)  # on the partner's message
    assert "Prepared by the procedure" not in page_of(client, replies)
    assert client.post(f"{replies.page}prepared/withdraw/", {"why": "x"}).status_code in {403, 404}


@pytest.mark.django_db(transaction=True)
def test_two_who_send_it_at_once_send_one_mail(cast: Cast, replies: Replies) -> None:
    data = posted(replies)
    start = threading.Barrier(2)
    seen: list[int] = []

    def press(user: Any, submission: str) -> None:
        client = Client()
        client.force_login(user)
        start.wait()
        seen.append(send(client, replies, data | {"submission": submission}).status_code)
        connection.close()

    both = [threading.Thread(target=press, args=one) for one in ((cast.nadia, "one"), (cast.lena, "two"))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(seen) == [302, 422]
    assert OutgoingMail.objects.filter(purpose="reply").count() == 1


def test_it_is_taken_only_where_it_is_offered(cast: Cast, replies: Replies) -> None:
    with pytest.raises(Refused, match="no such prepared reply"):
        prepared.take(replies.ticket, 10**17, by=cast.nadia)


def test_a_program_reads_sends_and_withdraws_it(cast: Cast, replies: Replies) -> None:
    client = APIClient()
    client.force_authenticate(user=cast.nadia)
    base = f"/api/v1{replies.page}"
    shown = client.get(f"{base}prepared-reply/").json()
    assert shown["body"].endswith("the proof for Havelland Klinik AG is in.\n\nNadia Okafor")
    assert (shown["step"], shown["unresolved"], shown["then"]) == ("answer", [], "pending_partner")
    assert shown["variables"] == {"contact_first_name": "Katrin", "customer": "Havelland Klinik AG"}
    sofia = {"name": "Sofia Marchetti", "email": "sofia.marchetti@example.com", "role": "seller, channel manager"}
    assert shown["cc"] == [sofia]
    assert [(one["filename"], one["fits"]) for one in shown["files"]] == [("po-4711.pdf", True)]
    PreparedReply.objects.update(to=[{"name": "Otto", "address": "otto@northwind.example.com", "role": ""}])
    words = {"visibility": "reply", "body": shown["body"], "prepared": shown["id"], "then": shown["then"]}
    sent = client.post(f"{base}messages/", words, format="json")
    assert (sent.status_code, [one["filename"] for one in sent.json()["attachments"]]) == (201, ["po-4711.pdf"])
    mail = OutgoingMail.objects.get(purpose="reply")
    assert [one["address"] for one in (*mail.to, *mail.cc)] == ["otto@northwind.example.com", sofia["email"]]
    assert replies.state()[0] == "done"
    again = client.post(f"{base}messages/", words, format="json")
    assert (again.status_code, "has sent this reply meanwhile" in again.json()["detail"]) == (422, True)
    assert client.get(f"{base}prepared-reply/").status_code == 404
    assert client.post(f"{base}prepared-reply/withdraw/", {"why": "x"}, format="json").status_code == 404
    steps.go_back(replies.ticket, "answer", by=None, why="Once more.")
    steps.work_on(replies.ticket.pk)
    gone = client.post(f"{base}prepared-reply/withdraw/", {"why": "No."}, format="json")
    assert (gone.status_code, gone.json()["state"], replies.now) == (200, "withdrawn", None)
    client.force_authenticate(user=cast.sofia)
    assert client.get(f"{base}prepared-reply/").status_code == 404

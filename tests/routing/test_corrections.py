"""“This is wrong”: a colleague says so, a lead decides, the rule that decided is one step away."""

from __future__ import annotations

from django.test import Client

from journal.models import Event
from mail.models import OutgoingMail
from people.models import ChannelManager
from routing import book
from routing.models import Correction, Coverage, Decision
from tests.conftest import Cast


def said(client: Client, cast: Cast, **what: str) -> Correction:
    """As a specialist says it: ask, “Report a wrong answer”, fill in the form."""
    client.force_login(cast.nadia)
    asked = client.post("/routing/keep/", {"about": "account", "country": "Japan", **what})
    form = asked["Location"]
    assert "Masa Ueda" in client.get(form).content.decode()
    assert client.post(form, {"why": ""}).status_code == 422
    assert not Correction.objects.exclude(state="declined").exists()
    manager = ChannelManager.objects.get(name="Amit Kaul")
    answer = client.post(form, {"why": "He left for another team.", "manager": manager.pk})
    assert answer["Location"] == form.removesuffix("wrong/")
    return Correction.objects.latest("pk")


def test_a_lead_accepts_and_is_led_to_the_rule(cast: Cast, handbook: None, client: Client) -> None:
    row = said(client, cast)
    assert client.get("/routing/corrections/").status_code == 403
    client.force_login(cast.lena)
    assert "1 correction waits" in client.get("/queue/").content.decode()  # the amber dot of the rail
    page = client.get("/routing/corrections/").content.decode()
    assert "Account owner: Japan" in page
    assert "He left for another team." in page
    answer = client.post(f"/routing/corrections/{row.pk}/", {"act": "accept", "answer": ""})
    rule = Coverage.objects.get(place="JP")
    assert answer["Location"] == f"/routing/rules/coverage/{rule.pk}/change/?correction={row.pk}"
    form = client.get(answer["Location"]).context["form"]
    assert (form["manager"].value(), form["why"].value()) == (row.manager_id, "He left for another team.")
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.manager) == (
        "accepted",
        cast.lena,
        ChannelManager.objects.get(name="Amit Kaul"),
    )
    assert list(Event.objects.filter(subject_type="routing.correction").values_list("verb", "actor_name")) == [
        ("correction_said", "Nadia Okafor"),
        ("correction_accepted", "Lena Brandt"),
    ]
    mail = OutgoingMail.objects.get(purpose="notice")
    assert [one["address"] for one in mail.to] == [cast.nadia.email]
    assert f"/routing/decisions/{row.decision_id}/" in mail.body_text
    assert "1 correction waits" not in client.get("/queue/").content.decode()


def test_declining_needs_a_reason_and_happens_once(cast: Cast, handbook: None, client: Client) -> None:
    row = said(client, cast)
    again = said_again(client, row)
    client.force_login(cast.lena)
    address = f"/routing/corrections/{row.pk}/"
    refused = client.post(address, {"act": "decline", "answer": ""})
    assert refused.status_code == 422
    assert "Say why the answer stays as it is." in refused.content.decode()
    client.post(address, {"act": "decline", "answer": "He is back."})
    client.post(address, {"act": "accept", "answer": ""})  # somebody else's page was still open
    row.refresh_from_db()
    assert (row.pk, row.state, row.answer) == (again.pk, "declined", "He is back.")
    assert "He is back." in OutgoingMail.objects.get(purpose="notice").body_text


def said_again(client: Client, row: Correction) -> Correction:
    """The same person corrects their words: it stays one correction."""
    client.post(f"/routing/decisions/{row.decision_id}/wrong/", {"why": "He left in October."})
    found = Correction.objects.get()
    assert (found.why, found.manager) == ("He left in October.", None)
    return found


def test_an_answer_stays_as_it_was_given(cast: Cast, handbook: None, client: Client) -> None:
    row = said(client, cast).decision
    Coverage.objects.filter(place="JP").delete()
    book.forget()
    page = client.get(f"/routing/decisions/{row.pk}/").content.decode()
    assert "Masa Ueda" in page
    assert "The rules answer differently by now." in page
    assert "Asked by Nadia Okafor" in page
    assert Decision.objects.count() == 1

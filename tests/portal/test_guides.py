"""Guides to licences: for everybody, with one's own numbers by sign-in or by a signed link; what is done in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import DjangoAssertNumQueries

from documents.storing import store
from journal.models import Event
from journal.record import Actor
from nfr import saying, terms
from nfr.guides import known, links, progress, steps, variable
from nfr.guides.known import Count, Known
from nfr.models import Licence, LicenceRequest, SeatCount
from nfr.namespaces import read
from partners.contacts import contact_for
from partners.models import Account
from portal import words
from portal.guides import counting, picture, reading
from tests.conftest import Cast
from tickets import actions, responses, tracking
from tickets.actions import NewTicket, Recipient, open_ticket
from tickets.models import Status, Ticket
from tickets.models.ticket import Channel

TODAY = date(2026, 11, 27)
SEATS = "/guides/nfr/seats/"


@dataclass(frozen=True)
class World:
    """Omar of Bluepeak has 13 people on 10 seats; Support has said so, with a picture, and the desk has told him."""

    request: LicenceRequest
    licence: Licence

    @property
    def ticket(self) -> Ticket:
        return Ticket.objects.get(pk=self.request.ticket_id)

    @property
    def link(self) -> str:
        return links.path_for(LicenceRequest.objects.select_related("ticket").get(pk=self.request.pk))


@pytest.fixture
def world(cast: Cast) -> World:
    today, now = timezone.localdate(), timezone.now()
    licence = licence_of(
        cast.bluepeak, seats_used=13, seats_counted=now - timedelta(days=9), ends=today + timedelta(17)
    )
    SeatCount.objects.create(licence=licence, used=13, counted=now - timedelta(days=9), source="support")
    licence_of(cast.bluepeak, type="self_managed", namespace="", seats_used=6)
    licence_of(cast.northwind, namespace="northwind-secret", seats=25)
    new = NewTicket(
        kind="nfr", subject="Seats", requester=cast.omar, partner=cast.bluepeak, body="Renew it", channel=Channel.FORM
    )
    ticket = open_ticket(new, by=Actor("Omar Reyes"))
    request, _made = LicenceRequest.objects.update_or_create(
        ticket=ticket,
        defaults={
            "topic": "seats", "topic_said": True, "account": cast.bluepeak, "licence": licence, "stage": "asked",
            "namespace": "bluepeak-partners", "seats_used": 13, "seats_allowed": 10, "asked": now, "counted": now,
            "seats_by": today + timedelta(10), "support_ticket": "412345",
        },
    )  # fmt: skip
    return World(request, licence)


def licence_of(account: Account, **more: Any) -> Licence:
    today = timezone.localdate()
    values = {
        "type": "saas", "tier": "ultimate", "seats": 10, "namespace": "bluepeak-partners",
        "starts": today - timedelta(300), "ends": today + timedelta(200),
    }  # fmt: skip
    return Licence.objects.create(account=account, **{**values, **more})


def page_of(path: str, browser: Client | None = None, *, status: int = 200) -> str:
    answer = (browser or Client()).get(path)
    assert answer.status_code == status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main_of(answer.content.decode()))).split())


def main_of(html: str) -> str:
    return html.partition("<main")[2].rpartition("</aside>")[0]


def client_of(user: Any) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def states(path: str, browser: Client | None = None) -> list[str]:
    html = (browser or Client()).get(path).content.decode()
    return re.findall(r'class="guide-step is-(\w+)" id="(?:\w+)"', html)


# ── Pure ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_how_a_licence_is_doing() -> None:
    renewal, question = LicenceRequest(topic="renew"), LicenceRequest(topic="seats")
    cases: list[tuple[dict[str, Any], LicenceRequest | None, str, str]] = [
        ({"ends": TODAY + timedelta(61)}, None, "In order", "green"),
        ({}, None, "In order", "green"),
        ({"ends": TODAY + timedelta(60)}, None, "Ends in 60 days", "amber"),
        ({"ends": TODAY + timedelta(1)}, None, "Ends in 1 day", "amber"),
        ({"ends": TODAY}, None, "Ends in 0 days", "amber"),
        ({"ends": TODAY - timedelta(1), "seats": 10, "seats_used": 13}, None, "Ended", "grey"),
        ({"ended": TODAY, "ends": TODAY + timedelta(90)}, renewal, "Ended", "grey"),
        ({"ended": TODAY + timedelta(9), "ends": TODAY + timedelta(90)}, None, "Ends in 9 days", "amber"),
        ({"seats": 10, "seats_used": 13}, None, "3 seats too many", "red"),
        ({"seats": 10, "seats_used": 11, "ends": TODAY + timedelta(5)}, None, "1 seat too many", "red"),
        ({"seats": 10, "seats_used": 10}, None, "In order", "green"),
        ({"seats_allowed": 25, "seats_used": 26}, None, "1 seat too many", "red"),
        ({"seats": 10, "seats_used": 13}, renewal, "Renewal waiting", "amber"),
        ({"seats": 10, "seats_used": 13, "ends": TODAY + timedelta(17)}, question, "Renewal waiting", "amber"),
        ({"ends": TODAY + timedelta(300)}, question, "Request under way", "amber"),
        ({"starts": TODAY + timedelta(3), "ends": TODAY + timedelta(368)}, None, "Not begun", "grey"),
    ]
    for values, request, says, tone in cases:
        found = known.state_of(Licence(type="saas", **values), on=TODAY, request=request)
        assert (found.words, found.tone) == (says, tone), values


def test_a_guide_says_what_is_known_and_nothing_else() -> None:
    nothing = Known()
    told = Known(
        namespace=read("bluepeak-partners"), count=Count(used=13), allowed=10,
        licence=Licence(type="saas", tier="premium"),
    )  # fmt: skip
    assert [step.title for step in steps.guide("seats", nothing).steps] == [
        "Know what counts", "Open the Seats tab and see who needs no seat", "Remove them, or make them Guests",
        "Tell us that it is done",
    ]  # fmt: skip
    first, second, *_rest = steps.guide("seats", told).steps
    assert "Guests too" in first.words
    assert steps.guide("seats", told).steps[2].title == "Remove them", "a Guest takes a seat on Premium"
    assert second.title == "Open the Seats tab and find three people"
    assert second.button is not None
    assert second.button.address == "https://gitlab.com/groups/bluepeak-partners/-/usage_quotas#seats-quota-tab"
    assert all(step.button is None or "None" not in step.button.words for step in steps.guide("minutes", nothing).steps)
    assert [steps.spelled(one) for one in (1, 9, 10, 140)] == ["one", "nine", "10", "140"]
    for topic in links.GUIDED:
        guide = steps.guide(topic, nothing)
        assert len(guide.slugs) == len(guide.steps)
        assert any(note.title == "Do not buy add-ons" for note in guide.notes)
        assert progress.current(guide, ()) == guide.steps[0].slug
        assert progress.current(guide, guide.slugs) == ""
    assert progress.changed(["a", "b", "a"], "a", done=True) == ["b", "a"]
    assert progress.changed(["a", "b"], "a", done=False) == ["b"]


def test_the_button_is_there_while_it_can_mean_something() -> None:
    for used, topic, stage, shown in (
        (13, "seats", "reading", True),  # the mail is out, a worker is behind
        (13, "seats", "asked", True),
        (9, "seats", "asked", True),
        (9, "seats", "deciding", False),  # nothing has to be removed
        (13, "version", "asked", False),
        (13, "seats", "done", False),
        (13, "seats", "ended", False),
    ):
        request = LicenceRequest(topic=topic, stage=stage)
        found = Known(count=Count(used=used), allowed=10, request=request)
        assert found.may_confirm is shown, (used, topic, stage)


def test_seats_are_drawn_one_by_one_up_to_sixty() -> None:
    cases: Iterable[tuple[int, int, tuple[int, int, int], str]] = (
        (13, 10, (10, 0, 3), "13 of 10 seats are in use, 3 too many."),
        (7, 10, (7, 3, 0), "7 of 10 seats are in use."),
        (10, 10, (10, 0, 0), "10 of 10 seats are in use."),
        (0, 25, (0, 25, 0), "0 of 25 seats are in use."),
    )
    for used, allowed, tiles, says in cases:
        drawn = picture.of(Known(count=Count(used=used), allowed=allowed))
        assert drawn is not None
        assert (len(drawn.taken), len(drawn.free), len(drawn.over)) == tiles
        assert drawn.words == says
        assert drawn.as_tiles
    many = picture.of(Known(count=Count(used=61), allowed=25))
    assert many is not None
    assert not many.as_tiles
    assert picture.of(Known(count=Count(used=3))) is None


# ── By the signed link ────────────────────────────────────────────────────────────────────────────────────


def test_the_link_shows_the_numbers_and_keeps_what_is_done(world: World, handbook: None) -> None:
    terms.load()
    shown = page_of(world.link)
    for said in (
        "13 of 10 seats in use 3 too many", "Counted by Support, today", "Open partners have 10 seats per licence.",
        "Remove 3 people by ", "and the renewal can go ahead.", "You need the Owner role on bluepeak-partners",
        "Open the Seats tab and find three people", "Open Seats for bluepeak-partners", "How seat usage is determined",
        "NFR policy", "View seat usage", "0 of 4 done", "I have reduced the seats", "Ask a question",
        "SaaS, Ultimate Renewal waiting", "in 17 d", "Self-managed, Ultimate In order 6 of 10 seats",
        "It still says 13",
    ):  # fmt: skip
        assert said in shown, said
    assert "northwind" not in shown
    LicenceRequest.objects.filter(pk=world.request.pk).update(
        seats_allowed=12, seats_by=timezone.localdate() - timedelta(1)
    )
    shown = page_of(world.link)
    assert "partners have" not in shown, "twelve are an exception, the track has ten"
    assert "Remove one person and the renewal can go ahead." in shown, "its day is over"
    html = Client().get(world.link)
    assert html.headers["X-Robots-Tag"].startswith("noindex")
    assert "/request/track/" not in html.content.decode(), "the guide's link opens the guide only"
    browser = Client()
    done = f"{world.link}done/"
    assert browser.post(done, {"step": "know", "done": "1"}).status_code == 302
    browser.post(done, {"step": "know", "done": "1"})
    browser.post(done, {"step": "invented", "done": "1"})
    assert states(world.link) == ["done", "current", "later", "later"], "kept with the request, not in one browser"
    part = browser.post(done, {"step": "remove", "done": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "2 of 4 done" in part
    assert "<html" not in part
    browser.post(done, {"step": "know", "done": "0"})
    world.request.refresh_from_db()
    assert world.request.guide_done == ["seats.remove"]
    told = Event.objects.filter(verb="guide step").values_list("actor_name", flat=True)
    assert list(told) == ["Omar Reyes"] * 3


def test_the_button_tells_the_desk_once(world: World) -> None:
    before = world.ticket.messages.count()
    for _again in range(2):
        assert Client().post(f"{world.link}reduced/").headers["Location"] == f"{world.link}#tell"
    said = world.ticket.messages.order_by("-pk")
    assert said.count() == before + 1
    assert (said[0].body, said[0].author_name) == ("We have reduced the seats.", "Omar Reyes")
    shown = page_of(world.link)
    assert "I have reduced the seats" not in shown
    assert "You told us today" in shown
    assert states(world.link) == ["done"] * 4
    LicenceRequest.objects.filter(pk=world.request.pk).update(stage="done")
    shown = page_of(world.link)
    assert "This is settled." in shown
    assert "We check the number" not in shown
    LicenceRequest.objects.filter(pk=world.request.pk).update(asked=timezone.now())
    assert Client().post(f"{world.link}reduced/").status_code == 422, "nobody waits for it"
    assert said.count() == before + 1


def test_a_number_may_come_with_it(world: World) -> None:
    for counted, wrong in (("12", "2 more than you have"), ("11", "one person more"), ("ten", "in digits")):
        answer = Client().post(f"{world.link}reduced/", {"count": counted})
        assert answer.status_code == 422
        assert wrong in answer.content.decode()
        assert f'value="{counted}"' in answer.content.decode()
    assert world.ticket.messages.count() == 1
    Client().post(f"{world.link}reduced/", {"count": " 9 "})
    said = world.ticket.messages.order_by("-pk")[0].body
    assert said == "We have reduced the seats. 9 seats are in use now."
    assert (saying.read(said, allowed=10).reduced, saying.read(said, allowed=10).count) == (True, 9)
    assert counting.words("1") == "We have reduced the seats. 1 seat is in use now."
    assert counting.why_not("999", allowed=None) == ""


def test_a_question_joins_the_conversation(world: World) -> None:
    browser = Client()
    key = re.search(r'name="submission" value="([^"]+)"', browser.get(world.link).content.decode())
    assert key is not None
    empty = browser.post(f"{world.link}question/", {"submission": key[1], "body": " "})
    assert empty.status_code == 422
    assert "Write your question first." in empty.content.decode()
    for _again in range(2):
        sent = browser.post(f"{world.link}question/", {"submission": key[1], "body": "Do bots count?"})
        assert sent.headers["Location"] == f"{world.link}?sent=question#tell"
    assert list(world.ticket.messages.values_list("body", flat=True))[1:] == ["Do bots count?"]
    assert "Your question has reached us." in page_of(sent.headers["Location"].partition("#")[0])


def test_who_is_written_to_speaks_where_support_has_asked(world: World, cast: Cast) -> None:
    Ticket.objects.filter(pk=world.ticket.pk).update(requester=contact_for("support@gitlab.com", name="GitLab Support"))
    LicenceRequest.objects.filter(pk=world.request.pk).update(
        contact_name="Omar", contact_email="Omar@bluepeak.example.com"
    )
    link = world.link
    Client().post(f"{link}question/", {"body": "Do bots count?"})
    Client().post(f"{link}reduced/")
    assert list(world.ticket.messages.order_by("pk").values_list("author_contact", flat=True)[1:]) == [cast.omar.pk] * 2
    katrin = client_of(cast.katrin.user)
    for act in ("question", "reduced"):
        answer = katrin.post(f"{world.link}{act}/", {"body": "x"})
        assert answer.status_code == 422
        assert "signed in for another company" in answer.content.decode()
    LicenceRequest.objects.filter(pk=world.request.pk).update(contact_email="ana@bluepeak.example.com")
    assert "13 of" not in page_of(link, status=404), "somebody else is written to"
    LicenceRequest.objects.filter(pk=world.request.pk).update(contact_email="omar@bluepeak.example.com")
    own = client_of(cast.omar.user).get(SEATS).content.decode()
    assert world.link.partition("seats/")[2] in own
    assert tracking.path_for(world.ticket).rpartition(":")[0] not in own, "it is not his request"
    assert 'href="/portal/' not in main_of(client_of(cast.omar.user).get("/guides/nfr/").content.decode())


def test_supports_picture_is_shown_once_it_was_sent(world: World, cast: Cast) -> None:
    drawn = BytesIO()
    Image.new("RGB", (4, 4)).save(drawn, "PNG")
    stored = store(drawn.getvalue(), name="seats.png")
    file = actions.upload(world.ticket, stored=stored, filename="seats.png", by=cast.nadia)
    LicenceRequest.objects.filter(pk=world.request.pk).update(screenshot=file)
    assert "View the screenshot" not in page_of(world.link)
    assert Client().get(f"{world.link}screenshot/").status_code == 404
    actions.reply(
        world.ticket, by=cast.nadia, body="See it.", to=[Recipient(address=cast.omar.email)], attachments=[file]
    )
    assert "View the screenshot" in page_of(world.link)
    answer = Client().get(f"{world.link}screenshot/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")


def test_a_link_that_is_over_or_void_leaves_the_guide_for_everybody(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = world.link
    foreign = f"{SEATS}{tracking.token_for(world.ticket)}/"
    listed = f"{SEATS}{signing.Signer(salt='nfr.guide').sign_object(['PHD-999999', 1, 1, '', '2099-01-01'])}/"
    for path in (f"{SEATS}forged/", foreign, listed):
        assert "This link does not work any more." in page_of(path, status=404)
    with monkeypatch.context() as patch:
        patch.setattr(links, "LIFE", timedelta(days=-1))
        over = page_of(link, status=410)
        assert "This link has run out." in over
        assert "13 of" not in over
        for act in ("done", "reduced", "question"):
            assert Client().post(f"{link}{act}/", {"step": "know", "done": "1", "body": "x"}).status_code == 404
        assert Client().get(f"{link}screenshot/").status_code == 404
    assert "13 of 10" in page_of(link)
    Ticket.objects.filter(pk=world.ticket.pk).update(requester=cast.katrin)
    assert "13 of" not in page_of(link, status=404), "who asks now is somebody else"
    Ticket.objects.filter(pk=world.ticket.pk).update(requester=cast.omar)
    LicenceRequest.objects.filter(pk=world.request.pk).update(account=cast.northwind)
    assert "northwind" not in page_of(link, status=404).lower(), "it is another partner's"
    Account.objects.filter(pk=cast.bluepeak.pk).update(merged_into=cast.northwind)
    assert "13 of 10" in page_of(link), "the same partner under another account"
    Ticket.objects.filter(pk=world.ticket.pk).update(status=Status.SPAM)
    assert "13 of" not in page_of(link, status=404)
    assert Client().post(f"{link}reduced/").status_code == 404
    assert world.ticket.messages.count() == 1


def test_a_colleague_looks_and_speaks_for_nobody(world: World, cast: Cast) -> None:
    desk = client_of(cast.nadia)
    shown = page_of(world.link, desk)
    assert "13 of 10 seats in use" in shown
    assert "Here the partner has the buttons" in shown
    for act in ("done", "reduced", "question"):
        assert desk.post(f"{world.link}{act}/", {"step": "know", "done": "1", "body": "x"}).status_code == 403
    assert world.ticket.messages.count() == 1


# ── For everybody, and for who has signed in ──────────────────────────────────────────────────────────────


def test_a_stranger_gets_the_guide_and_the_links_of_their_own_group(db: None, handbook: None) -> None:
    terms.load()
    home = page_of("/guides/nfr/")
    assert "Open track SaaS: 1, self-managed: 1. 10 seats for each licence, Ultimate, 12 months." in home
    assert "Reduce the seats in use" in page_of("/guides/")
    assert "Documents of the program" not in page_of("/guides/")
    assert Client().get("/guides/nfr/renew/").status_code == 404
    browser = Client()
    blank = page_of(SEATS, browser)
    assert "Open track 10 seats for each licence Select track 25 seats for each licence" in blank
    assert "You need the Owner role on your group." in blank
    assert "Open Seats for" not in blank
    assert "Send a request" in blank
    for topic, address in (
        ("seats", "https://gitlab.com/groups/acme/-/usage_quotas#seats-quota-tab"),
        ("version", "https://gitlab.com/groups/acme/-/billings"),
        ("minutes", "https://gitlab.com/groups/acme/-/usage_quotas#pipelines-quota-tab"),
    ):
        answer = browser.get(f"/guides/nfr/{topic}/", {"namespace": "https://gitlab.com/acme/emea/-/issues"})
        assert f'href="{address}"' in answer.content.decode()
        assert "“acme/emea/-" not in answer.content.decode()
        assert "lies inside the group “acme”" in unescape(answer.content.decode())
    wrong = browser.get(SEATS, {"namespace": '~jane"><script>'}).content.decode()
    assert "a person&#x27;s own namespace" in wrong
    assert "><script>" not in main_of(wrong)
    browser.post(f"{SEATS}done/?namespace=acme", {"step": "know", "done": "1"})
    browser.post(f"{SEATS}done/", {"step": "invented", "done": "1"})
    assert states(SEATS, browser) == ["done", "current", "later", "later"]
    assert states(SEATS) == ["current", "later", "later", "later"]
    assert states("/guides/nfr/version/", browser)[0] == "current"
    cookie = browser.cookies[reading.COOKIE]
    assert (cookie.value, cookie["path"], cookie["samesite"]) == ("seats.know", "/guides/nfr/", "Lax")


def test_partners_see_their_own_licences_and_nobody_elses(world: World, cast: Cast, handbook: None) -> None:
    omar, katrin = client_of(cast.omar.user), client_of(cast.katrin.user)
    licence_of(cast.bluepeak, namespace="long-ago", ends=timezone.localdate() - timedelta(90))
    mine = page_of("/guides/nfr/", omar)
    assert "Licences of Bluepeak Systems Inc." in mine
    assert f"Renewal waiting bluepeak-partners {world.ticket.reference} 13 of 10 seats" in mine
    assert "Ended long-ago" in mine
    assert "Ask for the renewal" not in mine, "it is asked for already, or over for long"
    ends = timezone.localdate() + timedelta(9)
    soon = licence_of(cast.northwind, namespace="nw-lab", ends=ends)
    asked = re.search(r'href="(/request/[^"#]+)#ask">Ask for the renewal', katrin.get("/guides/nfr/").content.decode())
    assert asked is not None
    form = katrin.get(unescape(asked[1])).content.decode()
    assert re.search(r'name="namespace" value="nw-lab"', form)
    assert re.search(r'<option value="renew" selected>', form)
    licence_of(cast.northwind, namespace="nw-lab", replaces=soon, starts=ends + timedelta(1))
    hers = page_of("/guides/nfr/", katrin)
    assert "Renewed nw-lab" in hers
    assert "Ask for the renewal" not in hers
    assert "northwind-secret" not in mine
    assert "northwind-secret" in page_of("/guides/nfr/", katrin)
    bar = omar.get("/guides/nfr/").content.decode().partition("<main")[0]
    assert re.search(r'<a href="/guides/nfr/" aria-current="page">NFR licences</a>', bar)
    assert ">Guides</a>" in bar
    guide = omar.get(SEATS).content.decode()
    assert world.link.partition("seats/")[2].partition(":")[0] in guide, "an own request is ticked with the request"
    assert f'href="{tracking.path_for(world.ticket).rsplit(":", 2)[0]}' in guide
    hers = page_of(f"{SEATS}?licence={world.licence.pk}", katrin)
    assert "bluepeak" not in hers.lower()
    assert "northwind-secret" in hers
    assert "Documents of the program" in page_of("/guides/", omar)
    assert "channel managers" not in page_of("/guides/nfr/minutes/", omar)
    assert "For channel managers: NFR requests for GitLab SaaS" in page_of(
        "/guides/nfr/minutes/", client_of(cast.sofia)
    )
    assert "Write to Sofia Marchetti" in page_of("/guides/nfr/minutes/", katrin)
    LicenceRequest.objects.filter(pk=world.request.pk).update(asked=None, seats_used=77)
    assert "77" not in page_of(SEATS, omar), "the desk has not told it yet"
    cast.omar.active = False
    cast.omar.save()
    assert "bluepeak" not in page_of("/guides/nfr/", omar).lower()


def test_a_hundred_licences_take_no_more_statements_than_one(
    world: World, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    omar = client_of(cast.omar.user)
    Licence.objects.bulk_create(
        Licence(account=cast.bluepeak, type="saas", namespace=f"group-{number}", ends=timezone.localdate())
        for number in range(100)
    )
    for path in ("/guides/nfr/", SEATS, world.link):
        omar.get(path)
        with django_assert_max_num_queries(14):
            omar.get(path)


def test_the_form_and_the_requests_page_lead_to_the_guides(world: World, cast: Cast) -> None:
    form = Client().get("/request/?kind=nfr-licence").content.decode()
    assert "You can do this yourself" in form
    for topic in links.GUIDED:
        assert f'href="/guides/nfr/{topic}/"' in form
    assert "You can do this yourself" not in Client().get("/request/?kind=something-else").content.decode()
    track = tracking.path_for(world.ticket)
    assert "Open the guide" in Client().get(track).content.decode()
    LicenceRequest.objects.filter(pk=world.request.pk).update(asked=None)
    assert "Open the guide" not in Client().get(track).content.decode()


def test_every_reply_may_hold_the_link(world: World, cast: Cast, settings: Any) -> None:
    filled = responses.values_for(world.ticket, cast.nadia)[variable.NAME]
    assert filled.startswith(f"{settings.PUBLIC_URL}{SEATS}")
    assert "13 of 10" in page_of(filled.removeprefix(settings.PUBLIC_URL))
    LicenceRequest.objects.filter(pk=world.request.pk).update(topic="renew")
    assert responses.values_of(world.ticket)[variable.NAME] == f"{settings.PUBLIC_URL}/guides/nfr/"
    LicenceRequest.objects.filter(pk=world.request.pk).update(topic="version", account=None)
    assert responses.values_of(world.ticket)[variable.NAME].endswith("/guides/nfr/version/?namespace=bluepeak-partners")
    general = open_ticket(
        NewTicket(kind="general", subject="x", requester=cast.omar, body="x", channel=Channel.FORM), by=Actor("Omar")
    )
    assert variable.NAME not in responses.values_of(general)


def test_the_newest_count_is_shown(world: World) -> None:
    request = links.request_by(links.token_for(world.request))
    assert request is not None
    assert known.of_request(request).count == Count(used=13, at=world.request.counted, by="Support")
    Licence.objects.filter(pk=world.licence.pk).update(seats_used=13, seats_counted=request.counted)
    assert request.counted is not None
    SeatCount.objects.create(licence=world.licence, used=13, counted=request.counted, source="partner")
    request = links.request_by(links.token_for(world.request))
    assert request is not None
    assert known.of_request(request).count == Count(used=13, at=request.counted, by=""), "the partner's own number"
    later = timezone.now() + timedelta(minutes=1)
    Licence.objects.filter(pk=world.licence.pk).update(seats_used=9, seats_counted=later)
    SeatCount.objects.create(licence=world.licence, used=9, counted=later, source="partner")
    request = links.request_by(links.token_for(world.request))
    assert request is not None
    found = known.of_request(request)
    assert found.count == Count(used=9, at=later, by="")
    assert found.over == 0
    LicenceRequest.objects.filter(pk=world.request.pk).update(seats_used=12, counted=later + timedelta(minutes=1))
    SeatCount.objects.create(licence=world.licence, used=12, counted=later + timedelta(minutes=1), source="partner")
    request = links.request_by(links.token_for(world.request))
    assert request is not None
    said = known.of_request(request).count
    assert said is not None
    assert (said.used, said.by) == (12, ""), "the partner has said so, not Support"


def test_when_something_was_told() -> None:
    now = datetime(2026, 11, 27, 14, 10, tzinfo=timezone.get_current_timezone())
    assert words.said_when(now.replace(hour=8, minute=30), now=now) == "today 08:30"
    assert words.said_when(now - timedelta(days=3), now=now) == "on 24 Nov"
    assert words.said_when(now - timedelta(days=400), now=now) == "on 23 Oct 2025"

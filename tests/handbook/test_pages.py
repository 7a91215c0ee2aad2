"""The pages people look things up in: who sees what, searching, editing."""

from __future__ import annotations

import pytest
from django.test import Client

from people.models import User
from tests.conftest import Cast
from tickets.models import Resource, Response
from tickets.response_forms import initial_of


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, address: str, **headers: str) -> str:
    answer = client_of(user).get(address, headers=headers or None)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_specialist_sees_every_resource(cast: Cast, handbook: None) -> None:
    shown = page(cast.nadia, "/resources/")
    for row in Resource.objects.all():
        assert f'id="{row.slug}"' in shown
    assert shown.count("Portal login required") >= 5
    assert "No address published" in shown
    assert "recording, internal" in shown


def test_a_partner_sees_only_what_is_meant_for_partners(cast: Cast, handbook: None) -> None:
    assert cast.katrin.user
    shown = page(cast.katrin.user, "/resources/")
    for row in Resource.objects.all():
        assert (f'id="{row.slug}"' in shown) == (not row.desk_only)
    assert "docs.google.com" not in shown
    assert "Desk only" not in shown
    assert 'class="rail"' not in shown
    assert "docs.google.com" not in page(cast.katrin.user, "/resources/?q=google")


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        ("coupa", "partner-payout-drive"),
        ("NFR Policy", "nfr-policy"),
        ("lógo", "elsewhere-press"),
        ("license", "we-handle-nfr"),
        ("tax vendor", "worldwide-tax-forms"),
    ],
)
def test_resources_are_found_by_words(cast: Cast, handbook: None, asked: str, slug: str) -> None:
    shown = page(cast.nadia, f"/resources/?q={asked}")
    assert f'id="{slug}"' in shown
    assert 'id="channel-enablement-deck"' not in shown


def test_a_search_without_a_hit_says_so(cast: Cast, handbook: None) -> None:
    shown = page(cast.nadia, "/resources/?q=<b>zebra</b>%00")
    assert "Nothing matches." in shown
    assert "<b>zebra" not in shown


def test_htmx_gets_the_answer_only(cast: Cast, handbook: None) -> None:
    part = page(cast.nadia, "/resources/?q=nfr", **{"HX-Request": "true"})
    assert "<html" not in part
    assert 'id="nfr-policy"' in part


@pytest.mark.parametrize("address", ["/resources/", "/responses/", "/responses/redirect-po/", "/routing/roster/"])
def test_strangers_are_sent_to_the_door(db: None, address: str) -> None:
    answer = Client().get(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={address}")


@pytest.mark.parametrize("address", ["/responses/", "/responses/redirect-po/", "/responses/new/", "/routing/roster/"])
def test_partners_do_not_come_in(cast: Cast, handbook: None, address: str) -> None:
    assert cast.katrin.user
    assert client_of(cast.katrin.user).get(address).status_code == 403


def test_responses_by_topic_and_by_words(cast: Cast, handbook: None) -> None:
    everything = page(cast.nadia, "/responses/")
    for row in Response.objects.all():
        assert f"/responses/{row.slug}/" in everything
    letters = page(cast.nadia, "/responses/?topic=loa")
    assert "/responses/loa-denial/" in letters
    assert "/responses/invoice-sent/" not in letters
    found = page(cast.nadia, "/responses/?q=coupa")
    assert "/responses/rebate-timing/" in found
    assert "/responses/loa-denial/" not in found
    assert "New response" not in found
    assert "New response" in page(cast.lena, "/responses/")


def test_a_response_shows_its_sample_and_its_text(cast: Cast, handbook: None) -> None:
    for row in Response.objects.all():
        shown = page(cast.sofia, f"/responses/{row.slug}/")
        assert "With sample values" in shown
    assert "{{ namespace }}" in page(cast.nadia, "/responses/nfr-version/")
    assert client_of(cast.nadia).get("/responses/none/").status_code == 404
    assert client_of(cast.nadia).get("/responses/nfr-version/?ticket=PHD-99999").status_code == 404


def form_of(row: Response, **changes: str) -> dict[str, object]:
    return {**initial_of(row), **changes}


def test_a_lead_edits_and_a_specialist_may_not(cast: Cast, handbook: None) -> None:
    row = Response.objects.get(slug="invoice-sent")
    form = form_of(row, body="Hello {{ contact_first_name }}, {{ invoices }}: attached.")
    assert client_of(cast.nadia).post("/responses/invoice-sent/edit/", form).status_code == 403
    assert client_of(cast.lena).get("/responses/invoice-sent/edit/").status_code == 200
    answer = client_of(cast.lena).post("/responses/invoice-sent/edit/", form, follow=True)
    shown = answer.content.decode()
    assert "Version 2 is in use." in shown
    assert "Version 1, replaced by Lena Brandt" in shown
    row.refresh_from_db()
    assert row.version == 2


def test_a_newer_version_is_not_overwritten_unseen(cast: Cast, handbook: None) -> None:
    row = Response.objects.get(slug="invoice-sent")
    lena = client_of(cast.lena)
    lena.post("/responses/invoice-sent/edit/", form_of(row, title="First"))
    answer = lena.post("/responses/invoice-sent/edit/", form_of(row, title="Second, my words"))
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "Second, my words" in shown
    assert 'name="version" value="2"' in shown
    again = lena.post("/responses/invoice-sent/edit/", form_of(row, title="Second, my words", version="2"))
    assert again.status_code == 302


def test_an_unknown_variable_is_named_beside_the_text(cast: Cast, handbook: None) -> None:
    row = Response.objects.get(slug="invoice-sent")
    answer = client_of(cast.lena).post("/responses/invoice-sent/edit/", form_of(row, body="Hi {{ nobody }} \0"))
    assert answer.status_code == 422
    answer = client_of(cast.lena).post("/responses/invoice-sent/edit/", form_of(row, body="Hi {{ nobody }}"))
    assert answer.status_code == 422
    assert "is no variable of this response" in answer.content.decode()
    assert "Hi {{ nobody }}" in answer.content.decode()


def test_a_lead_writes_reviews_and_retires(cast: Cast, handbook: None) -> None:
    lena = client_of(cast.lena)
    form = {
        "title": "Größe des Logos", "topic": "general", "audience": "reply", "subject": "{{ case_no }}: the logo",
        "body": "{{ size }}", "variables": "size: Size of the logo", "owner_name": "Lena Brandt", "kinds": ["general"],
    }  # fmt: skip
    assert lena.post("/responses/new/", form)["Location"] == "/responses/grosse-des-logos/"
    assert lena.post("/responses/new/", form)["Location"] == "/responses/grosse-des-logos-2/"
    lena.post("/responses/invoice-sent/reviewed/")
    lena.post("/responses/invoice-sent/retire/")
    row = Response.objects.get(slug="invoice-sent")
    assert not row.active
    assert row.last_reviewed.year > 2022
    assert "/responses/invoice-sent/" not in page(cast.nadia, "/responses/")
    assert "/responses/invoice-sent/" in page(cast.nadia, "/responses/?retired")
    lena.post("/responses/invoice-sent/restore/")
    assert Response.objects.get(slug="invoice-sent").active
    assert lena.get("/responses/invoice-sent/retire/").status_code == 405


def test_the_roster_as_published(cast: Cast, handbook: None) -> None:
    shown = page(cast.sofia, "/routing/roster/")
    for name in ("Jay Bahar", "Masa Ueda", "Tristan Ouin", "Camille Dios", "Maria del Pilar Mejia", "Bart Zhang"):
        assert name in shown
    assert shown.count("<h2>EMEA Open</h2>") == 1
    assert "Wyoming" in shown


@pytest.mark.parametrize(
    ("asked", "manager", "not_this"),
    [
        ("spain", "Camille Dios", "Tristan Ouin"),
        ("austria", "Bastian van der Stel", "Jay Bahar"),
        ("new york", "Jay Bahar", "Masa Ueda"),
        ("singapore", "Teo Wan Ping", "Dirk de Vos"),
        ("jags", "Jags Bewas", "Camille Dios"),
        ("côte d'ivoire", "Camille Dios", "Jags Bewas"),
    ],
)
def test_the_roster_is_searched_by_place_and_name(
    cast: Cast, handbook: None, asked: str, manager: str, not_this: str
) -> None:
    shown = page(cast.nadia, f"/routing/roster/?q={asked}")
    assert manager in shown
    assert not_this not in shown


@pytest.mark.parametrize("place", ["Wyoming", "Canada", "brazil"])
def test_a_place_nobody_is_named_for_is_said(cast: Cast, handbook: None, place: str) -> None:
    assert f"No row names {place.title()}." in page(cast.nadia, f"/routing/roster/?q={place}")

"""Channel managers and solutions architects in the product: list, add, change, absences with a stand-in, history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from people.away import absence_of, is_here
from people.models import Absence, ChannelManager, SolutionsArchitect, User
from routing import book, owners
from routing.directory import staff
from routing.directory.staff import Away
from routing.facts import Where
from routing.history import Refused
from tests.conftest import Cast

MANAGERS, ARCHITECTS = "/settings/channel-managers/", "/settings/solutions-architects/"
TODAY = timezone.localdate()
FORM = {"name": "Erik Halvorsen", "team": "commercial", "region": "EMEA", "active": "on"}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, address: str) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def erik(cast: Cast) -> ChannelManager:
    return ChannelManager.objects.create(name="Erik Halvorsen", team="commercial", region="EMEA")


def away(manager: ChannelManager, by: User, *, first: int = 0, last: int | None = 5, stand_in: Any = None) -> Absence:
    end = TODAY + timedelta(days=last) if last is not None else None
    return staff.set_away(
        manager, Away(first_day=TODAY + timedelta(days=first), last_day=end, stand_in=stand_in), by=by
    )


def test_the_published_people_are_listed_and_found(cast: Cast, roster: None) -> None:
    shown = page(cast.sofia, MANAGERS)
    for name in ("Jay Bahar", "Maria del Pilar Mejia", "Sofia Marchetti"):
        assert name in shown
    assert "9 places" in shown  # Jay Bahar
    assert "Add somebody" not in shown
    found = page(cast.nadia, f"{MANAGERS}?q=commercial")
    assert "Camille Dios" in found
    assert "Jay Bahar" not in found
    assert "Tsukasa Komatsubara" in page(cast.nadia, f"{ARCHITECTS}?q=japan")


def test_a_lead_adds_and_changes_somebody(cast: Cast) -> None:
    lena = client_of(cast.lena)
    assert 'value="Erik Halvorsen"' in lena.get(f"{MANAGERS}new/?name=Erik+Halvorsen").content.decode()
    answer = lena.post(f"{MANAGERS}new/", FORM)
    erik = ChannelManager.objects.get(name="Erik Halvorsen")
    assert (answer["Location"], erik.team, erik.active) == (f"{MANAGERS}{erik.pk}/", "commercial", True)
    seen = str(staff.version_of(erik))
    form = {**FORM, "team": "alliance", "salesforce_id": "0058dQx00000042ABA", "seen": seen}
    lena.post(f"{MANAGERS}{erik.pk}/edit/", form)
    erik.refresh_from_db()
    assert (erik.team, erik.salesforce_id) == ("alliance", "0058dQx00000042ABA")
    shown = page(cast.nadia, f"{MANAGERS}{erik.pk}/")
    assert "<del>Commercial (Open)</del> → <ins>Alliance</ins>" in shown
    assert "Lena Brandt" in shown
    late = lena.post(f"{MANAGERS}{erik.pk}/edit/", {**form, "team": "gsi"}, follow=True).content.decode()
    assert "Somebody changed this since you opened it" in late
    assert ChannelManager.objects.get(pk=erik.pk).team == "alliance"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "sofia  marchetti", "in the list already"),
        ("name", "", "Say the name"),
        ("salesforce_id", "0018dQx00000042ABA", "begins with 005"),
        ("salesforce_id", "005000000000001AAA", "user of Sofia Marchetti"),
        ("left", "31.10.2026", "no day of the calendar"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(cast: Cast, field: str, value: str, words: str) -> None:
    ChannelManager.objects.filter(pk=cast.manager.pk).update(salesforce_id="005000000000001AAA")
    answer = client_of(cast.lena).post(f"{MANAGERS}new/", {**FORM, field: value})
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("not a day", "no day")
    assert not ChannelManager.objects.filter(name=FORM["name"]).exists()


def test_who_left_is_out_of_the_list_unless_rules_name_them(cast: Cast, roster: None) -> None:
    lena = client_of(cast.lena)
    jay, sofia = ChannelManager.objects.get(name="Jay Bahar"), cast.manager
    for one in (jay, sofia):
        form = {
            "name": one.name,
            "team": one.team,
            "region": one.region,
            "active": "on",
            "left": "2026-10-31",
            "seen": "0",
        }
        assert lena.post(f"{MANAGERS}{one.pk}/edit/", form).status_code == 302
        one.refresh_from_db()
        assert (one.active, one.left) == (False, date(2026, 10, 31))
    shown = page(cast.nadia, MANAGERS)
    assert "9 rules still name them" in shown
    assert "Left on 31 Oct 2026" in shown
    assert shown.count("Sofia Marchetti") == 0
    assert "Sofia Marchetti" in page(cast.ada, f"{MANAGERS}?show=left")
    assert "9 rules still name Jay Bahar" in page(cast.nadia, f"{MANAGERS}{jay.pk}/")
    assert "Not here any more" in page(cast.nadia, "/routing/roster/?q=jay")


def test_an_absence_names_who_stands_in(cast: Cast, erik: ChannelManager) -> None:
    form = {
        "first_day": TODAY.isoformat(),
        "last_day": (TODAY + timedelta(days=4)).isoformat(),
        "stand_in": str(erik.pk),
    }
    answer = client_of(cast.lena).post(f"{MANAGERS}{cast.manager.pk}/away/", form)
    assert answer.status_code == 302
    assert absence_of([cast.manager, erik], TODAY)[cast.manager.pk].stand_in == erik
    assert absence_of([cast.manager], TODAY + timedelta(days=5)) == {}
    shown = page(cast.sofia, MANAGERS)
    assert "Erik Halvorsen stands in" in shown
    assert "Away today" in shown
    row = Absence.objects.get()
    client_of(cast.lena).post(f"{MANAGERS}{cast.manager.pk}/away/{row.pk}/off/")
    assert not Absence.objects.exists()
    assert "called an absence off" in page(cast.sofia, f"{MANAGERS}{cast.manager.pk}/")


def test_absences_that_make_no_sense_are_refused(cast: Cast, erik: ChannelManager) -> None:
    lena = cast.lena
    row = away(cast.manager, lena, stand_in=erik)
    with pytest.raises(Refused, match="away already"):
        away(cast.manager, lena, first=5, last=None)
    with pytest.raises(Refused, match="away too"):
        away(erik, lena, first=2, stand_in=cast.manager)
    with pytest.raises(Refused, match="for themselves"):
        away(erik, lena, stand_in=erik)
    changed = staff.set_away(
        cast.manager, Away(first_day=row.first_day, last_day=None, stand_in=None), by=lena, absence=row
    )
    assert (changed.pk, changed.last_day, changed.stand_in) == (row.pk, None, None)
    ChannelManager.objects.filter(pk=erik.pk).update(left=TODAY)
    erik.refresh_from_db()
    with pytest.raises(Refused, match="not here any more"):
        away(ChannelManager.objects.create(name="Kenji Mori"), lena, stand_in=erik)
    wrong = {"first_day": "2026-12-02", "last_day": "2026-12-01"}
    assert "before the first" in client_of(lena).post(f"{MANAGERS}{erik.pk}/away/", wrong).content.decode()


def test_who_stands_in_and_falls_away_too_is_not_named(cast: Cast, roster: None) -> None:
    jay, joe = ChannelManager.objects.get(name="Jay Bahar"), ChannelManager.objects.get(name="Joe McAninch")
    away(jay, cast.lena, stand_in=joe)
    away(joe, cast.lena)  # ill; nobody can be kept from that
    book.forget()
    found = owners.account_owner(Where(country="US", subdivision="NY"), on=TODAY)
    assert (found.manager, found.stand_in) == (jay, None)
    assert "Joe" not in found.sentence()


def test_an_absence_that_was_called_off_is_not_brought_back(cast: Cast, erik: ChannelManager) -> None:
    row = away(erik, cast.lena)
    staff.call_off(Absence.objects.get(), by=cast.lena)
    with pytest.raises(Refused, match="called this absence off"):
        staff.set_away(erik, Away(first_day=TODAY, last_day=None, stand_in=None), by=cast.lena, absence=row)
    assert not Absence.objects.exists()


def test_an_architect_has_the_same_pages(cast: Cast, roster: None) -> None:
    one, other = SolutionsArchitect.objects.order_by("pk")[:2]
    form = {"name": one.name, "region": "APAC", "remark": "Korea", "active": "on", "seen": "0"}
    assert client_of(cast.lena).post(f"{ARCHITECTS}{one.pk}/edit/", form).status_code == 302
    client_of(cast.lena).post(
        f"{ARCHITECTS}{one.pk}/away/", {"first_day": TODAY.isoformat(), "stand_in": str(other.pk)}
    )
    assert Absence.objects.get().stand_in_architect == other
    shown = page(cast.nadia, f"{ARCHITECTS}{one.pk}/")
    assert "Korea" in shown
    assert f"{other.name} stands in." in shown


def test_a_last_day_counts_and_only_leads_write(cast: Cast, erik: ChannelManager) -> None:
    erik.left = TODAY
    assert is_here(erik, TODAY)
    assert not is_here(erik, TODAY + timedelta(days=1))
    for person in (cast.nadia, cast.sofia):
        with pytest.raises(PermissionDenied):
            staff.change(erik, {"team": "gsi"}, by=person, seen=0)
        with pytest.raises(PermissionDenied):
            away(erik, person)
        assert "Set an absence" not in page(person, f"{MANAGERS}{erik.pk}/")


def test_the_list_asks_the_same_number_of_times_however_long_it_is(
    cast: Cast, roster: None, django_assert_max_num_queries: Any
) -> None:
    client = client_of(cast.nadia)
    client.get(MANAGERS)
    for number in range(20):
        one = ChannelManager.objects.create(name=f"Somebody {number}")
        Absence.objects.create(manager=one, first_day=TODAY, stand_in=cast.manager)
    with django_assert_max_num_queries(14):
        assert client.get(MANAGERS).status_code == 200

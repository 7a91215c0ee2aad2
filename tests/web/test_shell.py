"""What stands around the pages: areas, theme, policy, one style sheet."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from web import shell
from web.middleware import AdminPolicyMiddleware
from web.shell import Area, Banner, BannerState, Command, Lamp, Shell
from web.static import bundle

SOMEBODY = SimpleNamespace(is_authenticated=True, name="Nadia", theme="")


@pytest.fixture
def areas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "_areas", {})
    monkeypatch.setattr(shell, "_partner_areas", {})
    monkeypatch.setattr(shell, "_lamps", {})
    monkeypatch.setattr(shell, "_lit", {})
    monkeypatch.setattr(shell, "_company", [])
    monkeypatch.setattr(shell, "_commands", [])
    monkeypatch.setattr(shell, "_banners", {})
    shell.forget_banners()


def saying(words: str, _user: object) -> str:
    return words


def shell_at(path: str, user: object = SOMEBODY) -> Shell:
    request = RequestFactory().get(path)
    request.user = user  # type: ignore[assignment]
    return Shell(request)


@pytest.mark.usefixtures("areas")
class TestTheRail:
    def test_areas_stand_in_their_order_and_know_the_current_one(self) -> None:
        shell.register_area(
            Area(slug="b", label="Guide", icon="book", url_name="web:styleguide", order=2, dot=lambda _: "2 overdue")
        )
        shell.register_area(
            Area(slug="a", label="Theme", icon="sun", url_name="web:theme", order=1, covers=("/styleguide/deep/",))
        )
        at_guide = shell_at("/styleguide/").rail
        assert [(item.area.slug, item.current, item.overdue) for item in at_guide] == [
            ("a", False, ""),
            ("b", True, "2 overdue"),
        ]
        assert [item.area.slug for item in shell_at("/styleguide/deep/x/").rail if item.current] == ["a"]
        assert not any(item.current for item in shell_at("/elsewhere/").rail)

    def test_what_the_bar_of_a_phone_has_no_room_for_is_said_at_more(self) -> None:
        for order, (dot, warns) in enumerate((("first", ""), ("", ""), ("", "worth a look"), ("overdue", ""))):
            shell.register_area(
                Area(
                    slug=f"a{order}", label="A", icon="sun", url_name="web:theme", order=order, phone=order < 1,
                    dot=partial(saying, dot), warns=partial(saying, warns),
                )
            )  # fmt: skip
        assert [item.says for item in shell_at("/").rail] == ["first", "", "worth a look", "overdue"]
        assert [item.area.slug for item in shell_at("/").bar] == ["a0"]
        more = shell_at("/").behind_more
        assert more is not None
        assert more.says == "overdue"

    def test_nobody_sees_what_is_not_theirs(self) -> None:
        shell.register_area(Area(slug="a", label="A", icon="sun", url_name="web:theme", visible=lambda _: False))
        shell.register_command(Command(label="Do", icon="sun", url_name="web:theme", visible=lambda _: False))
        assert shell_at("/").rail == []
        assert shell_at("/").commands == []

    def test_the_partner_bar_knows_where_a_visitor_is(self) -> None:
        shell.register_partner_area(
            Area(slug="new", label="New", icon="plus", url_name="web:theme", visible=lambda _: True)
        )
        shell.register_partner_area(
            Area(slug="own", label="Own", icon="list", url_name="web:styleguide", covers=("/theme/of/",))
        )
        nobody = SimpleNamespace(is_authenticated=False)
        assert [(item.area.slug, item.current) for item in shell_at("/theme/", nobody).partner_areas] == [("new", True)]
        assert [item.current for item in shell_at("/theme/of/mine/", nobody).partner_areas] == [False]
        assert [item.current for item in shell_at("/theme/of/mine/").partner_areas] == [False, True]

    def test_a_partner_reads_the_company_beside_the_name(self) -> None:
        assert shell_at("/").company == ""
        shell.register_company(lambda user: f"Company of {user.name}")
        assert shell_at("/").company == "Company of Nadia"
        assert shell_at("/", SimpleNamespace(is_authenticated=False)).company == ""

    def test_a_banner_is_read_once_for_many_pages_and_goes_at_its_end(self) -> None:
        now = timezone.now()
        soon = [BannerState(words="Away", url="/x/", until=now + timedelta(hours=1))]
        gone = [BannerState(words="Back", url="/x/", until=now - timedelta(seconds=1))]
        readings = iter([[*soon, *gone], [BannerState(words="Again", url="/x/")]])
        shell.register_banner(
            Banner(slug="a", icon="sun", read=lambda: next(readings), opens=lambda user: user.name == "Lena")
        )
        lena = SimpleNamespace(is_authenticated=True, name="Lena")
        assert [(line.words, line.url) for line in shell_at("/").banners] == [("Away", "")]
        assert [(line.words, line.url) for line in shell_at("/", lena).banners] == [("Away", "/x/")]
        assert shell_at("/", SimpleNamespace(is_authenticated=False)).banners == []
        shell.forget_banners()
        assert [line.words for line in shell_at("/").banners] == ["Again"]

    def test_a_lamp_is_read_once_for_many_pages(self) -> None:
        words = iter(["first", "second"])
        shell.register_lamp(Lamp(slug="mail", read=lambda: ("green", next(words))))
        assert [[one.words for one in shell_at("/").lamps] for _ in range(3)] == [["first"]] * 3

    def test_without_a_sign_in_there_is_nothing(self) -> None:
        shell.register_area(Area(slug="a", label="A", icon="sun", url_name="web:theme", visible=lambda _: True))
        shell.register_lamp(Lamp(slug="mail", read=lambda: ("green", "Mail: all normal")))
        assert shell_at("/", None).rail == []
        assert shell_at("/", None).lamps == []
        assert [lamp.words for lamp in shell_at("/").lamps] == ["Mail: all normal"]


@pytest.mark.django_db
class TestTheTheme:
    def test_it_is_kept_and_leads_back(self, client: Client) -> None:
        answer = client.post("/theme/", {"theme": "dark", "next": "/styleguide/"})
        assert answer.headers["Location"] == "/styleguide/"
        assert 'data-theme="dark"' in client.get("/styleguide/").content.decode()
        client.post("/theme/", {"theme": "system"})
        assert "data-theme=" not in client.get("/sign-in/").content.decode().partition("<body")[0]

    def test_nonsense_and_other_sites_are_not_followed(self, client: Client) -> None:
        answer = client.post("/theme/", {"theme": "<script>", "next": "https://evil.example/"})
        assert answer.headers["Location"] == "/"
        assert client.get("/theme/").status_code == 405


@pytest.mark.django_db
def test_the_style_guide_is_for_builders_only(client: Client, settings: Settings) -> None:
    assert client.get("/styleguide/").status_code == 200
    settings.LOCAL = settings.DEBUG = False
    assert client.get("/styleguide/").status_code == 404


@pytest.mark.django_db
def test_pages_carry_no_inline_style_or_script(client: Client) -> None:
    page = client.get("/styleguide/").content.decode()
    assert " style=" not in page
    assert "<script>" not in page
    assert "hx-on" not in page
    assert "unsafe" not in client.get("/styleguide/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(("path", "widened"), [("/admin/", True), ("/api/docs/", True), ("/queue/", False)])
def test_only_included_apps_get_a_wider_policy(rf: RequestFactory, path: str, widened: bool) -> None:
    answer = AdminPolicyMiddleware(lambda _: HttpResponse())(rf.get(path))
    assert hasattr(answer, "_csp_update") is widened


def test_one_style_sheet_holds_all() -> None:
    found: dict[str, tuple[Any, str]] = {}
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            found.setdefault(path, (storage, path))
    sheet = bundle(found)
    assert "@import" not in sheet
    assert sheet.index("@layer reset, base") < sheet.index("@layer base {") < sheet.index("@layer components {")
    imported = {path for path in found if path.startswith("css/components/")}
    assert sheet.count("@layer components {") == len(imported), "a component is missing from css/desk.css"

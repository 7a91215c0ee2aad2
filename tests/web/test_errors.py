"""What went wrong is said in a sentence, with a status; nothing typed is lost, no traceback shown."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from tests.conftest import PASSWORD, Cast
from web import errors
from web.middleware import BodyLimitMiddleware


@pytest.fixture
def strict() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/nowhere/", "/tickets/PHD-999999/x/"])
def test_an_unknown_address_is_a_page_of_ours(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


@pytest.mark.django_db
def test_the_api_gets_a_problem(client: Client) -> None:
    answer = client.get("/api/v1/nowhere/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (BadRequest("x"), 400, "Nothing was changed"),
        (RequestDataTooBig("x"), 413, "larger than 2\N{NO-BREAK SPACE}MB"),
        (TooManyFilesSent("x"), 400, "more than 20 files"),
        (TooManyFieldsSent("x"), 400, "more fields"),
    ],
)
def test_what_could_not_be_read(rf: RequestFactory, error: Exception, status: int, words: str) -> None:
    answer = errors.bad_request(rf.post("/request/"), error)
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_forbidden_and_broken(rf: RequestFactory) -> None:
    forbidden = errors.permission_denied(rf.get("/"), PermissionDenied())
    broken = errors.server_error(rf.get("/"))
    assert (forbidden.status_code, broken.status_code) == (403, 500)
    assert "Something broke on our side" in broken.content.decode()


def test_a_broken_error_page_is_still_a_sentence(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> HttpResponse:
        raise RuntimeError("the template is broken")

    monkeypatch.setattr(errors, "render", broken)
    answer = errors.server_error(rf.get("/"))
    assert answer.status_code == 500
    assert answer.content.decode().startswith("Something broke")
    assert "RuntimeError" not in answer.content.decode()


class TestBodies:
    """Too much is refused by its announced length."""

    gate = BodyLimitMiddleware(lambda _: HttpResponse("through"))

    @pytest.mark.parametrize("path", ["/request/", "/api/v1/requests/"])
    def test_too_large_is_said_and_taken_off_the_line(self, rf: RequestFactory, settings: Settings, path: str) -> None:
        settings.MAX_BODY_BYTES = 1024 * 1024
        request = rf.post(path, data=b"x", content_type="application/octet-stream")
        request.META["CONTENT_LENGTH"] = str(1024 * 1024 + 1)
        answer = self.gate(request)
        assert answer.status_code == 413
        said = answer.content.decode().replace("\\u00a0", "\N{NO-BREAK SPACE}")  # type: ignore[attr-defined]
        assert "larger than 1\N{NO-BREAK SPACE}MB" in said
        assert request.read() == b"", "a body left on the line would make the server reset it before the answer is read"

    def test_the_limit_itself_passes(self, rf: RequestFactory, settings: Settings) -> None:
        settings.MAX_BODY_BYTES = 10
        assert self.gate(rf.post("/", b"x" * 10, content_type="text/plain")).status_code == 200

    def test_a_length_must_be_announced(self, rf: RequestFactory) -> None:
        request = rf.post("/", b"", content_type="text/plain")
        request.META |= {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
        assert self.gate(request).status_code == 411


@pytest.mark.django_db
class TestFormsThatCameTooLate:
    """After sign-out, or with an old page: nothing is done, everything typed is given back."""

    typed = {"subject": "Seats", "body": "Line one\n<b>two</b>", "password": "hunter2", "csrfmiddlewaretoken": "old"}

    def test_signed_out(self, strict: Client) -> None:
        answer = strict.post("/theme/", self.typed, headers={"Referer": "http://testserver/queue/"})
        shown = answer.content.decode()
        assert answer.status_code == 403
        assert "You were signed out" in shown
        assert "Nothing was sent" in shown
        assert "Line one\n&lt;b&gt;two&lt;/b&gt;</textarea>" in shown
        assert "Seats</textarea>" in shown
        assert 'href="http://testserver/queue/"' in shown
        assert "hunter2" not in shown
        assert ">old<" not in shown

    def test_open_too_long(self, strict: Client, cast: Cast) -> None:
        assert strict.login(username=cast.nadia.email, email=cast.nadia.email, password=PASSWORD)
        shown = strict.post("/theme/", self.typed).content.decode()
        assert "This page was open too long" in shown
        assert "Line one" in shown

    def test_from_elsewhere_nothing_is_repeated(self, strict: Client) -> None:
        answer = strict.post("/theme/", self.typed, headers={"Origin": "https://evil.example"})
        shown = answer.content.decode()
        assert answer.status_code == 403
        assert "another site" in shown
        assert "Line one" not in shown

    def test_the_api_says_it_as_a_problem(self) -> None:
        request = RequestFactory().post("/api/v1/tickets/", {})
        assert errors.csrf_failure(request, "x")["Content-Type"] == "application/problem+json"


def test_a_form_posted_after_sign_out_gives_back_what_was_typed(client: Client, cast: Cast) -> None:
    answer = client.post("/tickets/new/", {"subject": "Kept words"}, HTTP_REFERER="http://testserver/tickets/new/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "You were signed out while this page was open. Nothing was sent." in page
    assert "Kept words" in page
    assert 'href="http://testserver/tickets/new/"' in page

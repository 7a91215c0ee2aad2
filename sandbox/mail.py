"""The mail catcher's pages: what the desk sent, for people (`/mail/`) and for programs (`/mail/messages.json`)."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sandbox import pages
from sandbox.state import Caught, State
from sandbox.web import Request, Response, Route, as_json, problem, redirect

SHOWN = 300
STYLE = (Path(__file__).parent / "style.css").read_bytes()
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SANDBOXED = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"}


def routes(state: State) -> list[Route]:
    """All pages of the catcher, and the index of the sandbox."""
    number = r"(?P<number>\d{1,18})"
    return [
        Route("GET", r"/", lambda _request: Response(body=pages.index().encode())),
        Route("GET", r"/style\.css", lambda _request: Response(body=STYLE, content_type="text/css; charset=utf-8")),
        Route("GET", r"/mail", lambda _request: redirect("/mail/")),
        Route("GET", r"/mail/", lambda _request: listing(state)),
        Route("GET", r"/mail/messages\.json", lambda _request: as_json(state.summaries())),
        Route("GET", rf"/mail/{number}\.eml", known(state, raw)),
        Route("GET", rf"/mail/{number}/", known(state, lambda caught, _request: opened(state, caught))),
        Route("GET", rf"/mail/{number}/html", known(state, html)),
        Route("GET", rf"/mail/{number}/parts/(?P<part>\d{{1,3}})", known(state, part)),
    ]


def known(state: State, answer: Callable[[Caught, Request], Response]) -> Callable[[Request], Response]:
    """Finds the message named in the path; 404 when it was never caught."""

    def find(request: Request) -> Response:
        caught = state.one(int(request.parts["number"]))
        return answer(caught, request) if caught else problem(404, f"No mail {request.parts['number']} was caught.")

    return find


def listing(state: State) -> Response:
    rows = state.summaries(SHOWN)
    return Response(body=pages.mailbox(rows, message=None).encode())


def opened(state: State, caught: Caught) -> Response:
    rows = state.summaries(SHOWN)
    return Response(body=pages.mailbox(rows, message=described(caught)).encode())


def described(caught: Caught) -> dict[str, Any]:
    """Everything the page of one message shows."""
    headers = BytesHeaderParser(policy=policy.compat32).parsebytes(caught.raw)
    plain, markup = bodies(caught)
    return {
        **caught.summary,
        "headers": [(name, " ".join(str(value).split())) for name, value in headers.items()],
        "text": plain,
        "has_html": bool(markup),
        "attachments": [
            {"number": number, "name": one.get_filename() or f"part {number}", "type": one.get_content_type()}
            for number, one in enumerate(attachments(caught))
        ],
    }


def bodies(caught: Caught) -> tuple[str, str]:
    """The plain and the HTML text."""
    found = {"text/plain": "", "text/html": ""}
    for one in message_from_bytes(caught.raw, policy=policy.compat32).walk():
        kind = one.get_content_type()
        if kind in found and not found[kind] and one.get_filename() is None:
            charset = one.get_content_charset("utf-8")
            found[kind] = content(one).decode(charset if charset.isascii() else "utf-8", errors="replace")
    return found["text/plain"], found["text/html"]


def attachments(caught: Caught) -> list[Message]:
    tree = message_from_bytes(caught.raw, policy=policy.compat32)
    return [one for one in tree.walk() if not one.is_multipart() and one.get_filename()]


def content(one: Message) -> bytes:
    payload = one.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def raw(caught: Caught, _request: Request) -> Response:
    return Response(body=caught.raw, content_type="message/rfc822")


def html(caught: Caught, _request: Request) -> Response:
    _plain, markup = bodies(caught)
    return Response(body=markup.encode(), headers=SANDBOXED)


def part(caught: Caught, request: Request) -> Response:
    found = attachments(caught)
    number = int(request.parts["part"])
    if number >= len(found):
        return problem(404, f"Mail {caught.id} has no part {number}.")
    kind = found[number].get_content_type()
    name = quote(found[number].get_filename() or f"part-{number}", safe="")
    return Response(
        body=content(found[number]),
        content_type=kind if kind in IMAGES else "application/octet-stream",
        headers={**SANDBOXED, "Content-Disposition": f"attachment; filename*=utf-8''{name}"},
    )

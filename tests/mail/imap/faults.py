"""A TCP proxy before the mail server that can drop, hang, refuse and lie, and an OAuth server that can take back."""

from __future__ import annotations

import json
import re
import secrets
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Rule:
    """At a command of the client that matches, `say` is answered in the server's place, or the line cut after `cut`."""

    pattern: str
    say: str = ""
    cut: int | None = None
    times: int = 10**6
    seen: int = 0

    def applies(self, line: bytes) -> bool:
        if self.seen >= self.times or not re.search(self.pattern, line.decode("latin-1")):
            return False
        self.seen += 1
        return True


class Proxy:
    """Lines from the client are looked at, bytes from the server pass; `commands` is what the client said."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.rules: list[Rule] = []
        self.commands: list[str] = []
        self.connections = 0
        self.hanging = self.refusing = False
        self.open: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.listener.getsockname()[1])
        threading.Thread(target=self.accept, daemon=True).start()

    def rule(self, pattern: str, **what: Any) -> Rule:
        rule = Rule(pattern, **what)
        self.rules.append(rule)
        return rule

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self.listener.accept()
                self.connections += 1
                if self.refusing:
                    client.close()
                    continue
                self.open.append(client)
                if not self.hanging:
                    server = socket.create_connection(("127.0.0.1", self.target))
                    self.open.append(server)
                    Line(self, client, server).start()

    def drop_all(self) -> None:
        for end in self.open:
            close(end)
        self.open.clear()

    def end(self) -> None:
        close(self.listener)
        self.drop_all()


class Line:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self.left: int | None = None

    def start(self) -> None:
        for pump in (self.up, self.down):
            threading.Thread(target=pump, daemon=True).start()

    def up(self) -> None:
        with suppress(OSError), self.client.makefile("rb") as lines:
            for line in lines:
                self.proxy.commands.append(line.decode("latin-1").strip())
                rule = next((rule for rule in self.proxy.rules if rule.applies(line)), None)
                if rule is not None and rule.say:
                    tag = line.split()[0].decode()
                    self.client.sendall(rule.say.format(tag=tag).encode("latin-1"))
                    continue
                if rule is not None:
                    self.left = rule.cut
                    if self.left == 0:
                        break
                self.server.sendall(line)
        self.close()

    def down(self) -> None:
        with suppress(OSError):
            while chunk := self.server.recv(65536):
                if self.left is not None:
                    chunk = chunk[: self.left]
                    self.left -= len(chunk)
                self.client.sendall(chunk)
                if self.left == 0:
                    break
        self.close()

    def close(self) -> None:
        close(self.client)
        close(self.server)


def close(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@dataclass
class Tokens:
    """An OAuth server: a token address for us, and what Dovecot asks about a token."""

    refresh: dict[str, str] = field(default_factory=dict)  # refresh token → user
    access: dict[str, str] = field(default_factory=dict)  # access token → user
    asked: list[dict[str, str]] = field(default_factory=list)
    lifetime: int = 3600
    rotating: bool = False
    broken: bool = False

    def __post_init__(self) -> None:
        tokens = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                self.answer(*tokens.about(query.get("access_token", [""])[0]))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                form = {name: values[-1] for name, values in parse_qs(body).items()}
                self.answer(*(tokens.about(form.get("token", "")) if "introspect" in self.path else tokens.grant(form)))

            def answer(self, status: int, content: dict[str, Any]) -> None:
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}/token"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def about(self, token: str) -> tuple[int, dict[str, Any]]:
        user = self.access.get(token)
        return (200, {"active": True, "email": user}) if user else (401, {"active": False})

    def grant(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append(form)
        if self.broken:
            return 503, {}
        if (form.get("client_id"), form.get("client_secret")) != ("desk", "client secret"):
            return 401, {"error": "invalid_client"}
        user = self.refresh.get(form.get("refresh_token", ""))
        if user is None or form.get("grant_type") != "refresh_token":
            return 400, {"error": "invalid_grant"}
        token = secrets.token_hex(16)
        self.access[token] = user
        answer: dict[str, Any] = {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime}
        if self.rotating:
            del self.refresh[form["refresh_token"]]
            answer["refresh_token"] = self.allow(user)
        return 200, answer

    def allow(self, user: str) -> str:
        token = secrets.token_hex(16)
        self.refresh[token] = user
        return token

    def start_over(self) -> None:
        self.refresh.clear()
        self.access.clear()
        self.asked.clear()
        self.lifetime, self.rotating, self.broken = 3600, False, False

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()

"""The Salesforce half of the sandbox in a thread, and the real client library talking to it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from requests.adapters import HTTPAdapter
from simple_salesforce.api import Salesforce
from simple_salesforce.login import SalesforceLogin

from sandbox import salesforce, web

APP = "partner-help-desk"
USERNAME = "integration@example.com"


class Clock:
    """Real time, but as much later as a test says."""

    def __init__(self) -> None:
        self.later = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.later


class Loopback(HTTPAdapter):
    """The library knows https and the vendor's hosts only."""

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        asked = urlsplit(str(request.url))
        request.url = str(urlunsplit((self.url.scheme, self.url.netloc, asked.path, asked.query, "")))
        return super().send(request, *args, **{**more, "timeout": 20})


class Org:
    """`sf` is a signed-in client; `http` speaks to the same server without the library."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.folder, self.clock = folder, clock
        self.start()

    def start(self) -> None:
        public = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        table = salesforce.routes(self.folder, public_keys=[public], clock=self.clock)
        self.server = web.server("127.0.0.1", 0, partial(web.find, table))
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.mount("https://", Loopback(self.url))

    def stop(self) -> None:
        self.http.close()
        self.server.shutdown()
        self.server.server_close()

    @property
    def pem(self) -> str:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def login(self, **more: Any) -> tuple[str, str]:
        given = {"username": USERNAME, "consumer_key": APP, "privatekey": self.pem, **more}
        token, instance = SalesforceLogin(session=self.http, **given)
        return token, instance

    @cached_property
    def sf(self) -> Any:
        """The library's own types say that its objects cannot be called."""
        token, instance = self.login()
        return Salesforce(session_id=token, instance_url=f"https://{instance}", session=self.http, version="62.0")

    def act(self, name: str, **asked: Any) -> dict[str, Any]:
        """`POST /salesforce/<name>`."""
        answer = self.http.post(f"{self.url}/salesforce/{name}", json=asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def reset(self) -> None:
        self.act("reset")
        self.clock.later = timedelta()
        self.__dict__.pop("sf", None)

    def ask(self, method: str, path: str, **more: Any) -> requests.Response:
        """A raw request of the signed-in user, below /services/data/v62.0."""
        headers = {"Authorization": f"Bearer {self.sf.session_id}", **more.pop("headers", {})}
        return self.http.request(method, f"{self.url}/services/data/v62.0{path}", headers=headers, **more)

    def rows(self, soql: str, **more: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.sf.query_all(soql, **more)["records"]
        return found

    def one(self, soql: str) -> dict[str, Any]:
        (row,) = self.rows(soql)
        return row

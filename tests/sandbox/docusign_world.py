"""The DocuSign stand-in on a thread of its own, and the vendor's real client pointed at it."""

from __future__ import annotations

import json
import threading
import urllib.parse
import urllib.request
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import urllib3
from docusign_esign import ApiClient, EnvelopesApi

from integrations.configuration import LOCAL, new_private_key
from sandbox import docusign, web

KEY = new_private_key()
HOST = "account-d.docusign.com"
ACCOUNT = LOCAL["DOCUSIGN_ACCOUNT_ID"]
APPROVER = LOCAL["DOCUSIGN_APPROVER_USER_ID"]
SENDER = LOCAL["DOCUSIGN_SENDER_USER_ID"]
POWERFORM = "3a9e5d70-2c84-4f1b-b6a7-8d9c0e1f2a34"
GATED = "4bafe681-3d95-402c-87b8-9ead1f203b45"
SIGNING = {"authentication_method": "none", "return_url": "http://127.0.0.1:1/back?ticket=7"}
ASK = {
    "requester": "Haruka Mori",
    "email": "haruka.mori@kitsune.example",
    "company": "株式会社キツネ",
    "end_customer": "Müller & Söhne GmbH",
    "country": "Japan",
    "purpose": "Tender",
}


def seeded(number: int) -> str:
    """1 completed, 2 with Legal, 3 declined, 4 and 5 the desk's turn, 6 paused, 7 voided, 8 opened by the desk."""
    return f"a1000000-5e1d-4a00-8000-00000000000{number}"


class Client(ApiClient):  # type: ignore[misc]  # the library has no types
    """The account server is plain HTTP here (vendors.md §1); nothing is tried twice."""

    def __init__(self, base: str) -> None:
        self.base = base
        super().__init__(host=f"{base}/restapi", oauth_host_name=HOST)
        self.rest_client.pool_manager.connection_pool_kw["retries"] = urllib3.Retry(total=0, redirect=0, status=0)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super().request(method, url.replace(f"https://{HOST}", self.base), *args, **kwargs)


@dataclass
class World:
    folder: Path
    base: str = ""

    def __post_init__(self) -> None:
        table = docusign.routes(self.folder, public_keys=[KEY])
        self.server = web.server("127.0.0.1", 0, partial(web.find, table))
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def token(self, user: str, *, host: str = HOST, scopes: tuple[str, ...] = ("signature", "impersonation")) -> Any:
        client, key = Client(self.base), LOCAL["DOCUSIGN_INTEGRATION_KEY"]
        return client.request_jwt_user_token(key, user, host, KEY.encode(), 3600, list(scopes))

    def api(self, user: str = APPROVER) -> EnvelopesApi:
        client = Client(self.base)
        client.set_default_header("Authorization", f"Bearer {self.token(user).access_token}")
        return EnvelopesApi(client)

    def ask(self, path: str, body: Any = None, *, form: dict[str, str] | None = None) -> Any:
        """GET, or POST of JSON or a form, following redirects; JSON where it is, else the text."""
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        data = json.dumps(body).encode() if body is not None else data
        with urllib.request.urlopen(urllib.request.Request(self.base + path, data=data), timeout=10) as answer:  # noqa: S310
            content = answer.read().decode()
        return json.loads(content) if content[:1] in {"{", "["} else content

    def act(self, envelope: str, recipient: str, what: str, reason: str = "") -> Any:
        asked = {"envelope": envelope, "recipient": recipient, "what": what, "reason": reason}
        return self.ask("/docusign/act", asked)

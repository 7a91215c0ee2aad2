"""The library, tamed (vendors.md §2.1): it never signs in by itself, and only a true success counts as one.

One client per thread. A 401 makes one login for all workers and one replay of the same request, headers included; a
second 401 opens the breaker. Workers and commands only: importing this costs 37 MB.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from simple_salesforce.api import Salesforce, SFType
from simple_salesforce.exceptions import SalesforceError
from simple_salesforce.format import format_external_id

from integrations import breaker, calls, http, tokens
from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor
from integrations.salesforce import auth, problems
from integrations.tokens import Token

T = TypeVar("T")
Json = dict[str, Any]
_threads = threading.local()


def client() -> Client:
    """The one of this thread; a new one after a fork, and when the settings name another server."""
    known: Client | None = getattr(_threads, "client", None)
    if known is None or known.process != os.getpid() or known.settings is not settings.SALESFORCE:
        known = _threads.client = Client()
    return known


class Client:
    def __init__(self) -> None:
        self.settings, self.process = settings.SALESFORCE, os.getpid()
        self.session = http.session(
            Vendor.SALESFORCE, judge=problems.judge, watch=problems.watch, origin=self.settings.base_url
        )

    def query(self, soql: str, *, about: str, deleted: bool = False) -> Json:
        """The first page; `about` is the object, for the log."""
        found = self._do(f"query {about}", lambda library: library.query(soql, include_deleted=deleted))
        return _page(found)

    def more(self, url: str, *, about: str) -> Json:
        return _page(self._do(f"page of {about}", lambda library: library.query_more(url, identifier_is_url=True)))

    def describe(self, object_name: str) -> Json:
        found = self._do(f"describe {object_name}", lambda library: _row(library, object_name).describe())
        return _mapping(found)

    def objects(self) -> list[str]:
        """The names of all objects that the user may see."""
        found = _mapping(self._do("describe", lambda library: library.describe()))
        return [str(one["name"]) for one in found.get("sobjects", [])]

    def download(self, object_name: str, identity: str, field: str) -> bytes:
        """What a file of the vendor's holds."""
        return self._do(
            f"file of {object_name}",
            lambda library: _row(library, object_name).get_base64(identity, field),
            patience=calls.FILE,
            file=True,
        )

    def fetch(self, path: str, *, about: str, part: str = "") -> Json:
        """Another resource of the vendor's; `part` names a breaker of its own."""
        return _mapping(self._do(about, lambda library: library.restful(path), part=part))

    def limits(self) -> Json:
        return _mapping(self._do("limits", lambda library: library.limits()))

    def update(
        self, object_name: str, identity: str, values: Json, *, headers: Mapping[str, str] | None = None
    ) -> None:
        """Done when it is answered with exactly 204, else VendorError."""
        given = dict(headers or {})
        answer = self._do(
            f"update {object_name}",
            lambda library: _row(library, object_name).update(identity, values, raw_response=True, headers=given),
            patience=calls.WRITE,
            changes=True,
        )
        if answer.status_code != requests.codes.no_content:
            raise _odd(changes=True, status=answer.status_code)

    def delete(self, object_name: str, identity: str) -> None:
        """Into the bin: done when it is answered with exactly 204, else VendorError."""
        answer = self._do(
            f"delete {object_name}",
            lambda library: _row(library, object_name).delete(identity, raw_response=True),
            patience=calls.WRITE,
            changes=True,
        )
        if not isinstance(answer, requests.Response) or answer.status_code != requests.codes.no_content:
            raise _odd(changes=True)

    def create(self, object_name: str, values: Json, *, patience: calls.Patience | None = None) -> str:
        """The new row's id."""
        found = self._do(
            f"create {object_name}",
            lambda library: _row(library, object_name).create(values),
            patience=patience or calls.WRITE,
            changes=True,
        )
        if not isinstance(found, Mapping) or found.get("success") is not True or not found.get("id"):
            raise _odd(changes=True)
        return str(found["id"])

    def upsert(self, object_name: str, field: str, value: str, values: Json) -> tuple[str, bool]:
        """The row's id, and whether it is new."""
        answer = self._do(
            f"upsert {object_name}",
            lambda library: _row(library, object_name).upsert(
                format_external_id(field, value), values, raw_response=True
            ),
            patience=calls.WRITE,
            changes=True,
        )
        found = answer.json() if answer.status_code in {requests.codes.ok, requests.codes.created} else None
        if not isinstance(found, Mapping) or found.get("success") is not True or not found.get("id"):
            raise _odd(changes=True, status=answer.status_code)
        return str(found["id"]), bool(found.get("created"))

    def send(self, method: str, path: str, body: Json, *, about: str, part: str = "") -> Any:
        """Another resource of the vendor's that changes something; `part` names a breaker of its own."""
        return self._do(
            about,
            lambda library: library.restful(path, method=method, json=body),
            patience=calls.WRITE,
            changes=True,
            part=part,
        )

    def _do(
        self,
        operation: str,
        ask: Callable[[Salesforce], T],
        *,
        patience: calls.Patience | None = None,
        changes: bool = False,
        part: str = "",
        file: bool = False,
    ) -> T:
        """Once, and once more with a new token when the old one is not taken any more."""
        patience = patience or calls.READ
        doing = partial(calls.doing, operation, patience=patience, changes=changes, breaker=part, file=file)
        token = self._token()
        try:
            with doing():
                return self._ask(ask, token, changes=changes)
        except VendorError as problem:
            if problem.kind is not ErrorClass.AUTH:
                raise
        token = self._token(refused=token.value)
        try:
            with doing():
                return self._ask(ask, token, changes=changes)
        except VendorError as problem:
            if problem.kind is ErrorClass.AUTH:
                breaker.failed(Vendor.SALESFORCE, ErrorClass.AUTH, why=problem.words)
            raise

    def _token(self, *, refused: str | None = None) -> Token:
        return tokens.get(auth.identity(), lambda: auth.sign_in(self.session), refused=refused)

    def _ask(self, ask: Callable[[Salesforce], T], token: Token, *, changes: bool) -> T:
        """What the library raises of its own is never shown: it holds addresses and bodies."""
        try:
            return ask(self._library(token))
        except VendorError:
            raise
        except (SalesforceError, requests.RequestException, ValueError, KeyError, TypeError, AttributeError):
            raise _odd(changes=changes) from None

    def _library(self, token: Token) -> Salesforce:
        """Given a session it cannot sign in by itself; an object of it is cheap."""
        return Salesforce(
            session_id=token.value,
            instance_url=f"https://{token.extra['instance']}",
            session=self.session,
            version=self.settings.api_version,
            object_pairs_hook=None,  # plain dicts
        )


def _row(library: Salesforce, object_name: str) -> SFType:
    found: SFType = getattr(library, object_name)
    return found


def _page(found: Any) -> Json:
    """A page of a query has rows, and says whether there are more and where."""
    page = _mapping(found)
    if not isinstance(page.get("records"), list) or not isinstance(page.get("done"), bool):
        raise _odd(changes=False)
    more = page.get("nextRecordsUrl")
    if not page["done"] and (not isinstance(more, str) or not urlsplit(more).path.startswith("/services/")):
        raise _odd(changes=False)
    return page


def _mapping(found: Any) -> Json:
    if not isinstance(found, dict):
        raise _odd(changes=False)
    return found


def _odd(*, changes: bool, status: int | None = None) -> VendorError:
    kind = ErrorClass.AMBIGUOUS if changes else ErrorClass.BUSY
    words = _("Salesforce's answer is not what such a request is answered with.")
    return VendorError(Vendor.SALESFORCE, kind, ODD, words, status=status)


ODD: Final = "ODD_ANSWER"

"""The one module that knows docusign-esign: clients for two identities, and JSON of what they answer.

A client belongs to one identity, one thread and one process (opened after fork). Workers and commands only; it costs
55 MB, which a web process must not carry.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import jwt
import urllib3
from django.conf import settings
from django.utils.translation import gettext as _
from docusign_esign import (
    ApiClient,
    ApiException,
    Envelope,
    EnvelopeDefinition,
    EnvelopesApi,
    RecipientViewRequest,
    Workflow,
)
from docusign_esign.client.configuration import Configuration

from integrations import breaker, calls
from integrations.docusign import answers, auth, hosts
from integrations.docusign.auth import APPROVER, SENDER, Identity
from integrations.docusign.transport import Transport
from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor
from integrations.tokens import Token

__all__ = [
    "APPROVER",
    "SENDER",
    "Envelope",
    "EnvelopeDefinition",
    "RecipientViewRequest",
    "Workflow",
    "ask",
    "user_info",
]

Json = Mapping[str, Any]
Ask = Callable[[EnvelopesApi, str], Any]
LEVELS: Final = {"docusign_esign": logging.WARNING}  # below that it repeats whole answers
_mine = threading.local()


class PHDApiClient(ApiClient):  # type: ignore[misc]  # the library has no types
    """The library's client with our transport below it: it cannot reach a host that `base` and `oauth` do not name."""

    def __init__(self, *, base: str, oauth_host: str, oauth: str) -> None:
        super().__init__(host=f"{base}/restapi", oauth_host_name=oauth_host)
        _tidy_loggers()
        self.oauth = oauth
        self.rest_client.pool_manager = Transport(self.rest_client.pool_manager, origins=frozenset({base, oauth}))

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        """OAuth goes to the origin that was agreed on; the library has its https:// written in."""
        written_in = f"https://{self.oauth_host_name}/oauth/"
        if url.startswith(written_in):
            url = f"{self.oauth}/oauth/{url[len(written_in) :]}"
        return super().request(method, url, *args, **kwargs)


def _tidy_loggers() -> None:
    """The library's configuration adds its handler to two loggers and sets their levels: put back as settings say."""
    library, said = Configuration(), cast("dict[str, dict[str, str]]", settings.LOGGING["loggers"])
    for logger in library.logger.values():
        logger.removeHandler(library.logger_stream_handler)
        logger.setLevel(said.get(logger.name, {}).get("level", LEVELS.get(logger.name, logging.NOTSET)))


def ask(
    identity: Identity,
    operation: str,
    question: Ask,
    *,
    patience: calls.Patience = calls.READ,
    changes: bool = False,
) -> Json | bytes:
    """What DocuSign answers to `question(api, account_id)`, as JSON or bytes; raises nothing but VendorError.

    A token it does not take any more is replaced once, by one sign-in for all workers.
    """
    with calls.doing(operation, patience=patience, changes=changes):
        try:
            return _with_one_new_token(identity, question)
        except VendorError as problem:
            if problem.kind is ErrorClass.AUTH:
                breaker.failed(Vendor.DOCUSIGN.value, ErrorClass.AUTH, why=problem.words)
            raise


def user_info(identity: Identity) -> Json:
    """Who the identity is, and the accounts it is a member of."""
    token = auth.token(identity, mint)
    return _user_info(_client(hosts.oauth()), token.value)


def mint(identity: Identity) -> Token:
    """Signs in as the identity; where no base is set, learns from userinfo where its account lives."""
    client = _client(hosts.oauth())
    with calls.doing("login", patience=calls.READ, changes=False):
        said = _plain(client, lambda: client.request_jwt_user_token(
            settings.DOCUSIGN.integration_key,
            identity.user_id,
            settings.DOCUSIGN.oauth_host,
            settings.DOCUSIGN.private_key.encode(),
            3600,
            list(answers.SCOPES),
        ))  # fmt: skip
        client.default_headers.pop("Authorization", None)  # a token belongs to its own client
        value, seconds = said.get("access_token"), str(said.get("expires_in") or "")
        if not value or not seconds.isdecimal():
            raise answers.error(ErrorClass.BUSY, "EMPTY_ANSWER", _("DocuSign's answer to our sign-in is empty."))
        base = settings.DOCUSIGN.base_url or hosts.learned(_user_info(client, value))
    return Token(value=value, seconds=max(30.0, float(seconds) - auth.EARLY), extra={"base": base})


def _with_one_new_token(identity: Identity, question: Ask) -> Json | bytes:
    token = auth.token(identity, mint)
    try:
        return _once(identity, token, question)
    except VendorError as problem:
        if problem.kind is not ErrorClass.AUTH:
            raise
    return _once(identity, auth.token(identity, mint, refused=token.value), question)


def _once(identity: Identity, token: Token, question: Ask) -> Json | bytes:
    client = _client(hosts.checked(settings.DOCUSIGN.base_url or token.extra.get("base", "")), identity.name)
    client.set_default_header("Authorization", f"Bearer {token.value}")
    api = EnvelopesApi(client)
    said: Json | bytes = _plain(client, lambda: question(api, settings.DOCUSIGN.account_id))
    return said


def _user_info(client: PHDApiClient, token: str) -> Json:
    said: Json = _plain(client, lambda: client.get_user_info(token))
    return said


def _plain(client: PHDApiClient, call: Callable[[], Any]) -> Any:
    """The library's model as the JSON it stands for; bytes as they are."""
    try:
        model = call()
        return model if isinstance(model, bytes) else client.sanitize_for_serialization(model) or {}
    except VendorError:
        raise
    except ApiException as problem:  # its own text cannot be asked for when it is about no answer
        words = _("The library of DocuSign could not make the request.")
        raise answers.error(ErrorClass.PERMANENT, "CLIENT", words, status=problem.status or None) from None
    except jwt.PyJWTError:
        words = _("DOCUSIGN_PRIVATE_KEY is no private key in PEM.")
        raise answers.error(ErrorClass.PERMANENT, "BAD_KEY", words) from None
    except (urllib3.exceptions.HTTPError, OSError):
        raise answers.error(ErrorClass.BUSY, "NOT_REACHED", _("DocuSign cannot be reached.")) from None
    except (ValueError, TypeError, AttributeError, KeyError, LookupError) as problem:
        words = _("DocuSign's answer is not what was asked for (%(problem)s).") % {"problem": type(problem).__name__}
        raise answers.error(ErrorClass.BUSY, "ODD_ANSWER", words) from None


def _client(base: str, name: str = "") -> PHDApiClient:
    """One of this thread's own; one that was opened before the fork is left to the parent."""
    if getattr(_mine, "process", None) != os.getpid():
        _mine.process, _mine.clients = os.getpid(), {}
    key = (base, hosts.oauth(), name)
    clients: dict[tuple[str, str, str], PHDApiClient] = _mine.clients
    if key not in clients:
        clients[key] = PHDApiClient(base=base, oauth_host=settings.DOCUSIGN.oauth_host, oauth=hosts.oauth())
    return clients[key]

"""`Authorization: Token …` for the REST API."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from people.models import ApiToken, User
from people.tokens import digest

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_USED_EVERY = timedelta(minutes=5)


class TokenAuthentication(BaseAuthentication):
    """Finds the person a token belongs to; a reading token may not write."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"token":
            return None
        if len(words) != 2:
            raise AuthenticationFailed(_("Write the header as: Authorization: Token YOUR-TOKEN."))
        token = self._find(words[1].decode("latin-1"))
        if token.scope == ApiToken.Scope.READ and request.method not in _READING:
            raise PermissionDenied(_("This token may only read."))
        self._mark_used(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return "Token"

    def _find(self, text: str) -> ApiToken:
        token = ApiToken.objects.select_related("user").filter(digest=digest(text)).first()
        if token is None or not token.user.is_active:
            raise AuthenticationFailed(_("This token is not known."))
        if token.expires and token.expires <= timezone.now():
            raise AuthenticationFailed(_("This token has expired. Make a new one with manage.py make_token."))
        return token

    def _mark_used(self, token: ApiToken) -> None:
        now = timezone.now()
        if token.last_used is None or now - token.last_used > _USED_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(last_used=now)

"""API tokens: made once, shown once, kept as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from people.models import ApiToken, User

PREFIX = "phd_"


def issue(user: User, *, name: str = "", scope: str = ApiToken.Scope.WRITE, expires: datetime | None = None) -> str:
    """A new token for `user`; the returned text is not kept anywhere."""
    text = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(user=user, name=name, scope=scope, expires=expires, digest=digest(text))
    return text


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

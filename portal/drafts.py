"""Drafts of forms: text and files of one visitor, found again by a secret in a signed cookie.

A draft is made by the first thing that is kept, never by looking at a page.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, Q
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from documents import limits
from documents.models import StoredFile
from people.models import User
from portal.models import DraftFile, RequestDraft
from portal.uploads import Upload, keep

COOKIE = "request_draft"
SALT = "portal.draft"
LIFE = timedelta(days=7)
MOST_OF_VISITOR = 20
LONGEST_VALUE = 20_000
_KEY = re.compile(r"\A[\w-]{20,64}\Z", re.ASCII)


def new_key() -> str:
    """The hidden field of a fresh form: what makes its submission one."""
    return secrets.token_urlsafe(24)


def key_in(data: Mapping[str, Any]) -> str:
    """The key a form posted; empty when it has none that could be ours."""
    key = str(data.get("submission") or "")
    return key if _KEY.match(key) else ""


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Whose drafts: the browser with this secret, and who is signed in there."""

    secret: str
    known: bool
    user: User | None

    @classmethod
    def of(cls, request: HttpRequest) -> Visitor:
        secret = str(request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=LIFE) or "")
        user = request.user if isinstance(request.user, User) else None
        return cls(secret=secret or secrets.token_urlsafe(32), known=bool(secret), user=user)

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def remember(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """Writes the cookie that finds the drafts again."""
        response.set_signed_cookie(
            COOKIE,
            self.secret,
            salt=SALT,
            max_age=LIFE,
            path="/request/",
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )

    def posted(self, key: str) -> RequestDraft | None:
        """The draft of the form with this key, sent or not."""
        if not self.known or not key:
            return None
        return RequestDraft.objects.filter(visitor=self.digest, key=key).first()

    def latest(self, card: str = "") -> RequestDraft | None:
        """The newest unsent draft, of one card or of any; a draft of somebody signed in is theirs alone."""
        if not self.known:
            return None
        mine = Q(user=None) | Q(user=self.user) if self.user else Q(user=None)
        rows = RequestDraft.objects.filter(mine, visitor=self.digest, sent=None, updated__gt=timezone.now() - LIFE)
        rows = rows.filter(card=card) if card else rows.exclude(card__startswith="reply:")
        return rows.order_by("-updated").first()

    def keep(self, *, key: str, card: str, fields: Mapping[str, Any]) -> RequestDraft:
        """Writes the text of a form down; a sent one stays as it was sent."""
        values = {"card": card, "fields": _storable(fields), "user": self.user, "updated": timezone.now()}
        draft, made = RequestDraft.objects.get_or_create(visitor=self.digest, key=key, defaults=values)
        if made:
            self._forget_oldest()
        elif draft.sent is None:
            RequestDraft.objects.filter(pk=draft.pk, sent=None).update(**values)
            draft.fields = values["fields"]
        return draft

    def _forget_oldest(self) -> None:
        rows = RequestDraft.objects.filter(visitor=self.digest).order_by("-updated").values_list("pk", flat=True)
        forget(RequestDraft.objects.filter(pk__in=list(rows[MOST_OF_VISITOR:])))


def files_of(draft: RequestDraft | None) -> list[DraftFile]:
    return list(draft.parts.select_related("stored")) if draft else []


@transaction.atomic
def add_files(draft: RequestDraft, uploads: Iterable[tuple[str, Upload]]) -> list[str]:
    """Keeps files with a draft; the sentences about those that are not kept."""
    RequestDraft.objects.select_for_update().get(pk=draft.pk)
    refused = []
    for field, upload in uploads:
        sentence = limits.refuse(upload) or limits.refuse_together([*(part.stored for part in files_of(draft)), upload])
        if sentence:
            refused.append(sentence)
        else:
            DraftFile.objects.create(draft=draft, field=field[:60], stored=keep(upload))
    return refused


def take_out(draft: RequestDraft, part: str) -> None:
    """Takes one file out of an unsent draft."""
    if part.isascii() and part.isdigit() and len(part) < 19 and draft.sent is None:
        found = DraftFile.objects.filter(draft=draft, pk=int(part)).select_related("stored").first()
        if found is not None:
            found.delete()
            _drop(found.stored)


def sent(draft: RequestDraft | None) -> None:
    """The form has become a ticket or a message: the draft is not offered again."""
    if draft is not None:
        RequestDraft.objects.filter(pk=draft.pk).update(sent=timezone.now(), fields={})


def sweep() -> int:
    """Removes drafts nobody touched for a week, with the files nothing else needs; returns how many."""
    old = RequestDraft.objects.filter(updated__lt=timezone.now() - LIFE)
    return forget(old)


def forget(drafts: Any) -> int:
    """Removes drafts; files that became part of a ticket stay."""
    removed = 0
    for draft in drafts.iterator(chunk_size=200):
        stored = [part.stored for part in files_of(draft)]
        draft.delete()
        removed += 1
        for one in stored:
            _drop(one)
    return removed


def _drop(stored: StoredFile) -> None:
    """Removes the row of a file unless something points to it; its bytes go with the next sweep of files."""
    try:
        with transaction.atomic():
            stored.delete()
    except ProtectedError:
        return


def _storable(fields: Mapping[str, Any]) -> dict[str, str]:
    """Texts the database takes, cut to a length no honest form reaches."""
    return {
        str(name)[:60]: str(value).replace("\x00", "")[:LONGEST_VALUE]
        for name, value in fields.items()
        if value not in ("", None)
    }

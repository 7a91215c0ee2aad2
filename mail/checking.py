"""Tries the settings of a mailbox before they are saved: signs in, looks, touches nothing."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail.imap import trouble
from mail.imap.session import Session
from mail.imap.trouble import Lost, Trouble
from mail.models import Mailbox


@dataclass(frozen=True, kw_only=True)
class Found:
    well: bool
    words: str


def check(mailbox: Mailbox) -> Found:
    """What a sign-in with these settings says, in a sentence; the row is not saved."""
    if not mailbox.imap_host:
        return Found(well=False, words=_("Name an IMAP server first; without one there is nothing to try."))
    if mailbox.imap_auth == Mailbox.Auth.OAUTH2:
        return Found(well=False, words=_("Save first, then press “Try now”: a token can be used up by trying it."))
    try:
        count = _count(mailbox)
    except Trouble as problem:
        return Found(well=False, words=problem.sentence)
    except Lost as loss:
        return Found(well=False, words=trouble.broke(loss.error).sentence)
    words = ngettext(
        "Signed in as %(user)s. The folder holds %(count)d message.",
        "Signed in as %(user)s. The folder holds %(count)d messages.",
        count,
    )
    return Found(well=True, words=words % {"user": mailbox.imap_user, "count": count})


def _count(mailbox: Mailbox) -> int:
    session = Session(mailbox, readonly=True)
    try:
        return len(session.uids())
    finally:
        session.close()

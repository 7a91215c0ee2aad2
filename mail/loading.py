"""Loads what the mail app ships with: our own mailbox and the programs that write to us."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from mail import mailboxes, sealing
from mail.imap import configured
from mail.models import SystemSender
from web import datafiles
from web.datafiles import Loaded

DATA = Path(__file__).parent / "data"


def load() -> list[Loaded]:
    """Safe to call again."""
    mailboxes.default()
    configured.apply()
    sealing.renew()
    senders = datafiles.read(DATA / "system_senders.toml")
    mailboxes.memory.forget()
    return [datafiles.load(SystemSender, senders["sender"], key=["pattern"], what=_("System senders"))]

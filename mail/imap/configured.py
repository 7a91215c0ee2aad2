"""IMAP_URL configures the default mailbox: at every start, and only where it says something new."""

from __future__ import annotations

from django.conf import settings

from mail import mailboxes, sealing
from mail.imap.address import Source
from mail.models import Mailbox


def apply() -> bool:
    """True when the default mailbox was changed. What the mail server renewed since is kept."""
    source: Source | None = settings.IMAP_SOURCE
    if source is None:
        return False
    mailbox = Mailbox.objects.get(pk=mailboxes.default().pk)
    changed = [field for field, value in source.fields.items() if getattr(mailbox, field) != value]
    for field in changed:
        setattr(mailbox, field, source.fields[field])
    changed += sealing.keep(
        mailbox,
        password=source.password,
        client_secret=source.client_secret,
        refresh_token=source.refresh_token,
    )
    if changed:
        mailbox.save(update_fields=changed)
        mailboxes.memory.forget()
    return bool(changed)

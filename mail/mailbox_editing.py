"""Changing a mailbox: every change writes its event, who, before and after; a secret is only ever said to change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from journal.models import Event
from journal.record import actor_of, events_of, record
from mail import mailboxes, sealing
from mail.models import Mailbox, Undeliverable
from people.models import User

FIELDS: Final = (
    "name",
    "address",
    "aliases",
    "is_default",
    "default_kind",
    "default_priority",
    "default_tags",
    "sender_name",
    "signature",
    "authserv_id",
    "trusted_forwarders",
    "imap_host",
    "imap_port",
    "imap_security",
    "imap_user",
    "imap_auth",
    "oauth_token_url",
    "oauth_client_id",
    "oauth_scope",
    "imap_folder",
    "imap_after",
    "imap_moved_to",
)


class Refused(Exception):  # noqa: N818 - an answer to a person
    """What was asked cannot be done; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the form gives; a secret that is None stays as it is."""

    fields: dict[str, Any]
    password: str | None = field(default=None, repr=False)
    client_secret: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)

    def put_into(self, mailbox: Mailbox) -> list[str]:
        """Fills the row, unsaved; returns which secrets changed."""
        for name in FIELDS:
            setattr(mailbox, name, self.fields[name])
        return sealing.keep(
            mailbox,
            password=self.password,
            client_secret=self.client_secret,
            refresh_token=self.refresh_token,
        )


def version_of(mailbox: Mailbox) -> int:
    """The newest event about it: what a form was filled from."""
    newest: Event | None = events_of(mailbox).last()
    return newest.pk if newest else 0


def add(settings: Settings, *, by: User) -> Mailbox:
    """A new mailbox of ours."""
    _check(by)
    with transaction.atomic():
        mailbox = Mailbox()
        secrets = settings.put_into(mailbox)
        _give_up_default(mailbox, by=by)
        mailbox.save()
        after = {name: getattr(mailbox, name) for name in FIELDS if getattr(mailbox, name) not in ("", [])}
        record(mailbox, "mailbox added", by=actor_of(by), after=after | dict.fromkeys(secrets, "set"))
    mailboxes.memory.forget()
    return mailbox


def change(mailbox: Mailbox, settings: Settings, *, by: User, seen: int) -> Mailbox:
    """New settings. Raises `Refused` when somebody else changed them since the form was opened."""
    _check(by)
    with transaction.atomic():
        row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if version_of(row) != seen:
            raise Refused(_("Somebody changed this mailbox since you opened it. Look at what it says now below."))
        before = {name: getattr(row, name) for name in FIELDS}
        secrets = settings.put_into(row)
        changed = [name for name in FIELDS if before[name] != getattr(row, name)]
        if not changed and not secrets:
            return row
        _give_up_default(row, by=by)
        row.save(update_fields=[*changed, *secrets])
        old = {name: before[name] for name in changed} | dict.fromkeys(secrets, "another")
        new = {name: getattr(row, name) for name in changed} | dict.fromkeys(secrets, "changed")
        record(row, "mailbox changed", by=actor_of(by), before=old, after=new)
    mailboxes.memory.forget()
    return row


def set_active(mailbox: Mailbox, *, active: bool, by: User) -> Mailbox:
    """Off: it is not fetched and its address is nobody's. The default mailbox stays on."""
    _check(by)
    with transaction.atomic():
        row = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if row.is_default and not active:
            raise Refused(_("Every mail without a mailbox of its own counts for this one. Make another the default."))
        if row.active != active:
            row.active = active
            row.save(update_fields=["active"])
            verb = "mailbox switched on" if active else "mailbox switched off"
            record(row, verb, by=actor_of(by), before={"active": not active}, after={"active": active})
    mailboxes.memory.forget()
    return row


def clear_undeliverable(pk: int, *, by: User) -> str:
    """We write to this address again; what its server said stays in the event. Returns the address."""
    _check(by)
    with transaction.atomic():
        row = Undeliverable.objects.select_for_update().filter(pk=pk).first()
        if row is None:
            raise Refused(_("This address is not marked any more."))
        said = {"address": row.address, "status": row.status, "words": row.words, "times": row.times}
        record(row, "address cleared", by=actor_of(by), before=said)
        row.delete()
    return row.address


def _give_up_default(mailbox: Mailbox, *, by: User) -> None:
    """There is one default mailbox."""
    if not mailbox.is_default:
        return
    for other in Mailbox.objects.select_for_update().filter(is_default=True).exclude(pk=mailbox.pk):
        other.is_default = False
        other.save(update_fields=["is_default"])
        before, after = {"is_default": True}, {"is_default": False}
        record(other, "mailbox changed", by=actor_of(by), before=before, after=after)


def _check(by: User) -> None:
    if not by.leads:
        raise PermissionDenied(_("Only leads and administrators change how mail comes and goes."))

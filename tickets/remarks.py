"""What a reader should know about a mail before believing it: who really wrote, how it was proved, what is odd."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from mail.models import IncomingMail
from tickets.models import Message
from web import times

SLOW = timedelta(days=1)
_ICONS = {
    "invite": "calendar-clock",
    "encrypted": "lock",
    "signed": "badge-check",
    "tnef": "paperclip",
    "name-is-address": "circle-alert",
    "duplicate-header": "circle-alert",
}
_WARNINGS = frozenset({"name-is-address", "duplicate-header"})


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One line under the head of a message; a warning stands out."""

    words: str
    icon: str = "info"
    warns: bool = False


def of(message: Message) -> list[Remark]:
    """In the order of their weight: who it is, where answers are wanted, what the mail itself has about it."""
    found = list(_of_sender(message))
    if message.incoming is not None:
        found += [*_of_mail(message.incoming), *_of_parts(message.incoming)]
    return sorted(found, key=lambda one: not one.warns)


def _of_sender(message: Message) -> Iterator[Remark]:
    address = message.author_address
    if message.unknown_sender:
        return  # the page says so itself, with what can be done
    if message.unverified:
        words = _("It came by mail in the name of %(address)s, without proof that it is them.")
        yield Remark(words=words % {"address": address}, icon="circle-alert", warns=True)
    elif message.incoming is not None and message.incoming.verdict == IncomingMail.Verdict.FAIL:
        words = _(
            "%(domain)s says that this mail is not from there. Check another way who wrote it before you act on it."
        )
        yield Remark(words=words % {"domain": address.rpartition("@")[2]}, icon="circle-alert", warns=True)


def _of_mail(mail: IncomingMail) -> Iterator[Remark]:
    elsewhere = [one for one in mail.reply_to if one.lower() != mail.from_address.lower()]
    if elsewhere:
        words = _("It asks for answers at %(elsewhere)s. Your answer goes to %(address)s.")
        yield Remark(words=words % {"elsewhere": ", ".join(elsewhere[:3]), "address": mail.from_address}, icon="reply")
    claimed = mail.date_claimed
    if claimed is not None and abs(claimed - mail.received) > SLOW:
        yield Remark(words=_("It says it was written on %(day)s.") % {"day": times.exact(claimed)}, icon="clock")


def _of_parts(mail: IncomingMail) -> Iterator[Remark]:
    """What the parser has noticed."""
    for one in mail.remarks:
        kind = str(one.get("kind", ""))
        yield Remark(words=str(one.get("text", "")), icon=_ICONS.get(kind, "info"), warns=kind in _WARNINGS)

"""The kind of a mail: what its own words say; where they say nothing, what its mailbox is for."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mail.models import Mailbox
from tickets import kinds
from tickets.kinds import Candidate, Evidence, Kind
from tickets.models import Priority


def kind_for(ranked: Sequence[Candidate], *, mailbox: Mailbox) -> tuple[Kind, Evidence]:
    kind, evidence = kinds.surest(ranked)
    if evidence.score or not kinds.known(mailbox.default_kind):
        return kind, evidence
    because = _("Its words fit no type; mail to %(mailbox)s is of this one.") % {"mailbox": mailbox}
    return kinds.kind_of(mailbox.default_kind), Evidence(score=0, because=because)


def priority_for(mailbox: Mailbox) -> str:
    return mailbox.default_priority if mailbox.default_priority in Priority.values else Priority.NORMAL


def tags_for(mailbox: Mailbox) -> list[str]:
    return [str(one) for one in mailbox.default_tags]

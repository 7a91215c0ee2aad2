"""Mails about changes of the team: to the leads who decide, to managers who take over or hand over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from mail import mailboxes, outbox
from mail.models import OutgoingMail
from people.models import ChannelManager, User
from people.roles import LEADING_ROLES
from routing.models import RosterChange
from routing.team import errands
from routing.team.reach import Reach, Reached

MOST_NAMED: Final = 200
Address = tuple[str, str]


def asked_for_approval(change: RosterChange) -> OutgoingMail | None:
    """To every lead but the one who proposed it."""
    words = _("A change of the team waits for approval: %(what)s") % {"what": errands.title_of(change)}
    return _tell([(str(one), one.email) for one in _leads() if one.pk != change.proposed_by_id], change, words=words)


def blocked(change: RosterChange, why: str) -> OutgoingMail | None:
    words = _("A change of the team could not come into force: %(what)s") % {"what": errands.title_of(change)}
    return _tell([(str(one), one.email) for one in _leads()], change, words=words, why=why)


def tell_managers(change: RosterChange, reached: Reach) -> int:
    """A mail to each manager with the partners they get and give; whoever has no address hears it elsewhere."""
    gets: dict[ChannelManager, list[Reached]] = defaultdict(list)
    gives: dict[ChannelManager, list[Reached]] = defaultdict(list)
    for one in reached.accounts:
        gets[one.new].append(one)
        if one.old is not None:
            gives[one.old].append(one)
    sent = 0
    for manager in sorted({*gets, *gives}, key=str):
        words = _("Your partners change: %(what)s") % {"what": errands.title_of(change)}
        partners = {"gets": _named(gets[manager]), "gives": _named(gives[manager])}
        sent += _tell(_address_of(manager), change, words=words, **partners) is not None
    return sent


def _leads() -> list[User]:
    return list(User.objects.filter(is_active=True, role__in=LEADING_ROLES).order_by("pk"))


def _address_of(manager: ChannelManager) -> list[Address]:
    user = manager.user
    address = user.email if user is not None and user.is_active else manager.salesforce_email
    return [(manager.name, address)] if address else []


def _named(found: Sequence[Reached]) -> list[Reached]:
    return sorted(found, key=lambda one: one.account.name.lower())[:MOST_NAMED]


def _tell(to: Iterable[Address], change: RosterChange, *, words: str, **more: Any) -> OutgoingMail | None:
    people = list(to)
    if not people:
        return None
    url = f"{settings.PUBLIC_URL}{errands.address_of(change)}"
    values = {"change": change, "words": words, "url": url, "site": settings.PUBLIC_URL, **more}
    return outbox.queue(
        to=people,
        subject=words,
        body_text=render_to_string("routing/team/mail/notice.txt", values),
        body_html=render_to_string("routing/team/mail/notice.html", values),
        automatic=True,
        mailbox=mailboxes.default(),
        purpose="notice",
    )

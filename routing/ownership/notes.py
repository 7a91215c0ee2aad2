"""Who is told what was written: the managers who gain and lose accounts, and the ticket it was done for."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mail import outbox
from people.models import ChannelManager
from routing.models import OwnershipChange, OwnershipRow
from routing.ownership import users
from tickets import actions, steps

CHANGED: Final = "ownership"  # what steps hear
SHOWN: Final = 30  # accounts named in a mail or a note
NAMESPACE: Final = uuid.UUID("7d3f1c52-6f0b-4a68-9d55-2f4f6f6f1b24")


@dataclass(kw_only=True)
class News:
    """What one manager gains and loses."""

    manager: ChannelManager
    gained: list[OwnershipRow] = field(default_factory=list)
    lost: list[OwnershipRow] = field(default_factory=list)

    @property
    def subject(self) -> str:
        rows = [*self.gained, *self.lost]
        if len(rows) == 1:
            words = _("%(partner)s is yours now") if self.gained else _("%(partner)s has another owner now")
            return words % {"partner": rows[0].name}
        return ngettext("%(n)d account has another owner", "%(n)d accounts have another owner", len(rows)) % {
            "n": len(rows)
        }


def tell(change: OwnershipChange, *, since: datetime | None) -> None:
    """Of the accounts written after `since`; in the transaction that ends the change, so it is said once."""
    rows = change.rows.filter(state=OwnershipRow.State.DONE)
    written = list((rows.filter(written__gt=since) if since else rows).order_by("number"))
    for news in _news(written):
        address = address_of(news.manager)
        if address:
            _mail(change, news, address)
    _note(change, written)


def tell_procedure(change: OwnershipChange) -> None:
    """The step of the ticket that waits for the change looks at it; in the transaction that moves the change."""
    if change.ticket is not None:
        steps.heard(change.ticket, CHANGED)


def address_of(manager: ChannelManager) -> str:
    """Where somebody who still works here can be reached."""
    if not manager.active:
        return ""
    user = manager.user
    return user.email if user is not None and user.is_active else manager.salesforce_email


def _news(rows: list[OwnershipRow]) -> list[News]:
    moved = [row for row in rows if row.new_owner_id]
    pairs = {(row.old_owner_id, row.old_owner_name) for row in moved}
    known = users.managers_of(pairs | {(row.new_owner_id, row.new_owner_name) for row in moved})
    found: dict[int, News] = {}
    for row in moved:
        for owner, name in ((row.new_owner_id, "gained"), (row.old_owner_id, "lost")):
            manager = known.get(owner[:15])
            if manager is not None:
                news = found.setdefault(manager.pk, News(manager=manager))
                getattr(news, name).append(row)
    return list(found.values())


def _mail(change: OwnershipChange, news: News, address: str) -> None:
    values: dict[str, Any] = {
        "change": change,
        "who": str(change.approved_by or _("Partner Help Desk")),
        "gained": news.gained[:SHOWN],
        "lost": news.lost[:SHOWN],
        "more_gained": max(0, len(news.gained) - SHOWN),
        "more_lost": max(0, len(news.lost) - SHOWN),
        "url": f"{settings.PUBLIC_URL}/routing/changes/{change.pk}/",
    }
    outbox.queue(
        to=[(news.manager.name, address)],
        subject=news.subject,
        body_text=render_to_string("routing/mail/owner_changed.txt", values),
        body_html=render_to_string("routing/mail/owner_changed.html", values),
        automatic=True,
        purpose="notice",
    )


def _note(change: OwnershipChange, written: list[OwnershipRow]) -> None:
    """At the ticket it was done for; a ticket that takes no note any more does not hold the change up."""
    if change.ticket is None or change.approved_by is None:
        return
    refused = list(change.rows.filter(state=OwnershipRow.State.REFUSED)[:SHOWN])
    lines = [_said(row) for row in written[:SHOWN]] + [f"{row.name}: {row.words}" for row in refused]
    if not lines:
        return
    body = "\n".join([*lines, f"{settings.PUBLIC_URL}/routing/changes/{change.pk}/"])
    once = uuid.uuid5(NAMESPACE, f"{change.pk} {change.finished}")
    with suppress(actions.Refused):
        actions.note(change.ticket, by=change.approved_by, body=body, submission=str(once))


def _said(row: OwnershipRow) -> str:
    """One account in one sentence."""
    parts = []
    if row.new_owner_id:
        owners = {"old": row.old_owner_name or _("nobody"), "new": row.new_owner_name}
        parts.append(_("account owner in Salesforce %(old)s → %(new)s") % owners)
    if row.add_territories:
        parts.append(_("contracted territories added: %(names)s") % {"names": ", ".join(row.add_territories)})
    if row.remove_territories:
        parts.append(_("contracted territories taken away: %(names)s") % {"names": ", ".join(row.remove_territories)})
    return f"{row.name}: {'; '.join(parts)}."

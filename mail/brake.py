"""The one brake on everything that leaves (R-05): past so many mails an hour nothing goes until a lead says so.

Sign-in mails and alarms always leave. What is stopped stays queued. After the release the mails that had piled up
leave at the pace of the limit and do not count against it; what is written after the release counts anew.
The count is read before each mail without a lock, so that a few may pass at once: as many as there are connections.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.record import DESK, actor_of, record
from mail import queueing
from mail.models import OutboundBrake, OutgoingMail
from people.models import User
from people.roles import LEADING_ROLES
from web import nudging

log = logging.getLogger(__name__)

SWEEP: Final = "mail.tasks.sweep_mail"
ALWAYS: Final = frozenset({OutgoingMail.Purpose.SIGN_IN, OutgoingMail.Purpose.ALARM})
MOST: Final = 1_000_000


def engaged() -> OutboundBrake | None:
    """The brake while it holds mail back."""
    return OutboundBrake.objects.filter(engaged__isnull=False).first()


def current() -> OutboundBrake:
    return OutboundBrake.objects.select_related("released_by").filter(pk=1).first() or OutboundBrake(pk=1)


def held() -> QuerySet[OutgoingMail]:
    """What the brake holds back now, or would."""
    return OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED).exclude(purpose__in=ALWAYS)


def free(rows: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
    """Those of them that it does not hold back now."""
    return rows.filter(purpose__in=ALWAYS) if engaged() else rows


def holds(mail: OutgoingMail) -> bool:
    return mail.purpose not in ALWAYS and engaged() is not None


def words() -> str:
    """What the lamp says; empty while nothing is held back."""
    row = engaged()
    if row is None:
        return ""
    waiting = held().count()
    return ngettext(
        "Outgoing mail is stopped: %(count)d waits", "Outgoing mail is stopped: %(count)d wait", waiting
    ) % {"count": waiting}


def lets(mail: OutgoingMail) -> bool:
    """Whether this mail may leave now; engages the brake when one too many wants to."""
    if mail.purpose in ALWAYS:
        return True
    is_engaged, waited, is_full, is_paced = _look(mail)
    if is_engaged or (waited and is_paced):
        return False
    if waited or not is_full:
        return True
    engage(mail)
    return False


def engage(mail: OutgoingMail) -> None:
    """Once: the row, an event, the log and a mail to those who lead; nothing when somebody was quicker."""
    with transaction.atomic():
        OutboundBrake.objects.get_or_create(pk=1)
        row = OutboundBrake.objects.select_for_update().get(pk=1)
        if row.engaged or not _look(mail)[2]:
            return
        row.engaged = timezone.now()
        row.reason = _("%(count)d mails left within an hour; the limit is %(count)d.") % {"count": row.per_hour}
        row.save()
        record(row, "brake engaged", by=DESK, after={"per_hour": row.per_hour}, why=row.reason)
        _tell(row)
    log.error("outgoing mail is stopped: %s", row.reason)


def release(*, by: User) -> OutboundBrake:
    """A lead has looked: what waits leaves at a measured pace, with another 48 hours from now."""
    _check(by)
    with transaction.atomic():
        OutboundBrake.objects.get_or_create(pk=1)
        row = OutboundBrake.objects.select_for_update().get(pk=1)
        if row.engaged is None:
            return row
        record(row, "brake released", by=actor_of(by), before={"engaged": row.engaged.isoformat()}, why=row.reason)
        row.engaged, row.reason, row.released, row.released_by = None, "", timezone.now(), by
        row.save()
        fresh = Cast(Value(row.released + queueing.PATIENCE), DateTimeField())
        held().update(give_up=Greatest(F("give_up"), fresh))
        nudging.nudge(SWEEP)
    return row


def set_limit(per_hour: int, *, by: User) -> OutboundBrake:
    """How many mails an hour are normal here."""
    _check(by)
    if not 1 <= per_hour <= MOST:
        raise ValueError(_("Take a number from 1 to %(most)d.") % {"most": MOST})
    with transaction.atomic():
        OutboundBrake.objects.get_or_create(pk=1)
        row = OutboundBrake.objects.select_for_update().get(pk=1)
        before, row.per_hour = row.per_hour, per_hour
        row.save()
        record(row, "brake limit set", by=actor_of(by), before={"per_hour": before}, after={"per_hour": per_hour})
    return row


def pick(due: QuerySet[OutgoingMail], *, most: int) -> list[str]:
    """The ids of those due that may leave now, the oldest first; of what had piled up, a minute's worth."""
    row = current()
    if row.engaged:
        due = due.filter(purpose__in=ALWAYS)
    piled = Q(created__lt=row.released) & ~Q(purpose__in=ALWAYS) if row.released else Q(pk__in=())
    fresh = due.exclude(piled).order_by("next_try").values_list("pk", flat=True)[:most]
    waited = due.filter(piled).order_by("next_try").values_list("pk", flat=True)[: pace(row.per_hour)]
    return _texts([*fresh, *waited] if row.released else fresh)


def pace(per_hour: int) -> int:
    """How many of those that had piled up leave in a minute."""
    return max(1, per_hour // 60)


def _texts(ids: Iterable[object]) -> list[str]:
    return [str(one) for one in ids]


def _check(by: User) -> None:
    if not by.leads:
        raise PermissionDenied(_("Only leads and administrators release outgoing mail."))


def _look(mail: OutgoingMail) -> tuple[bool, bool, bool, bool]:
    """Engaged; this mail had piled up before the release; the hour is full; the minute of those piled up is full."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, {"created": mail.created, "per_hour": OutboundBrake._meta.get_field("per_hour").default})  # noqa: SLF001
        row = cursor.fetchone()
    return bool(row[0]), bool(row[1]), bool(row[2]), bool(row[3])


def _tell(row: OutboundBrake) -> None:
    leads = User.objects.filter(is_active=True, role__in=LEADING_ROLES).order_by("pk")
    if not leads:
        return
    text = _(
        "Outgoing mail of the Partner Help Desk has stopped by itself.\n\n%(reason)s\n\n"
        "Nothing is lost: the mails wait. Sign-in mails still leave. Look at what was sent lately; when it is all"
        " right, release the brake:\n%(url)s\n"
    ) % {"reason": row.reason, "url": settings.PUBLIC_URL + "/mailboxes/"}
    queueing.queue(
        to=[(one.name, one.email) for one in leads],
        subject=_("Outgoing mail has stopped"),
        body_text=text,
        automatic=True,
        purpose=OutgoingMail.Purpose.ALARM,
    )


# Of the mails of the last hour (since the release, those written since) no more are looked at than are allowed; the
# index on the time of sending gives them newest first. What is on its way right now counts too.
_LOOK: Final = """
SELECT brake.engaged IS NOT NULL,
       coalesce(%(created)s < brake.released, false),
       (SELECT count(*) FROM (
            SELECT 1 FROM mail_outgoingmail
            WHERE state = 'sent'
              AND sent_at > greatest(statement_timestamp() - interval '1 hour', brake.released)
              AND created >= coalesce(brake.released, '-infinity')
            LIMIT brake.most) AS lately)
       + (SELECT count(*) FROM mail_outgoingmail WHERE state = 'sending') >= brake.most,
       brake.released IS NOT NULL AND (SELECT count(*) FROM (
            SELECT 1 FROM mail_outgoingmail
            WHERE state = 'sent' AND sent_at > greatest(statement_timestamp() - interval '1 minute', brake.released)
              AND created < brake.released
            LIMIT greatest(1, brake.most / 60)) AS just_now) >= greatest(1, brake.most / 60)
FROM (SELECT 1) AS here
LEFT JOIN mail_outboundbrake AS kept ON kept.id = 1
CROSS JOIN LATERAL (SELECT coalesce(kept.per_hour, %(per_hour)s) AS most, kept.engaged, kept.released) AS brake
"""

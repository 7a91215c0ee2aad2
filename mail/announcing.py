"""Tells the higher floors that a mail was sent or has failed, after the fact is committed, at least once.

Each telling is a transaction of its own. A row with `announced` false is found again by the sweep.
"""

from __future__ import annotations

import logging

from django.db import transaction

from mail import hooks
from mail.models import OutgoingMail

log = logging.getLogger(__name__)

FINAL = (OutgoingMail.State.SENT, OutgoingMail.State.FAILED)


def announce(mail: OutgoingMail) -> None:
    if mail.state not in FINAL or mail.announced:
        return
    try:
        with transaction.atomic():
            tell(mail)
    except Exception:
        mail.announced = False
        log.exception("nobody could be told about outgoing mail %s; the sweep tries again", mail.pk)


def tell(mail: OutgoingMail) -> None:
    """In the caller's transaction; whoever was told already is not told again."""
    untold = OutgoingMail.objects.filter(pk=mail.pk, announced=False, state=mail.state)
    if untold.update(announced=True):
        mail.announced = True
        for callback in hooks.callbacks:
            callback(mail)

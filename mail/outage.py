"""The mail server is away: everybody but one mail at a time stops trying, so that no worker waits for it in vain.

A server that refuses to talk rests at once; one that breaks off conversations rests after the second in a row, for
one message alone may be what it stumbles over. The first word it says ends the rest, and everything that waits leaves.
"""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _

from mail.models import MailServer
from web import nudging

log = logging.getLogger(__name__)

SWEEP: Final = "mail.tasks.sweep_mail"
FIRST_REST: Final = timedelta(seconds=10)
LONGEST_REST: Final = timedelta(minutes=2)
PROBE: Final = timedelta(seconds=100)  # longer than any conversation


def current() -> MailServer:
    return MailServer.objects.filter(pk=1).first() or MailServer(pk=1)


def may_probe() -> bool:
    """After the rest: true for exactly one asker, who tries whether the server is back."""
    resting = MailServer.objects.filter(pk=1, failing_since__isnull=False, resting_until__lte=Now())
    return bool(resting.update(resting_until=Now() + PROBE))


def failed(sentence: str, *, at_once: bool) -> None:
    """A conversation ended without a word about the message; `at_once` where not even a greeting came."""
    server, _made = MailServer.objects.get_or_create(pk=1)
    failures = server.failures + 1
    values = {"failures": failures, "problem": sentence}
    if at_once or failures > 1 or server.failing_since:
        if server.failing_since is None:
            log.error("the mail server is away; mails wait: %s", sentence)
        rest = min(FIRST_REST * 2 ** min(failures - 1, 10), LONGEST_REST) * random.uniform(1, 1.2)  # noqa: S311 - spread
        resting = {"failing_since": Coalesce(F("failing_since"), Now()), "resting_until": Now() + rest}
        MailServer.objects.filter(pk=1).update(**values, **resting)
    else:
        MailServer.objects.filter(pk=1).update(**values)


def answered() -> datetime | None:
    """It talks: whoever waited is woken. Returns since when it had been away, if it was."""
    since = current().failing_since
    MailServer.objects.filter(pk=1).update(failures=0, failing_since=None, resting_until=None, problem="")
    if since:
        log.warning("the mail server answers again")
        nudging.nudge(SWEEP)
    return since


def words() -> str:
    """What the lamp says; empty when all is well."""
    server = current()
    return _("The mail server is away. %(problem)s") % {"problem": server.problem} if server.failing_since else ""

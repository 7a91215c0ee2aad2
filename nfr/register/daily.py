"""Once a day: licences that end within sixty days become work for the desk, once for each end.

No partner hears anything by itself: a person looks at each, and writes. What was said is in the journal, so the job
may run late and as often as it likes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from journal.models import Event
from journal.record import DESK, record
from nfr.models import Licence
from nfr.register import states
from tickets import work
from tickets.models import Task
from tickets.work import Item

NEAR: Final = "its end is near"
MOST: Final = 100  # in one task; the rest is tomorrow's
SOONEST: Final = timedelta(days=5)
BEFORE_THE_END: Final = timedelta(days=30)
_ONE_AT_A_TIME: Final = 0x6E667232


def look(on: date | None = None) -> int:
    """One task for each region that has news; how many licences are news."""
    today = on or timezone.localdate()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        news = _news(today)
        for region, rows in groupby(news, key=_region):
            _ask(region, list(rows)[:MOST], today)
    return len(news)


def _news(today: date) -> list[Licence]:
    """Near their end, and nobody was told of that end yet; by region, the first to end first."""
    rows = Licence.objects.filter(states.expiring(today)).select_related("account").order_by("ends", "pk")
    found = list(rows)
    about = Event.objects.filter(
        subject_type=Licence._meta.label_lower,  # noqa: SLF001 - as the journal writes it
        subject_id__in=[one.pk for one in found],
        verb=NEAR,
    )
    told = {(event.subject_id, event.after.get("ends")) for event in about}
    return sorted((one for one in found if (one.pk, _end(one)) not in told), key=_region)


def _ask(region: str, rows: Sequence[Licence], today: date) -> None:
    first = rows[0].ends or today
    title = ngettext("%(n)d NFR licence ends within 60 days", "%(n)d NFR licences end within 60 days", len(rows)) % {
        "n": len(rows)
    }
    work.ask_for(
        key=f"nfr-ends:{rows[0].pk}:{_end(rows[0])}",  # its first line: what is found later that day is another task
        team=Task.Team.DESK,
        title=f"{title} ({region})" if region else title,
        body=_(
            "Look at each: does the partner still want it, are its seats within what it has? Then ask them to renew."
        ),
        items=[Item(words=_words(one), link=f"/nfr/{one.pk}/") for one in rows],
        region=region,
        due=max(today + SOONEST, first - BEFORE_THE_END),
        address="/nfr/?show=expiring" + (f"&region={region}".replace(" ", "+") if region else ""),
    )
    for one in rows:
        record(one, NEAR, by=DESK, after={"ends": _end(one)})


def _words(licence: Licence) -> str:
    said = {
        "partner": licence.account or licence.partner_name,
        "type": licence.get_type_display(),
        "name": licence.namespace or licence.licence_ref,
        "day": date_format(licence.ends, "j M Y") if licence.ends else "",
    }
    return _("%(partner)s, %(type)s %(name)s: %(day)s") % said


def _region(licence: Licence) -> str:
    return licence.account.region if licence.account else ""


def _end(licence: Licence) -> str:
    return licence.ends.isoformat() if licence.ends else ""

"""What the form says so far, in words: when, with which problems, and how the mails would look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from mail.away import showing, texts, zones
from mail.away.forms import TEXTS, AwayForm

TIMES: Final = ("start_day", "start_time", "end_day", "end_time", "time_zone")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the form would set, in words and as the mail would look."""

    form: AwayForm
    given: Mapping[str, Any]

    @property
    def texts(self) -> list[tuple[str, showing.Preview]]:
        """One preview where both read the same; none while there is nothing to read."""
        outside = showing.Preview(text=str(self.form["text_outside"].value() or ""))
        inside = showing.Preview(text=str(self.form["text_inside"].value() or ""))
        if not outside.text:
            return []
        if self.form["same"].value():
            return [(_("Everybody reads"), outside)]
        return [(_("People outside read"), outside), (_("People inside read"), inside)]

    @property
    def span(self) -> str:
        starts, ends = self.given.get("starts"), self.given.get("ends")
        return showing.span_of(starts, ends, self.given["time_zone"]) if starts and ends and ends > starts else ""

    @property
    def own_text(self) -> bool:
        """Somebody wrote something else than the ready-made copy."""
        filled = texts.plain(str(self.form["filled"].value() or ""))
        return any(texts.plain(str(self.form[name].value() or "")) not in {"", filled} for name in TEXTS)

    @property
    def twice(self) -> list[str]:
        """Times that come twice that day, and which of the two counts."""
        zone = self.given.get("time_zone", "")
        words = {
            "starts": _("%(clock)s comes twice that day in %(zone)s; it starts at the first."),
            "ends": _("%(clock)s comes twice that day in %(zone)s; it ends at the second."),
        }
        local = {name: self.given[name].astimezone(ZoneInfo(zone)) for name in words if zone and self.given.get(name)}
        return [
            words[name] % {"clock": f"{moment:%H:%M}", "zone": zone}
            for name, moment in local.items()
            if zones.comes_twice(moment.date(), moment.time(), zone)
        ]

    @property
    def at_once(self) -> bool:
        return bool(self.span) and not self.form.begun and self.given["starts"] <= timezone.now()

    @property
    def problems(self) -> list[str]:
        """What stands in the way of these times, said beside the words as they change."""
        return [str(error) for name in TIMES for error in self.form.errors.get(name, [])]


def of(form: AwayForm) -> Asked:
    """Of a form that was sent what it says, of a fresh one what it starts with."""
    if not form.is_bound:
        return Asked(form=form, given=form.initial)
    form.errors  # noqa: B018 - reading it checks the form
    return Asked(form=form, given=form.cleaned_data)

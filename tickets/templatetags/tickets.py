"""What the ticket page's templates ask of messages, moves, kinds and files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tickets import kinds, topics
from tickets.models import Attachment, Message, Status
from tickets.models.ticket import ENDED, REFERENCE_PREFIX
from tickets.page import Page
from tickets.procedures import Fact
from tickets.timeline import Step
from web import glyphs, times

register = template.Library()

_ORDER = (
    Status.OPEN, Status.PENDING_PARTNER, Status.PENDING_INTERNAL, Status.ON_HOLD, Status.SOLVED, Status.CLOSED,
)  # fmt: skip
_SHEETS = frozenset({"xls", "xlsx", "csv", "ods", "tsv"})
_LAST_WORDS: Final = re.compile(r"(.+?)(, p\. \d+| \w{1,8})")
_LEAD: Final = 32  # of a quotation: what is marked is in sight
_TEXTS = frozenset({"doc", "docx", "odt", "rtf", "txt", "md"})


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A line of a menu."""

    value: str
    words: str
    glyph: str = ""
    icon: str = ""
    chosen: bool = False
    apart: bool = False


@register.filter
def moves(page: Page) -> list[Choice]:
    """Where the ticket may go from here, in the words of what that means."""
    now = page.ticket.status
    found = [Choice(value=to, words=_move_words(now, to), glyph=to) for to in _ORDER if to in page.moves]
    if Status.SOLVED in page.moves:
        at = next(index for index, one in enumerate(found) if one.value == Status.SOLVED) + 1
        found.insert(at, Choice(value="solved:redirected", words=_("Resolved, redirected"), glyph="redirected"))
    if Status.SPAM in page.moves:
        found.append(Choice(value=Status.SPAM, words=_("Mark as spam"), glyph="spam", apart=True))
    return found


@register.filter
def kind_choices(page: Page) -> list[Choice]:
    """Every kind, then the topics a general request may have."""
    ticket = page.ticket
    found = [
        Choice(
            value=one.slug, words=str(one.title), icon=one.icon, chosen=(ticket.kind, ticket.topic) == (one.slug, "")
        )
        for one in kinds.all_kinds()
    ]
    for at, topic in enumerate(topics.ALL):
        chosen = (ticket.kind, ticket.topic) == ("general", topic.slug)
        found.append(
            Choice(value=f"general:{topic.slug}", words=str(topic.title), icon=topic.icon, chosen=chosen, apart=at == 0)
        )
    return found


@register.filter
def kind_title(page: Page) -> str:
    return str(page.topic.title if page.topic else page.kind.title)


@register.filter
def kind_icon(page: Page) -> str:
    return page.topic.icon if page.topic else page.kind.icon


@register.filter
def author(message: Message) -> Any:
    """Whose initials stand beside a message."""
    return message.author_user or message.author_contact or message.author_name


@register.filter
def to_line(message: Message) -> str:
    """“to partnersupport, cc Sofia Marchetti”."""
    to, cc = _names(message.to), _names(message.cc)
    if to and cc:
        return _("to %(to)s, cc %(cc)s") % {"to": to, "cc": cc}
    return _("to %(to)s") % {"to": to} if to else _("cc %(cc)s") % {"cc": cc} if cc else ""


@register.filter
def time_span(steps: Sequence[Step]) -> str:
    """“09:30 to 09:58”, with the day before it when it was not today."""
    first, last = steps[0].event.created, steps[-1].event.created
    said = short_time(first)
    same_day = timezone.localtime(first).date() == timezone.localtime(last).date()
    end = times.clock(last) if same_day else short_time(last)
    return said if said.endswith(end) else _("%(first)s to %(last)s") % {"first": said, "last": end}


@register.filter
def short_time(moment: datetime) -> str:
    """The clock of today, else day and clock."""
    local, today = timezone.localtime(moment), timezone.localtime()
    clock = times.clock(moment)
    return clock if local.date() == today.date() else f"{times.when(moment)}, {clock}"


@register.filter
def step_time(moment: datetime) -> SafeString:
    """The clock of today, else the day; the exact time in the title."""
    local, today = timezone.localtime(moment), timezone.localtime()
    said = times.clock(moment) if local.date() == today.date() else times.when(moment)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), times.exact(moment), said)


@register.filter
def point(moment: datetime | None) -> str:
    """Inside a sentence."""
    return times.point(moment) if moment else ""


@register.filter
def plain_ago(moment: datetime) -> str:
    return times.ago(moment)


@register.filter
def reference(pk: int) -> str:
    return f"{REFERENCE_PREFIX}{pk}"


@register.filter
def as_json(value: Mapping[str, str]) -> str:
    """For a data attribute; the template escapes it."""
    return json.dumps(value)


@register.filter
def place(fact: Fact) -> str:
    """“p. 2” beside the picture of a page, whose document is plain; else all that is known of where it stands."""
    found = re.search(r"/pages/(\d+)/", fact.link)
    return _("p. %(number)s") % {"number": found[1]} if found else fact.source


@register.filter
def is_said(source: str) -> bool:
    """A reason, which is a sentence, or somebody's address: worth to be read whole."""
    return source.endswith(".") or "@" in source


@register.filter
def with_its_end(source: str) -> SafeString:
    """Where there is no room a name is cut off; which page it is, and that it is a message, stays to be read."""
    if is_said(source):
        return format_html("{}", source)
    found = _LAST_WORDS.fullmatch(source)
    if found is None:
        return format_html('<span class="clip">{}</span>', source)
    return format_html('<span class="clip">{}</span><span class="its-end">{}</span>', found[1], found[2])


@register.filter
def quoted(fact: Fact) -> SafeString:
    """The words around a value as they stand in the document, the value marked among them."""
    words = r"\s+".join(re.escape(word) for word in fact.value.split())
    found = re.search(words, fact.quote, re.IGNORECASE) if words else None
    if found is None:
        return format_html("{}", fact.quote)
    before = fact.quote[: found.start()]
    if len(before) > _LEAD:
        before = f"…{before[-_LEAD:].partition(' ')[2]}"
    return format_html("{}<mark>{}</mark>{}", before, found[0], fact.quote[found.end() :])


@register.simple_tag
def file_square(file: Attachment) -> SafeString:
    """The square with the ending of a file's name."""
    ending = file.filename.rpartition(".")[2].lower()[:5] if "." in file.filename else ""
    return format_html(
        '<span class="file-square {}" aria-hidden="true">{}</span>', _file_class(file, ending), ending[:4]
    )


def _file_class(file: Attachment, ending: str) -> str:
    if ending == "pdf":
        return "file-pdf"
    if file.content_type.startswith("image/"):
        return "file-image"
    return "file-sheet" if ending in _SHEETS else "file-doc" if ending in _TEXTS else ""


def _move_words(now: str, to: str) -> str:
    if to == Status.OPEN and now in ENDED:
        return _("Reopen")
    if to == Status.OPEN and now != Status.NEW:
        return _("Resume, in progress")
    return str(glyphs.STATUS_WORDS[to])


def _names(people: Iterable[Mapping[str, str]]) -> str:
    return ", ".join(one.get("name") or _local(one.get("address", "")) for one in people)


def _local(address: str) -> str:
    """The part of an address that people know: `partnersupport` of our own signed one."""
    return address.partition("@")[0].partition("+")[0]

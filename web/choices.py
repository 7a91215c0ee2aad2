"""What a radio or a check box offers when one word is not enough: a name, why it may be this one, its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from web import icons


@dataclass(frozen=True, kw_only=True)
class Option:
    """The label of a choice: `title`, and below it a line for each of `about`; `link` opens its page beside.

    As text it is one line, for programs and for those who list it.
    """

    title: str
    about: Sequence[str] = ()
    link: str = ""

    def __str__(self) -> str:
        return ", ".join([self.title, *self.about])

    def __html__(self) -> SafeString:
        lines = format_html_join("", '<span class="choice-about">{}</span>', ((line,) for line in self.about if line))
        return format_html('<span class="choice-title">{}{}</span>{}', self.title, self._way, lines)

    @property
    def _way(self) -> SafeString:
        if not self.link.startswith(("/", "https://", "http://")) or self.link.startswith("//"):
            return SafeString()
        name = _("Open %(title)s") % {"title": self.title}
        return format_html(
            ' <a href="{}" target="_blank" rel="noopener" title="{}"><span class="hidden">{}</span>{}</a>',
            self.link, name, name, icons.icon("arrow-up-right", size=14),
        )  # fmt: skip

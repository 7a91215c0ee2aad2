"""What a radio or a check box offers when one word is not enough: a name, why it may be this one, its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from web import icons


class Option(str):
    """The label of a choice: `title`, and below it a line for each of `about`; `link` opens its page beside.

    As text it is one line, for programs and for those who list it.
    """

    __slots__ = ("about", "link", "name")
    name: str
    about: tuple[str, ...]
    link: str

    def __new__(cls, *, title: str, about: Sequence[str] = (), link: str = "") -> Self:
        lines = tuple(line for line in about if line)
        made = super().__new__(cls, ", ".join([title, *lines]))
        made.name, made.about, made.link = title, lines, link
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, object]]:
        """How a copy is made: forms copy their fields, and the labels with them."""
        return (), {"title": self.name, "about": self.about, "link": self.link}

    def __html__(self) -> SafeString:
        lines = format_html_join("", '<span class="choice-about">{}</span>', ((line,) for line in self.about))
        return format_html('<span class="choice-title">{}{}</span>{}', self.name, self._way(), lines)

    def _way(self) -> SafeString:
        if not self.link.startswith(("/", "https://", "http://")) or self.link.startswith("//"):
            return SafeString()
        words = _("Open %(title)s") % {"title": self.name}
        return format_html(
            ' <a href="{}" target="_blank" rel="noopener" title="{}"><span class="hidden">{}</span>{}</a>',
            self.link, words, words, icons.icon("arrow-up-right", size=14),
        )  # fmt: skip

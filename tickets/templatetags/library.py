"""What the pages of texts to look up show specially."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_VARIABLE = re.compile(r"\{\{[ \t]*([^{}\n]{1,80}?)[ \t]*\}\}")


@register.filter
def variables(text: str) -> SafeString:
    """The text with its variables set off."""
    marked = _VARIABLE.sub(r'<span class="variable">\g<0></span>', escape(text))
    return mark_safe(marked)  # noqa: S308 - escaped before the marks went in

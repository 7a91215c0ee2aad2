"""`{% kept row … %}…{% endkept %}`: what the same values printed before is not printed anew."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Final

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()
MOST: Final = 1_000  # for each place of a template; some megabytes


class KeptNode(template.Node):
    """The block is named by the values alone: it reads nothing else of the page, no token, no user, no clock.

    The values are hashable and compare by what they hold (frozen dataclasses of texts and numbers).
    A text field is safe always or never, since a safe text equals the same text unsafe.
    """

    def __init__(self, values: list[FilterExpression], nodelist: NodeList) -> None:
        self.values = values
        self.nodelist = nodelist
        self.printed: dict[Hashable, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), *[value.resolve(context) for value in self.values])
        found = self.printed.get(key)
        if found is None:
            found = self.nodelist.render(context)
            if len(self.printed) >= MOST:
                self.printed.clear()
            self.printed[key] = found
        return found


@register.tag
def kept(parser: Parser, token: Token) -> Any:
    values = [parser.compile_filter(bit) for bit in token.split_contents()[1:]]
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(values, nodelist)

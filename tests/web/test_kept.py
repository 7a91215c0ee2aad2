"""`{% kept %}`: printed once for the same values, anew for others."""

from __future__ import annotations

from dataclasses import dataclass

from django.template import Context, Template


@dataclass(frozen=True)
class Row:
    name: str
    count: int


def test_a_block_is_printed_once_for_equal_values() -> None:
    printed = Template("{% load kept %}{% kept row mine %}<p>{{ row.name }}{{ mine }}{{ hidden }}</p>{% endkept %}")
    assert printed.render(Context({"row": Row("a<b", 1), "mine": True, "hidden": 1})) == "<p>a&lt;bTrue1</p>"
    assert printed.render(Context({"row": Row("a<b", 1), "mine": True, "hidden": 2})) == "<p>a&lt;bTrue1</p>"
    assert printed.render(Context({"row": Row("a<b", 2), "mine": True, "hidden": 2})) == "<p>a&lt;bTrue2</p>"
    assert printed.render(Context({"row": Row("a<b", 1), "mine": False, "hidden": 3})) == "<p>a&lt;bFalse3</p>"
    assert (
        Template("{% load kept %}{% kept row %}{{ row.name }}{% endkept %}").render(Context({"row": Row("c", 1)}))
        == "c"
    )  # another place of a template knows nothing of it


def test_no_more_is_kept_than_a_thousand_for_a_place() -> None:
    printed = Template("{% load kept %}{% for n in numbers %}{% kept n %}{{ n }};{% endkept %}{% endfor %}")
    shown = printed.render(Context({"numbers": range(1_500)}))
    assert shown == "".join(f"{n};" for n in range(1_500))
    node = printed.nodelist.get_nodes_by_type(type(printed.nodelist[1].nodelist_loop[0]))[0]  # type: ignore[attr-defined]
    assert 0 < len(node.printed) <= 1_000  # type: ignore[attr-defined]

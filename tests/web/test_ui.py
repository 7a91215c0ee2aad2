"""The tags draw what the look asks for, escape what people typed, and stay cheap."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone

from web.glyphs import STATUS_WORDS


def draw(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize(("status", "words"), list(STATUS_WORDS.items()))
def test_a_status_has_a_shape_and_a_name(status: str, words: str) -> None:
    named = draw("{% status_glyph status %}", status=status)
    assert f'aria-label="{words}"' in named
    assert f"<title>{words}</title>" in named
    assert 'aria-hidden="true"' in draw("{% status_glyph status label=False %}", status=status)


def test_every_status_looks_different() -> None:
    drawn = {draw("{% status_glyph s label=False %}", s=status).split(">", 1)[1] for status in STATUS_WORDS}
    assert (
        len(drawn) == len(STATUS_WORDS) - 1
    )  # resolved and closed share the tick; green tells them apart, and the name


def test_an_icon_is_hidden_and_heavier_when_small() -> None:
    assert draw('{% icon "inbox" 18 %}').startswith(
        '<svg class="i" width="18" height="18" viewBox="0 0 24 24" aria-hid'
    )
    assert 'class="i i2"' in draw('{% icon "inbox" 14 %}')
    assert 'class="i i3"' in draw('{% icon "check" 11 stroke=3 %}')
    assert '<path d="M20 6 9 17l-5-5"/></svg>' in draw('{% icon "check" %}')
    with pytest.raises(KeyError, match="no-such-drawing"):
        draw('{% icon "no-such-drawing" %}')


def test_names_of_people_are_escaped() -> None:
    person = SimpleNamespace(name='<b>"Eve"', email="eve@example.com")
    drawn = draw("{% avatar person 24 alone=True %}", person=person)
    assert "<b>" not in drawn
    assert "&lt;b&gt;&quot;Eve&quot;" in drawn


def test_nobody_has_an_avatar_too() -> None:
    assert "avatar-nobody" in draw("{% avatar person 20 %}", person=None)


def test_a_clock_says_by_shape_how_it_stands() -> None:
    assert 'stroke-dasharray="63 100"' in draw("{% sla_ring 0.63 %}")
    assert "ring" not in draw('{% sla_ring 1 "over" %}')
    assert draw('{% sla_ring 1 "over" %}') != draw('{% sla_ring 1 "paused" %}')


def test_a_time_carries_its_exact_point() -> None:
    drawn = draw("{{ moment|ago }}", moment=timezone.now())
    assert "data-ago" in drawn
    assert "UTC" in drawn
    assert draw("{{ moment|when }}", moment=None) == ""


def test_a_track_is_named_in_its_title() -> None:
    assert 'title="Track: Open"' in draw('{% track_badge "Open" small=True %}')
    assert "track-none" in draw('{% track_badge "" %}')
    assert draw("{% track_badge None %}") == ""  # nobody knows whose it would be


def test_counts_bend() -> None:
    assert draw('{% count 1 "ticket" "tickets" %}') == "1 ticket"
    assert draw('{% count 3124 "ticket" "tickets" %}') == "3,124 tickets"


class Ask(forms.Form):
    deal = forms.CharField(help_text="As on the document")
    more = forms.CharField(required=False)
    signed = forms.ChoiceField(choices=[("c", "The customer"), ("b", "Both")], widget=forms.RadioSelect)
    copy = forms.BooleanField(required=False, label="Send me a copy")


def test_a_field_ties_hint_and_error_to_its_input() -> None:
    drawn = draw("{% field form.deal mono=True %}", form=Ask({"deal": ""}))
    assert 'aria-describedby="id_deal_hint id_deal_error"' in drawn
    assert 'id="id_deal_hint"' in drawn
    assert 'id="id_deal_error"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'class="input input-mono"' in drawn


def test_only_optional_fields_are_marked() -> None:
    form = Ask()
    assert "optional" in draw("{% field form.more %}", form=form)
    assert "optional" not in draw("{% field form.deal %}", form=form)
    assert "optional" not in draw("{% field form.copy %}", form=form)


def test_choices_are_a_group_with_a_legend() -> None:
    drawn = draw("{% field form.signed %}", form=Ask())
    assert "<fieldset" in drawn
    assert "<legend>Signed</legend>" in drawn
    assert drawn.count('class="check"') == 2

"""The words and marks of the look, as tags: icons, glyphs, avatars, times."""

from __future__ import annotations

from django import template

register = template.Library()

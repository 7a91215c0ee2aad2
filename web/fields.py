"""One form field as the look draws it: label, input, hint and error, tied together for readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.forms import CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.loader import render_to_string

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.utils.safestring import SafeString


def render_field(
    bound: BoundField,
    *,
    wide: bool = False,
    mono: bool = False,
    label: str = "",
    note: str = "",
    optional: bool = True,
) -> SafeString:
    """`label` replaces the form's own; `note` is a sentence in green below a good value.

    `optional` is False where what nobody chooses has a meaning of its own (“Every mailbox”); a form lists in
    `conditional` the fields that are needed with one choice and not with another: their hint says when.
    """
    widget = bound.field.widget
    grouped = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    single = isinstance(widget, CheckboxInput)
    described = [
        f"{bound.auto_id}_{part}" for part, there in (("hint", bound.help_text), ("error", bound.errors)) if there
    ]
    own = widget.attrs.get("class", "")
    base = "check" if single or grouped else "input input-mono" if mono else "input"
    attrs: dict[str, Any] = {"class": f"{base} {own}".strip()}
    if described and not grouped:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors and not grouped:
        attrs["aria-invalid"] = "true"
    choices = list(bound) if grouped else []
    for choice in choices:
        choice.data["attrs"]["class"] = "check"
    return render_to_string(
        "web/field.html",
        {
            "bound": bound,
            "label": label or bound.label,
            "control": "" if grouped else bound.as_widget(attrs=attrs),
            "choices": choices,
            "grouped": grouped,
            "single": single,
            "optional": optional and not (bound.field.required or single or _depends(bound)),
            "described": " ".join(described),
            "wide": wide,
            "note": note,
        },
    )


def _depends(bound: BoundField) -> bool:
    """Boxes to tick say by themselves that none may be ticked."""
    return bound.name in getattr(bound.form, "conditional", ()) or isinstance(
        bound.field.widget, CheckboxSelectMultiple
    )

"""What browsers send."""

from __future__ import annotations

from urllib.parse import parse_qs

from sandbox.web import Request

LONGEST = 1000


def read(request: Request) -> dict[str, str]:
    """The fields of a form, each once, without blanks around; too long ones are cut."""
    text = request.body.decode("utf-8", "replace")
    sent = parse_qs(text, keep_blank_values=True, max_num_fields=50)
    return {name: values[-1].strip()[:LONGEST] for name, values in sent.items()}

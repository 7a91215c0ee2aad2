"""What a worker can ask the vendors, by name: `docusign.form_data`. Whoever declares what to ask carries no library.

    said: FormData = asking.ask("docusign.form_data", envelope_id)

A web process knows no question: it asks a worker by the name of a task. VendorError goes to the caller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from integrations import calls
from integrations.models import Vendor

Answer = Callable[..., Any]
_answers: dict[str, Answer] = {}


def question(name: str) -> Callable[[Answer], Answer]:
    """`name` begins with the vendor's; what it answers only reads there."""
    Vendor(name.partition(".")[0])

    def keep(answer: Answer) -> Answer:
        _answers[name] = answer
        return answer

    return keep


def ask(name: str, /, *args: Any, **more: Any) -> Any:
    """The answer, as `integrations.docusign.shapes` and its like describe it; its calls are one piece of work."""
    with calls.piece_of_work():
        return _answers[name](*args, **more)

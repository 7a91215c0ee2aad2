"""All procedures on one page, as they are declared: `docs/procedures.md`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tickets import procedures
from tickets.models import Step
from tickets.procedures import Plan, Procedure

_HOW: Final[dict[str, str]] = {
    Step.Type.AUTOMATIC: "by itself",
    Step.Type.CONFIRMED: "a person decides",
    Step.Type.AWAITED: "awaited",
}
_BEGINNING: Final = """# Procedures

Every type of request takes these steps, in this order. `make procedures` writes this page from what the code declares.

*By itself*: a worker does it. *A person decides*: with a form that is filled in as far as the desk knows.
*Awaited*: the world answers; what may bring the answer stands beside it. A step that writes at a vendor can be set to
shadow mode: it shows what it would write, and writes nothing."""


def page() -> str:
    """The same for the same declarations: types in their alphabet."""
    found = sorted(procedures.all_procedures(), key=lambda one: one.slug)
    return "\n\n".join([_BEGINNING, *("\n".join(_procedure(one)) for one in found)]) + "\n"


def _procedure(procedure: Procedure) -> Iterator[str]:
    yield f"## {procedure.title} (`{procedure.slug}`)"
    yield ""
    if procedure.handbook:
        yield f"Handbook: `{procedure.handbook}`"
        yield ""
    yield "| | step | name | how | |"
    yield "|---|---|---|---|---|"
    for number, plan in enumerate(procedure.steps, start=1):
        yield f"| {number} | {plan.title} | `{plan.slug}` | {_HOW[plan.how]} | {'; '.join(_more(plan))} |"


def _more(plan: Plan) -> Iterator[str]:
    if plan.hears:
        yield "hears " + ", ".join(sorted(plan.hears))
    if plan.how == Step.Type.CONFIRMED and plan.look:
        yield "or the world decides"
    if plan.only_if:
        yield "only where it is needed"
    if plan.writes:
        yield "writes at a vendor"
    if plan.undo:
        yield "can be taken back"
    if plan.handbook:
        yield f"handbook `{plan.handbook}`"

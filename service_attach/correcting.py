"""A person says what a proof really says; it stays so, however often the documents are read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from people.models import User
from service_attach import keeping, proofs, wanted
from service_attach.models import Proof
from tickets import steps
from tickets.actions import Refused

LENGTHS: Final = {"partner_name": 255, "customer_name": 255, "deal_id": 80}
OVER: Final = frozenset({Proof.Stage.WRITING, Proof.Stage.WON})


def correct(proof: Proof, values: Mapping[str, Any], *, by: User, why: str = "") -> Proof:
    """`values` by the names of the row's columns, and `proves`: the ids of the documents that are to be uploaded.

    One event; whoever waits for “facts” looks. Refused once it is written to Salesforce.
    """
    with proofs.holding(proof) as row:
        if row.stage in OVER:
            raise Refused(_("This proof is in Salesforce already. Take the write back first, then correct it."))
        keep(row, values, by=by, why=why)
        steps.heard(row.ticket, "facts")
    proof.refresh_from_db()
    return proof


def keep(row: Proof, values: Mapping[str, Any], *, by: User, why: str = "") -> None:
    """The same for a caller that holds the row; no step is told. What is left empty was looked for in vain."""
    before, after = {}, {}
    for name in wanted.FIELDS:
        if name in values:
            now = _clean(name, values[name])
            if now != getattr(row, name):
                before[name], after[name] = _plain(getattr(row, name)), _plain(now)
            setattr(row, name, now)
            _typed(row, name, _plain(now), by=by)
    documents = dict(keeping.choose(row, values["proves"])) if "proves" in values else {}
    row.missing = wanted.missing(row, has_document=keeping.has_document(row))
    row.save()
    if after or documents:
        record(row, "proof corrected", by=actor_of(by), before=before, after=after | documents, why=why.strip())


def looked_at(proof: Proof) -> bool:
    """Whether a person has looked for everything that has to be there, and said what they found."""
    return set(wanted.NAMED) <= set(proof.corrected)


def _typed(row: Proof, name: str, value: str | bool | None, *, by: User) -> None:
    """What was read stands behind it, put aside: it is not taken for the value again."""
    if name not in row.corrected:
        row.corrected = [*row.corrected, name]
    read = [{**one, "aside": True} for one in row.facts.get(name, []) if not one.get("typed")]
    mine = {
        "value": value, "source": _("%(name)s, by hand") % {"name": by}, "quote": "", "sure": 1.0, "link": "",
        "typed": True, "at": timezone.now().isoformat(),
    }  # fmt: skip
    row.facts = {**row.facts, name: [mine, *read]}


def _clean(name: str, value: Any) -> Any:
    if name in LENGTHS:
        return " ".join(str(value or "").replace("\x00", "").split())[: LENGTHS[name]]
    return value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value

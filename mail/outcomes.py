"""What became of a message can change once more: a person moves it to a conversation of its own."""

from __future__ import annotations

from mail.models import IncomingMail


def moved(mail: IncomingMail, *, ref: str, kind: str, why: str) -> None:
    """Inside the caller's transaction; what was read in it stays as it is."""
    values = {"outcome": IncomingMail.Outcome.CREATED, "handled_ref": ref, "handled_kind": kind, "reason": why}
    IncomingMail.objects.filter(pk=mail.pk, state=IncomingMail.State.DONE).update(**values, matched_by="new")

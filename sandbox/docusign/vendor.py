"""The stand-in as a whole: what it keeps, who belongs to it, and the one way an envelope changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sandbox.docusign import flow, making, seeding
from sandbox.docusign.connect import Connect
from sandbox.docusign.errors import Refused
from sandbox.docusign.flow import News
from sandbox.docusign.seeding import PowerForm, Seed
from sandbox.docusign.store import Json, Store, now, stamp

KEYS = dict(
    zip(making.FIELDS, ("company", "requester", "email", "end_customer", "country", "purpose"), strict=True)
)  # a field of the template → as the form calls it
SETTINGS: Json = {
    "expires_in": 3600,  # seconds a token lives
    "consent_required": [],  # users who have not consented
    "form_data": True,  # "Allow sender to download form data"
    "certificate": True,  # appended to the combined PDF
    "view_seconds": 300,  # a signing address lives
    "envelope_limit": 0,  # GETs of one envelope in an hour; 0: not held
    "account_limit": 0,  # calls of the account in an hour; 0: not held
}


@dataclass
class Vendor:
    store: Store
    seed: Seed
    keys: Sequence[Any]  # public keys that may sign assertions
    connect: Connect
    start: Json = field(default_factory=dict)  # how Connect is configured after a reset
    calls: dict[str, int] = field(default_factory=dict)  # in this hour, by what is counted

    def settings(self) -> Json:
        return self.store.value("settings", SETTINGS)

    def envelope(self, identifier: str) -> Json:
        found = self.store.envelope(identifier)
        if found is None:
            raise Refused(
                "ENVELOPE_DOES_NOT_EXIST",
                "The envelope specified either does not exist or you have no rights to it.",
                404,
            )
        return found

    def change(self, identifier: str, step: Callable[[Json], list[News]]) -> Json:
        """Reads, steps, keeps and tells Connect, with nobody in between."""
        with self.store.changing():
            envelope = self.envelope(identifier)
            news = step(envelope)
            self.store.keep(envelope)
            self.connect.tell(envelope, news)
        return envelope

    def add(self, envelope: Json, files: dict[str, bytes], *, sending: bool) -> Json:
        with self.store.changing():
            for document, content in files.items():
                self.store.run("INSERT INTO file VALUES (?, ?, ?)", [envelope["envelopeId"], document, content])
            self.store.keep(envelope)
        if sending:
            return self.change(envelope["envelopeId"], lambda found: flow.send(found, at=stamp()))
        return envelope

    def act(self, identifier: str, recipient: str, what: str, *, values: dict[str, str] | None = None) -> Json:
        """`open`, `complete` or `decline` as that recipient; a decline's reason is in `values`."""

        def step(envelope: Json) -> list[News]:
            return play(envelope, recipient, what, at=stamp(), values=values or {})

        return self.change(identifier, step)

    def reset(self) -> None:
        """The seed, and nothing else: no token, no setting, no news. Connect is as the process was started."""
        with self.store.changing():
            self.store.empty()
            for raw in self.seed.envelopes:
                self.store.keep(seeded(raw, self.seed))
            self.connect.configure(**self.start)
            self.calls.clear()


def opened(folder: Path, *, keys: Sequence[Any], connect: Json, past: bool = False) -> Vendor:
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder / "docusign.sqlite3")
    seed = seeding.load(past=past)
    teller = Connect(store, account=seed.account_id)
    vendor = Vendor(store=store, seed=seed, keys=keys, connect=teller, start=connect)
    if store.row("SELECT 1 FROM envelope LIMIT 1"):
        teller.configure(**connect)
    else:
        vendor.reset()
    return vendor


def play(envelope: Json, recipient: str, what: str, *, at: str, values: dict[str, str]) -> list[News]:
    """`recipient` by id or by role."""
    chosen = [one for one in envelope["signers"] if recipient in (one["recipientId"], one["roleName"])]
    if not chosen:
        raise Refused("UNKNOWN_ENVELOPE_RECIPIENT", "The recipient is not one of the envelope's signers.")
    if what == "open":
        return flow.deliver(envelope, chosen[0], at=at)
    if what == "complete":
        return flow.complete(envelope, chosen[0], at=at, values=values)
    if what == "decline":
        return flow.decline(envelope, chosen[0], at=at, reason=values.get("reason", ""))
    raise Refused("INVALID_REQUEST_PARAMETER", "A recipient can open, complete or decline.")


def from_powerform(form: PowerForm, given: dict[str, str], *, seed: Seed, at: str, identifier: str = "") -> Json:
    """`given`: requester and email, and company, end_customer, country, purpose for the text tabs."""
    people = {"Partner": {"name": given["requester"], "email": given["email"]}}
    envelope = making.from_template(form.template, form.sender, people=people, seed=seed, at=at, identifier=identifier)
    envelope["powerForm"] = {"powerFormId": form.id, "name": form.name, "senderUserId": form.sender.id}
    return envelope


def tab_values(given: dict[str, str]) -> dict[str, str]:
    """What the partner filled in, by tab label."""
    return {label: given.get(key, "") for label, key in KEYS.items()}


def seeded(raw: dict[str, Any], seed: Seed) -> Json:
    """An envelope of the seed with its past played; nothing of it is news to anybody."""
    form = seed.powerform(raw["powerform"])
    assert form is not None, f"{raw['id']} names no PowerForm"
    began = now() - timedelta(hours=raw["ago_hours"])
    envelope = from_powerform(form, raw, seed=seed, at=stamp(began), identifier=raw["id"])
    flow.send(envelope, at=stamp(began))
    play(envelope, "Partner", "complete", at=stamp(began + timedelta(minutes=4)), values=tab_values(raw))
    for step in raw["steps"]:
        at, reason = stamp(began + timedelta(hours=step["after_hours"])), step.get("reason", "")
        if step["act"] == "void":
            flow.void(envelope, user=form.sender.id, at=at, reason=reason)
        else:
            play(envelope, step["role"], step["act"], at=at, values={"reason": reason})
    return envelope

"""What DocuSign says of an envelope, in our words: read from the JSON of the API and of Connect alike.

Nothing here raises for an odd value: it is left out. No library, so that a web process may use it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

Json = Mapping[str, Any]
ID: Final = 64


@dataclass(frozen=True, kw_only=True)
class RecipientView:
    id: str
    kind: str  # signers, carbonCopies, … as DocuSign groups them
    order: int
    status: str
    at: str = ""  # the status's own time, ISO 8601
    role: str = ""
    name: str = ""
    email: str = ""
    user_id: str = ""
    client_user_id: str = ""  # only of one who signs inside another program
    reason: str = ""  # of a decline

    def as_json(self) -> dict[str, Any]:
        """As `Envelope.recipients` keeps it."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class EnvelopeView:
    """One envelope as it was told; empty means not told."""

    id: str
    status: str
    status_at: datetime | None = None
    subject: str = ""
    sender_id: str = ""
    powerform_id: str = ""
    custom_fields: Mapping[str, str]
    recipients: tuple[RecipientView, ...] = ()
    workflow_status: str = ""
    gate: str = ""  # a pause in the workflow: ahead, paused or released; empty: there is none, or none was told
    reason: str = ""
    sent: datetime | None = None
    completed: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Under way: it can be signed, released and voided."""
        return self.status in {"sent", "delivered"}

    def recipient(self, *, user_id: str) -> RecipientView | None:
        """The task of one DocuSign user in it: the first that is still open, else the first."""
        theirs = [one for one in self.recipients if one.user_id.lower() == user_id.lower()]
        still_open = [one for one in theirs if one.status not in {"completed", "declined"}]
        return next(iter(still_open or theirs), None)


@dataclass(frozen=True, kw_only=True)
class FormData:
    """What was typed into the form, by the name of the field; `source` says where it was found."""

    values: Mapping[str, str]
    source: str  # form_data, or tabs where the account does not let the sender download form data


@dataclass(frozen=True, kw_only=True)
class AuditEvent:
    at: datetime | None
    action: str
    message: str
    who: str


def envelope_view(said: Json) -> EnvelopeView:
    """From GET envelope, a row of the list, or `envelopeSummary` of a callback."""
    status = text(said, "status", most=20).lower()
    recipients = tuple(sorted(_recipients(mapping(said, "recipients")), key=lambda one: (one.order, one.id)))
    declined = next((one.reason for one in recipients if one.status == "declined"), "")
    return EnvelopeView(
        id=text(said, "envelopeId", most=ID).lower(),
        status=status,
        status_at=moment(said, f"{status}DateTime") or moment(said, "statusChangedDateTime"),
        subject=text(said, "emailSubject", most=300),
        sender_id=text(mapping(said, "sender"), "userId", most=ID),
        powerform_id=text(mapping(said, "powerForm"), "powerFormId", most=ID),
        custom_fields=_custom_fields(mapping(said, "customFields")),
        recipients=recipients,
        workflow_status=text(mapping(said, "workflow"), "workflowStatus", most=20).lower(),
        gate=_gate(mapping(said, "workflow")),
        reason=text(said, "voidedReason", most=2000) or declined,
        sent=moment(said, "sentDateTime"),
        completed=moment(said, "completedDateTime"),
    )


def form_values(said: Json) -> dict[str, str]:
    """`formData` and what each recipient has typed; the first value of a name counts."""
    groups = [said, *items(said, "recipientFormData")]
    found = [(text(one, "name"), text(one, "value")) for group in groups for one in items(group, "formData")]
    return _first(found)


def tab_values(said: Json) -> dict[str, str]:
    """The same from the tabs of the recipients."""
    found: list[tuple[str, str]] = []
    for _kind, recipient in _each_recipient(said):
        for tabs in mapping(recipient, "tabs").values():
            found += [
                (text(tab, "tabLabel") or text(tab, "name"), text(tab, "value"))
                for tab in (tabs if isinstance(tabs, list) else [])
                if isinstance(tab, Mapping)
            ]
    return _first(found)


def audit_events(said: Json) -> list[AuditEvent]:
    """Each event is a list of names and values."""
    told = []
    for event in items(said, "auditEvents"):
        fields = {text(one, "name"): text(one, "value") for one in items(event, "eventFields")}
        told.append(
            AuditEvent(
                at=parse_time(fields.get("logTime", "")),
                action=fields.get("Action", ""),
                message=fields.get("Message", ""),
                who=fields.get("UserName", ""),
            )
        )
    return told


def mapping(said: Json, name: str) -> Json:
    value = said.get(name)
    return value if isinstance(value, Mapping) else {}


def items(said: Json, name: str) -> list[Json]:
    value = said.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def text(said: Json, name: str, *, most: int = 4000) -> str:
    """A string that a column takes: no NUL, no half character, no more than `most`.

    A number is written out, everything else is empty.
    """
    value = said.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return ""
    return value.replace("\0", "").encode("utf-8", "replace").decode().strip()[:most]


def moment(said: Json, name: str) -> datetime | None:
    return parse_time(text(said, name, most=40))


def parse_time(value: str) -> datetime | None:
    """ISO 8601 with any number of decimals; without a zone it is UTC."""
    try:
        told = datetime.fromisoformat(value)
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _recipients(said: Json) -> Iterator[RecipientView]:
    for kind, one in _each_recipient(said):
        status = text(one, "status", most=20).lower()
        told = moment(one, "signedDateTime" if status == "completed" else f"{status}DateTime")
        order = text(one, "routingOrder", most=9)
        yield RecipientView(
            id=text(one, "recipientId", most=ID),
            kind=kind,
            order=int(order) if order.isdecimal() and order.isascii() else 0,
            status=status,
            at=told.isoformat() if told else "",
            role=text(one, "roleName", most=100),
            name=text(one, "name", most=200),
            email=text(one, "email", most=254),
            user_id=text(one, "userId", most=ID),
            client_user_id=text(one, "clientUserId", most=100),
            reason=text(one, "declinedReason", most=2000),
        )


def _each_recipient(said: Json) -> Iterator[tuple[str, Json]]:
    for kind in said:
        for one in items(said, kind):
            if text(one, "recipientId"):
                yield kind, one


def _gate(workflow: Json) -> str:
    if text(workflow, "workflowStatus").lower() == "paused":
        return "paused"
    pauses = [one for one in items(workflow, "workflowSteps") if text(one, "action") == "pause_before"]
    if any(text(one, "status").lower() != "completed" for one in pauses):
        return "ahead"
    return "released" if pauses else ""


def _custom_fields(said: Json) -> dict[str, str]:
    found = [(text(one, "name", most=200), text(one, "value")) for kind in said for one in items(said, kind)]
    return _first(found)


def _first(found: list[tuple[str, str]]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in found:
        if name and not values.get(name):
            values[name] = value
    return values

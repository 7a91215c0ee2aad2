"""Changing the response texts: every edit keeps what stood there, and writes one event."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from journal.record import actor_of, record
from people.models import User
from tickets.models import Response, ResponseVersion
from tickets.responses import TICKET_VARIABLES, Variable, faults_in, unresolved_in, variables_of
from tickets.search import fold

EDITED = ("title", "topic", "kinds", "audience", "purpose", "subject", "body", "owner_name")
_DECLARATION = re.compile(r"(?P<name>[a-z][a-z0-9_]{0,39})\s*:\s*(?P<label>[^()]{1,120}?)\s*(\((?P<marks>[a-z, ]*)\))?")
_MARKS = frozenset({"list", "optional"})


class Outdated(Exception):  # noqa: N818 - an answer to a person
    """Somebody edited the response since the form was opened."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """A response as the form gives it; `variables` are the declarations of `declared_in`."""

    title: str
    topic: str
    kinds: list[str]
    audience: str
    purpose: str
    subject: str
    body: str
    owner_name: str
    variables: tuple[Variable, ...]


def declared_in(lines: str) -> tuple[list[Variable], list[str]]:
    """Variables written one a line, `name: what it is (list, optional)`, and a sentence for each line that is not."""
    found: list[Variable] = []
    faults: list[str] = []
    for line in filter(None, (line.strip() for line in lines.splitlines())):
        match = _DECLARATION.fullmatch(line)
        marks = {mark.strip() for mark in (match["marks"] or "").split(",") if mark.strip()} if match else set()
        if match is None or not marks <= _MARKS:
            faults.append(_("Write “%(line)s” as name: what it is (list, optional).") % {"line": line[:80]})
            continue
        found.append(
            Variable(name=match["name"], label=match["label"], list="list" in marks, optional="optional" in marks)
        )
    return found, faults


def declarations_of(response: Response) -> str:
    """The variables a person may edit, one a line; those a ticket fills need no line."""
    return "\n".join(_line(variable) for variable in variables_of(response) if variable.name not in TICKET_VARIABLES)


def complete(subject: str, body: str, declared: list[Variable], *, before: Response | None) -> tuple[Variable, ...]:
    """The declarations of what the text uses: those written down, what is known of old ones kept, the ticket's own."""
    old = {variable.name: variable for variable in variables_of(before)} if before else {}
    new = {variable.name: _merged(variable, old.get(variable.name)) for variable in declared}
    for name, label in TICKET_VARIABLES.items():
        new.setdefault(name, old.get(name) or Variable(name=name, label=str(label), source="ticket"))
    return tuple(new[name] for name in unresolved_in(f"{subject}\n{body}") if name in new)


def faults(subject: str, body: str, declared: list[Variable]) -> list[str]:
    """What keeps a text from being used, a sentence each."""
    return faults_in(f"{subject}\n{body}", known=[variable.name for variable in declared])


@transaction.atomic
def create(text: Text, *, by: User) -> Response:
    values = _values(text)
    response = Response.objects.create(slug=_free_slug(text.title), last_reviewed=timezone.localdate(), **values)
    record(response, "response written", by=actor_of(by), after={"title": text.title, "version": 1})
    return response


@transaction.atomic
def edit(response: Response, text: Text, *, by: User, seen_version: int) -> Response:
    """A new version; the old one stays readable. Raises `Outdated`."""
    row = Response.objects.select_for_update().get(pk=response.pk)
    if row.version != seen_version:
        raise Outdated(_("%(title)s has a newer version, %(version)d.") % {"title": row.title, "version": row.version})
    values = _values(text)
    before = {name: getattr(row, name) for name in values if getattr(row, name) != values[name]}
    if not before:
        return row
    _keep(row, by=by)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.last_reviewed = timezone.localdate()
    row.save()
    after = {name: values[name] for name in before} | {"version": row.version}
    record(row, "response edited", by=actor_of(by), before=before | {"version": seen_version}, after=after)
    return row


@transaction.atomic
def review(response: Response, *, by: User) -> Response:
    """Read again and found right."""
    row = Response.objects.select_for_update().get(pk=response.pk)
    before, row.last_reviewed = row.last_reviewed, timezone.localdate()
    row.save(update_fields=["last_reviewed"])
    dates = {"last_reviewed": before.isoformat()}, {"last_reviewed": row.last_reviewed.isoformat()}
    record(row, "response reviewed", by=actor_of(by), before=dates[0], after=dates[1])
    return row


@transaction.atomic
def set_active(response: Response, *, active: bool, by: User) -> Response:
    """Out of use, or back again; nothing is deleted."""
    row = Response.objects.select_for_update().get(pk=response.pk)
    if row.active != active:
        row.active = active
        row.save(update_fields=["active"])
        verb = "response brought back" if active else "response retired"
        record(row, verb, by=actor_of(by), before={"active": not active}, after={"active": active})
    return row


def _keep(row: Response, *, by: User) -> None:
    ResponseVersion.objects.create(
        response=row,
        version=row.version,
        title=row.title,
        subject=row.subject,
        body=row.body,
        variables=row.variables,
        edited_by=str(by)[:160],
    )


def _values(text: Text) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(text, name) for name in EDITED}
    return values | {"variables": [variable.as_json() for variable in text.variables]}


def _merged(new: Variable, old: Variable | None) -> Variable:
    """What is written down wins; where a value comes from and its sample are kept."""
    if old is None:
        return new
    return Variable(
        name=new.name,
        label=new.label,
        source=old.source,
        list=new.list,
        optional=new.optional,
        default=old.default,
        sample=old.sample,
    )


def _line(variable: Variable) -> str:
    marks = [mark for mark, there in (("list", variable.list), ("optional", variable.optional)) if there]
    said = f" ({', '.join(marks)})" if marks else ""
    return f"{variable.name}: {variable.label}{said}"


def _free_slug(title: str) -> str:
    wanted = slugify(fold(title))[:70] or "response"
    taken = set(Response.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(slug for slug in (wanted, *(f"{wanted}-{n}" for n in range(2, 1000))) if slug not in taken)

"""A prepared reply in somebody's composer: its text, people and files to begin with, and what became of it since."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from people.models import User
from tickets import prepared, recipients, responses
from tickets.actions import Recipient
from tickets.models import Attachment, PreparedFile, PreparedReply, Response


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """A document that would go along; `attachment` is where it hangs already, to be looked at."""

    file: PreparedFile
    chosen: bool
    attachment: Attachment | None = None

    @property
    def filename(self) -> str:
        return self.file.filename

    @property
    def content_type(self) -> str:
        return self.file.stored.content_type


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What is prepared, as a composer shows it.

    `taken`: the text that stands there was begun with it; `anew`: with an older one.
    """

    reply: PreparedReply
    response: Response | None
    files: Sequence[Enclosed]
    taken: bool = True
    anew: bool = False

    @property
    def title(self) -> str:
        return self.response.title if self.response else ""

    @property
    def people(self) -> list[dict[str, str]]:
        return [*self.reply.to, *self.reply.cc]

    @property
    def roles(self) -> dict[str, str]:
        """The part each has, by address."""
        return {row["address"].lower(): row["role"] for row in self.people if row.get("role")}

    @property
    def to(self) -> str:
        return _line(self.reply.to)

    @property
    def cc(self) -> str:
        return _line(self.reply.cc)

    @property
    def too_many(self) -> int:
        """How many of the files do not go with one mail."""
        return len(self.files) - len(prepared.fitting([one.file for one in self.files]))

    def body(self, sender: User) -> str:
        return responses.fill_in(self.reply.body, {"sender_name": str(sender)})

    def filled(self, sender: User) -> list[str]:
        """The values that stand in the text, to be marked there."""
        lines = [line.strip() for value in self.reply.values.values() for line in str(value).splitlines()]
        return [line for line in dict.fromkeys([*lines, str(sender)]) if line and line in self.reply.body]


def of(
    reply: PreparedReply,
    *,
    begun: bool,
    begun_with: int | None,
    left_out: Collection[int],
    there: Mapping[Any, Attachment],
) -> Offered:
    """For a composer with a text of its own (`begun`), perhaps begun with that reply or an older one."""
    files = list(reply.files.select_related("stored"))
    same = begun and begun_with == reply.pk
    chosen = {one.pk for one in files if one.pk not in left_out} if same else prepared.fitting(files)
    return Offered(
        reply=reply,
        response=Response.objects.filter(slug=reply.response).first(),
        files=[Enclosed(file=one, chosen=one.pk in chosen, attachment=there.get(one.stored_id)) for one in files],
        taken=not begun or begun_with is not None,
        anew=begun and begun_with not in {None, reply.pk},
    )


def _line(rows: Sequence[Mapping[str, str]]) -> str:
    return recipients.line(Recipient(address=row["address"], name=row["name"]) for row in rows)

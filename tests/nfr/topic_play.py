"""What tests of the topics share: Support's mail with its picture, a licence in the register, and what people press."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from PIL import Image

from documents.storing import store
from nfr.models import Licence, Type
from partners.contacts import contact_for
from tests.conftest import Cast
from tests.nfr.issuing import offered, worked
from tests.tickets.conftest import OpenTicket
from tickets import prepared
from tickets.actions import FilePart, receive, reply
from tickets.models import Message, Ticket

SUPPORT = "support@gitlab.com"
SUPPORTS_WORDS: Final = """
Hello Partner Help Desk,

the NFR licence on https://gitlab.com/groups/bluepeak-labs/-/billings is not renewed:
13 of 10 seats are in use.
The seats have to be reduced by: {day}.
Support ticket #412345

GitLab Support
"""


def licence_of(cast: Cast, **more: Any) -> Licence:
    """Bluepeak's SaaS licence, whose contact is Omar."""
    today = timezone.localdate()
    given = {
        "account": cast.bluepeak, "type": Type.SAAS, "tier": "ultimate", "seats": 10, "seats_allowed": 10,
        "namespace": "bluepeak-labs", "starts": today - timedelta(days=300), "ends": today + timedelta(days=65),
        "contact_name": "Omar Reyes", "contact_email": "omar@bluepeak.example.com",
    }  # fmt: skip
    return Licence.objects.create(**given | more)


def picture(name: str = "seats-bluepeak-labs.png") -> FilePart:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    return FilePart(stored=store(out.getvalue(), name=name), filename=name)


def by_day() -> date:
    return timezone.localdate() + timedelta(days=10)


def from_support(opened: OpenTicket, cast: Cast) -> Ticket:
    """Support's own mail, passed on to us with a picture: the partner has not written anything."""
    ticket = opened(
        kind="nfr", subject="NFR: seats in use", requester=contact_for(SUPPORT, name="GitLab Support"),
        partner=cast.bluepeak, body=SUPPORTS_WORDS.format(day=date_format(by_day(), "j F Y")), files=[picture()],
    )  # fmt: skip
    worked(ticket)
    return ticket


def sends(ticket: Ticket, *, by: Any, instead: str = "") -> Message:
    """What is prepared goes out with its files; `instead` fills the blanks that are left."""
    there = prepared.take(ticket, offered(ticket).pk, by=by)
    assert there is not None
    to, cc = prepared.people(there)
    body = there.body.replace("{{ sender_name }}", str(by)).replace("{{ nfr_wish }}", instead)
    files = prepared.attach(there, None, by=by)
    message = reply(ticket, by=by, body=body, to=to, cc=cc, attachments=files, then=there.then)
    prepared.settle(there, message)
    worked(ticket)
    return message


def says(ticket: Ticket, words: str, *, by: str = "omar@bluepeak.example.com") -> dict[str, str]:
    """The partner's mail."""
    receive(ticket, sender=contact_for(by), body=words)
    return worked(ticket)

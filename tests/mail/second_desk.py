"""Another desk in a process and a database of its own: mails go in by a line each, what it sends comes back.

Run by `tests/mail/test_two_desks.py` as `python -m tests.mail.second_desk`.
"""

from __future__ import annotations

import base64
import json
import sys

import django

django.setup()

from mail import composing, inbox  # noqa: E402 - models exist only from here on
from mail.models import OutgoingMail  # noqa: E402


def main() -> None:
    say({"ready": True})
    for line in sys.stdin:
        taken = inbox.take_in(inbox.store(base64.b64decode(json.loads(line)["raw"]), via="command").pk)
        waiting = list(OutgoingMail.objects.filter(state="queued").order_by("created"))
        sent = [base64.b64encode(whole(mail)).decode() for mail in waiting]
        OutgoingMail.objects.filter(pk__in=[mail.pk for mail in waiting]).update(state="cancelled")
        say({"outcome": taken.outcome, "sent": sent})


def whole(mail: OutgoingMail) -> bytes:
    with composing.letter(mail) as letter:
        return b"".join(letter.pieces)


def say(answer: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Reading a message with a fault in it: what the subject names happens in the cage, everything else is read as ever."""

from __future__ import annotations

import os

from mail import parsing
from mail.parsing import ParsedMail


def parse(raw: bytes) -> ParsedMail:
    mail = parsing.parse(raw)
    match mail.subject:
        case "spin":
            while True:
                pass
        case "hog":
            bytearray(4 * 1024 * 1024 * 1024)
        case "abort":
            os.abort()
        case "nest":
            parse(raw)
        case "stumble":
            raise ZeroDivisionError
        case _:
            return mail
    return mail

"""Parts that hold other parts in a form of their own are opened where they stand: winmail.dat, S/MIME, uuencode.

What is taken out becomes the part's children; the file it came in stays a file (`opened`). Nothing is decompressed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from django.utils.translation import gettext as _

from mail import headers, invites, mime, smime, tnef, uu
from mail.mime import Part
from mail.remarks import Remark

MAX_OPENED: Final = 50
MAX_LAYERS: Final = 10
MESSAGES: Final = frozenset({"message/rfc822", "message/global"})
PGP: Final = b"-----BEGIN PGP MESSAGE-----"


def open_parts(root: Part) -> list[Remark]:
    """Opens what can be opened and says what a reader should know about it."""
    found: list[Remark] = []
    opened = 0
    reported = root.content_type == "multipart/report"
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if not part.children and opened < MAX_OPENED and part.depth < root.depth + mime.MAX_DEPTH + MAX_LAYERS:
            found.extend(open_part(part, reported=reported))
            opened += bool(part.children)
        if part.children:
            found.extend(about_container(part))
        waiting.extend(reversed(part.children))
    return found


def open_part(part: Part, *, reported: bool) -> Iterator[Remark]:
    for belongs, opener in OPENERS:
        if belongs(part):
            yield from opener(part)
            return
    if part.content_type in MESSAGES and not reported:
        yield about_nested(part)


def about_container(part: Part) -> Iterator[Remark]:
    if part.content_type == "multipart/encrypted":
        yield Remark("encrypted", encrypted("PGP"))
    elif part.content_type == "multipart/signed":
        for child in part.children[1:]:
            if smime.is_signature(child):
                child.unlisted = True
                yield Remark("signed", signed("PGP" if "pgp" in child.content_type else "S/MIME"))


def open_tnef(part: Part) -> Iterator[Remark]:
    try:
        inside = tnef.unpack(part.payload())
    except tnef.Broken:
        text = _("Outlook put its files into %(name)s, which could not be unpacked. It is attached as it came.")
        yield Remark("tnef", text % {"name": part.name or "winmail.dat"})
        return
    part.opened = True
    for content, kind in ((inside.text, "text/plain"), (inside.html, "text/html")):
        if content.strip():
            body = mime.file("", content.encode(), content_type=f"{kind}; charset=utf-8", depth=part.depth + 1)
            body.fallback = True
            part.children.append(body)
    part.children += [
        mime.file(one.name, one.content, content_type=one.content_type, content_id=one.content_id, depth=part.depth + 1)
        for one in inside.files
    ]


def open_smime(part: Part) -> Iterator[Remark]:
    kind, content = smime.unwrap(part.payload())
    if content:
        part.children = [mime.parse(content, depth=part.depth + 1)]
        part.opened = part.unlisted = True
        yield Remark("signed", signed("S/MIME"))
    elif smime.is_secret(part, kind):
        yield Remark("encrypted", encrypted("S/MIME"))
    elif part.kind.parameters.get("smime-type", "").lower() in {"", "signed-data"} and kind in {"", "signed_data"}:
        yield Remark(
            "signed", _("It is signed (S/MIME), but its content could not be taken out. It is attached as it came.")
        )


def open_text(part: Part) -> Iterator[Remark]:
    """Files in the text become attachments and leave the text; an encrypted text is called so."""
    data = part.payload()
    if PGP in data[:100_000]:
        yield Remark("encrypted", encrypted("PGP"))
    text, files = uu.take_out(data)
    if not files:
        return
    rest = Part(part.headers, text, 0, len(text), depth=part.depth + 1, content=text)
    part.children = [rest] + [
        mime.file(one.name, one.content, content_type="application/octet-stream", depth=part.depth + 1) for one in files
    ]


def open_invite(part: Part) -> Iterator[Remark]:
    if text := invites.sentence(part):
        yield Remark("invite", text)


def about_nested(part: Part) -> Remark:
    fields, _rest = headers.split_block(part.payload()[: headers.MAX_BLOCK])
    text = _("A message is attached: %(subject)s, from %(sender)s")
    subject = fields.get("subject")[:200] or _("(no subject)")
    return Remark("nested", text % {"subject": subject, "sender": fields.get("from")[:200] or "?"})


def is_plain_text(part: Part) -> bool:
    return part.content_type == "text/plain" and part.disposition.value != "attachment" and not part.name


def encrypted(how: str) -> str:
    return (
        _("It is encrypted (%s) and cannot be read here. Its files are kept. Ask the sender to send it unencrypted.")
        % how
    )


def signed(how: str) -> str:
    return _("It is signed (%s). The signature is kept and was not checked.") % how


OPENERS: Final[tuple[tuple[Callable[[Part], bool], Callable[[Part], Iterator[Remark]]], ...]] = (
    (tnef.is_tnef, open_tnef),
    (smime.is_container, open_smime),
    (invites.is_invite, open_invite),
    (is_plain_text, open_text),
)

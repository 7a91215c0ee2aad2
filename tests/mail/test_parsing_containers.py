"""Parts that hold others: winmail.dat, S/MIME, PGP, uuencode, nested messages, invitations (M-11, M-12)."""

# ruff: noqa: RUF001 - times are set with a dash between them

from __future__ import annotations

import base64
import binascii
import os
import random
import struct

import pytest

from mail import parsing, rtf
from mail.parsing import ParsedMail
from tests.mail import containers
from tests.mail.messages import HTML, TEXT, multipart, raw, report

INNER = (
    b"Content-Type: multipart/mixed; boundary=in\r\n\r\n--in\r\nContent-Type: text/plain\r\n\r\nsigned words\r\n"
    b"--in\r\nContent-Type: application/pdf; name=po.pdf\r\n\r\n%PDF-1.4\r\n--in--\r\n"
)


def names(mail: ParsedMail) -> list[str]:
    return [one.filename for one in mail.attachments if not one.inline]


def kept(mail: ParsedMail) -> list[str]:
    return [one.filename for one in mail.attachments]


def kinds(mail: ParsedMail) -> list[str]:
    return [one.kind for one in mail.remarks]


def with_winmail(content: bytes, *before: str, content_type: str = "application/ms-tnef") -> ParsedMail:
    return parsing.parse(multipart("mixed", *before, containers.part(content, content_type, "winmail.dat")))


def test_files_in_winmail_dat_are_taken_out_and_it_is_kept() -> None:
    """M-12"""
    content = containers.winmail(
        containers.file("Bestellung März.pdf", b"%PDF-1.4\0\0"), containers.file("b.txt", b"b")
    )
    mail = with_winmail(content, TEXT + "see the files")
    assert names(mail) == ["winmail.dat", "Bestellung März.pdf", "b.txt"]
    assert mail.attachments[0].content == content
    assert mail.attachments[1].content == b"%PDF-1.4\0\0"
    assert (mail.body_text, kinds(mail)) == ("see the files", [])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (containers.plain(b"plain words \x80"), "plain words €"),
        (containers.html(b"<p>marked <b>words</b></p>"), "marked words"),
        (containers.rich(rb"{\rtf1\ansi\ansicpg1252 rich w\'f6rds\par and \u8364?uro}"), "rich wörds\nand €uro"),
    ],
)
def test_the_text_in_winmail_dat_counts_where_there_is_no_other(body: bytes, expected: str) -> None:
    """M-12: plain, HTML, or Outlook's rich text."""
    content = containers.winmail(body)
    assert with_winmail(content).body_text == expected
    assert with_winmail(content, TEXT + " \r\n").body_text == expected
    assert with_winmail(content, TEXT + "the mail's own").body_text == "the mail's own"
    assert parsing.parse(
        raw(base64.encodebytes(content), "Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64")
    ).body_text.endswith(expected)


def test_winmail_dat_under_another_type_is_known_by_its_name_and_first_bytes() -> None:
    """M-12"""
    content = containers.winmail(containers.file("a.txt", b"a"))
    assert names(with_winmail(content, TEXT + "x", content_type="application/octet-stream")) == ["winmail.dat", "a.txt"]
    assert kept(with_winmail(b"no tnef at all", TEXT + "x")) == ["winmail.dat"]


def test_a_message_within_winmail_dat_gives_its_words_and_files() -> None:
    """M-12: nested."""
    inner = containers.winmail(containers.plain(b"inner words"), containers.file("deep.pdf", b"%PDF"))
    mail = with_winmail(containers.winmail(containers.message_within("Re: Order", inner)), TEXT + "x")
    assert names(mail) == ["winmail.dat", "Re: Order.txt", "deep.pdf"]
    assert mail.attachments[1].content == b"inner words"


@pytest.mark.parametrize(
    "content",
    [
        containers.winmail(containers.file("a.pdf", b"%PDF" * 500))[:-700],
        containers.winmail() + struct.pack("<BHHI", 2, 0x800F, 6, 0x7FFFFFFF) + b"x" * 100,
        containers.winmail(*[containers.item(1, (0x8007, 6), b"")] * 5000),
        containers.winmail(containers.item(2, containers.DATA, b"no rendering before it")),
        containers.winmail(containers.item(1, (0x9004, 6), struct.pack("<I", 0x7FFFFFFF))),
        b"\x78\x9f\x3e\x22",
        b"\x78\x9f\x3e\x22\x01\x00" + bytes(40),
    ],
    ids=["cut off", "length bomb", "very many parts", "no order", "endless rows", "signature only", "zeros"],
)
def test_a_broken_winmail_dat_is_kept_as_it_came(content: bytes) -> None:
    """M-12"""
    mail = with_winmail(content, TEXT + "see the files")
    assert names(mail)[0] == "winmail.dat"
    assert mail.attachments[0].content == content
    assert mail.body_text == "see the files"
    assert kinds(mail) in (["tnef"], [])


def test_what_could_not_be_unpacked_is_remarked_on() -> None:
    """M-12"""
    mail = with_winmail(containers.winmail(containers.file("a.pdf", b"%PDF" * 500))[:-700], TEXT + "x")
    [remark] = mail.remarks
    assert remark.kind == "tnef"
    assert remark.text == (
        "Outlook put its files into winmail.dat, which could not be unpacked. It is attached as it came."
    )


def test_noise_in_winmail_dat_never_raises() -> None:
    """M-12: seeded."""
    dice = random.Random(5)
    seed = containers.winmail(
        containers.rich(rb"{\rtf1 words}"), containers.html(b"<p>x</p>"), containers.file("a.pdf", b"%PDF" * 20)
    )
    for _ in range(300):
        content = bytearray(seed)
        for _ in range(dice.randint(1, 8)):
            content[dice.randrange(4, len(content))] = dice.randrange(256)
        assert kept(with_winmail(bytes(content), TEXT + "x"))[0] == "winmail.dat"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (rb"{\rtf1{\fonttbl{\f0 Arial;}}{\colortbl;\red0;}\pard one\par two\tab three}", "one\ntwo\tthree"),
        (rb"{\rtf1{\*\generator Riched20}words{\*\unknown{more}} here}", "words here"),
        (rb"{\rtf1\uc1\u252\'fcber \u-10179?\u-8676?}", "über 😜"),
        (rb"{\rtf1\ansicpg932 \'92\'8d\'95\'b6}", "注文"),
        (rb"{\rtf1 a\{b\}c\\d\~e}", "a{b}c\\d\xa0e"),
        (rb"{\rtf1 \ldblquote quoted\rdblquote\endash}", "“quoted”–"),
        (
            rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 hello {\*\htmltag84 <b>}world}",
            "hello world",
        ),
        (b"{\\rtf1 " + b"{" * 50_000 + b"deep" + b"}" * 60_000, "deep"),
        (b"no rtf", ""),
        (b"", ""),
    ],
)
def test_words_of_rich_text(source: bytes, expected: str) -> None:
    """M-12"""
    assert rtf.to_text(source) == expected


@pytest.fixture(scope="module")
def signer() -> containers.Signer:
    return containers.Signer()


@pytest.mark.parametrize(
    "kind",
    [
        "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m",
        "application/x-pkcs7-mime; name=smime.p7m",
        'application/octet-stream; name="smime.p7m"',
    ],
)
def test_opaque_signed_content_is_shown(signer: containers.Signer, kind: str) -> None:
    """M-12"""
    body = base64.encodebytes(signer.opaque(INNER))
    mail = parsing.parse(raw(body, f"Content-Type: {kind}", "Content-Transfer-Encoding: base64"))
    assert (mail.body_text, names(mail), kept(mail)) == ("signed words", ["po.pdf"], ["smime.p7m", "po.pdf"])
    assert mail.attachments[1].content == b"%PDF-1.4"
    [remark] = mail.remarks
    assert (remark.kind, remark.text) == ("signed", "It is signed (S/MIME). The signature is kept and was not checked.")


def test_signed_twice_is_opened_twice(signer: containers.Signer) -> None:
    """M-12"""
    head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    once = head + base64.encodebytes(signer.opaque(INNER))
    twice = raw(base64.encodebytes(signer.opaque(once)), *head.decode().split("\r\n")[:2])
    assert parsing.parse(twice).body_text == "signed words"


def test_clear_signed_content_is_shown_and_its_signature_kept_out_of_sight(signer: containers.Signer) -> None:
    """M-12"""
    signature = containers.part(signer.clear(b"words"), "application/pkcs7-signature", "smime.p7s")
    mail = parsing.parse(multipart("signed", TEXT + "words", signature))
    assert (mail.body_text, names(mail), kept(mail), kinds(mail)) == ("words", [], ["smime.p7s"], ["signed"])
    pgp = "Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n-----BEGIN PGP SIGNATURE-----"
    mail = parsing.parse(multipart("signed", TEXT + "words", pgp))
    assert (mail.body_text, names(mail), kept(mail)) == ("words", [], ["signature.asc"])
    assert mail.remarks[0].text == "It is signed (PGP). The signature is kept and was not checked."


def test_encrypted_mail_is_named_as_what_it_is_and_kept() -> None:
    """M-12"""
    content = containers.encrypted(b"secret")
    body = base64.encodebytes(content)
    for kind in ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "application/pkcs7-mime"):
        mail = parsing.parse(raw(body, f"Content-Type: {kind}", "Content-Transfer-Encoding: base64"))
        assert (mail.body_text, names(mail), kinds(mail)) == ("", ["smime.p7m"], ["encrypted"])
        assert mail.attachments[0].content == content
        assert "cannot be read here" in mail.remarks[0].text


def test_pgp_is_named_as_what_it_is_and_kept() -> None:
    """M-12"""
    control = "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1"
    secret = "Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n-----BEGIN PGP MESSAGE-----\r\nx"
    mail = parsing.parse(multipart("encrypted", control, secret))
    assert (mail.body_text, kinds(mail)) == ("", ["encrypted"])
    assert "encrypted.asc" in names(mail)
    inline = parsing.parse(raw("-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"))
    assert kinds(inline) == ["encrypted"]
    assert inline.body_text.startswith("-----BEGIN PGP MESSAGE-----")


@pytest.mark.parametrize("content", [b"", b"\x30", b"\x30\x80" * 1000, os.urandom(500), b"words"])
def test_a_broken_container_is_kept(content: bytes) -> None:
    """M-12"""
    body = base64.encodebytes(content) or b"\r\n"
    mail = parsing.parse(raw(body, "Content-Type: application/pkcs7-mime", "Content-Transfer-Encoding: base64"))
    assert (names(mail), kinds(mail)) == (["smime.p7m"], ["signed"])
    assert mail.attachments[0].content == content


def uu(name: str, content: bytes) -> str:
    lines = [binascii.b2a_uu(content[start : start + 45]).decode() for start in range(0, len(content), 45)]
    return f"begin 644 {name}\n{''.join(lines)}`\nend\n"


def test_files_written_into_the_text_become_attachments() -> None:
    """M-11: uuencode."""
    content = os.urandom(1000)
    text = "before\n" + uu("scan 1.pdf", content) + "between\n" + uu("b.bin", b"") + "after"
    for message in (
        raw(text),
        raw(text.replace("\n", "\r\n")),
        multipart("alternative", TEXT + text, HTML + "<p>x</p>"),
    ):
        mail = parsing.parse(message)
        assert names(mail) == ["scan 1.pdf", "b.bin"]
        assert mail.attachments[0].content == content
        assert mail.body_text.replace("\r", "") == "before\nbetween\nafter"


@pytest.mark.parametrize(
    "text",
    [
        "begin 644 a file\nthat is only prose\nend",
        "begin 644 x.pdf\n" + "M" + "A" * 60 + "\nno end of it",
        "begin your week with 644 ideas",
        "> begin 644 x.pdf\n> end",
        "begin 644 x.pdf",
    ],
)
def test_prose_that_looks_like_a_file_stays_prose(text: str) -> None:
    """M-11"""
    mail = parsing.parse(raw(text))
    assert (mail.body_text, mail.attachments) == (text, ())


def test_a_nested_message_is_named_and_remarked_on() -> None:
    """M-11: never flattened."""
    nested = "From: Bo <bo@x.example>\r\nSubject: Angebot/Preis\r\nContent-Type: text/plain\r\n\r\nnested words"
    mail = parsing.parse(multipart("mixed", TEXT + "see", "Content-Type: message/rfc822\r\n\r\n" + nested))
    assert (names(mail), mail.body_text) == (["Angebot-Preis.eml"], "see")
    [remark] = mail.remarks
    assert (remark.kind, remark.text) == ("nested", "A message is attached: Angebot/Preis, from Bo <bo@x.example>")
    assert kinds(parsing.parse(report(returned="<a@x>"))) == []


def test_a_digest_keeps_its_messages() -> None:
    """M-11"""
    mail = parsing.parse(multipart("digest", "\r\nSubject: one\r\n\r\nx", "\r\nSubject: two\r\n\r\ny"))
    assert names(mail) == ["one.eml", "two.eml"]


EVENT = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:1@x\r\n"
    "SUMMARY:Review of the\r\n  renewal\\, part 2\r\nORGANIZER;CN=Ana Silva:mailto:ana@acme.example\r\n{more}"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
BERLIN = "DTSTART;TZID=Europe/Berlin:20221122T140000\r\nDTEND;TZID=Europe/Berlin:20221122T150000\r\n"


@pytest.mark.parametrize(
    ("method", "more", "expected"),
    [
        ("REQUEST", BERLIN, "An invitation: {}, Tue 22 Nov 2022 14:00–15:00 (Europe/Berlin), from {}"),
        ("CANCEL", BERLIN, "A meeting is cancelled: {}, Tue 22 Nov 2022 14:00–15:00 (Europe/Berlin), from {}"),
        (
            "REPLY",
            BERLIN + "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@x.example\r\n",
            "An invitation is declined: {}, Tue 22 Nov 2022 14:00–15:00 (Europe/Berlin)",
        ),
        (
            "REQUEST",
            "DTSTART;TZID=W. Europe Standard Time:20221122T140000\r\nDURATION:PT90M\r\nLOCATION:Room 1\r\n",
            "An invitation: {}, Tue 22 Nov 2022 14:00–15:30 (Europe/Berlin), Room 1, from {}",
        ),
        (
            "REQUEST",
            "DTSTART:20221122T140000Z\r\nDTEND:20221123T150000Z\r\nRRULE:FREQ=WEEKLY\r\n",
            "An invitation: {}, Tue 22 Nov 2022 14:00 – Wed 23 Nov 2022 15:00 (UTC), repeated, from {}",
        ),
        (
            "PUBLISH",
            "DTSTART;VALUE=DATE:20221122\r\nDTEND;VALUE=DATE:20221124\r\n",
            "An appointment: {}, Tue 22 Nov 2022 – Wed 23 Nov 2022, from {}",
        ),
        ("REQUEST", "DTSTART;VALUE=DATE:20221122\r\n", "An invitation: {}, Tue 22 Nov 2022, from {}"),
        ("REQUEST", "DTSTART:20221122T140000\r\n", "An invitation: {}, Tue 22 Nov 2022 14:00, from {}"),
        ("REQUEST", "", "An invitation: {}, from {}"),
        ("REQUEST", "DTSTART:nonsense\r\n", "An invitation: {}, from {}"),
    ],
)
def test_an_invitation_is_kept_and_said_in_one_sentence(method: str, more: str, expected: str) -> None:
    """M-12"""
    part = f"Content-Type: text/calendar; method={method}\r\n\r\n" + EVENT.format(method=method, more=more)
    mail = parsing.parse(multipart("alternative", TEXT + "words", HTML + "<p>words</p>", part))
    assert (mail.body_text, names(mail)) == ("words", ["invite.ics"])
    [remark] = mail.remarks
    said = expected.format("Review of the renewal, part 2", "Ana Silva <ana@acme.example>")
    assert (remark.kind, remark.text) == ("invite", said)


@pytest.mark.parametrize("text", ["", "BEGIN:VCALENDAR", "garbage", "BEGIN:VEVENT\r\nEND:VCALENDAR", "\0" * 100])
def test_a_calendar_of_garbage_is_kept(text: str) -> None:
    """M-12"""
    mail = parsing.parse(multipart("mixed", TEXT + "x", f"Content-Type: text/calendar; name=a.ics\r\n\r\n{text}"))
    assert names(mail) == ["a.ics"]
    assert set(kinds(mail)) <= {"invite"}


def test_an_invitation_alone_says_so() -> None:
    """M-12: a mail that is nothing but a calendar."""
    mail = parsing.parse(
        raw(EVENT.format(method="REQUEST", more=BERLIN), "Content-Type: text/calendar; method=REQUEST")
    )
    assert (names(mail), kinds(mail)) == (["invite.ics"], ["invite"])

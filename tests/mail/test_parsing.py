"""Reading a message: texts, files, names, addresses, charsets; nothing a sender writes makes it raise."""

from __future__ import annotations

import base64
import os
import random
import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from mail import parsing
from mail.charsets import decode
from tests.mail.messages import HTML, TEXT, multipart, raw


def sender(mail: parsing.ParsedMail) -> tuple[str, str]:
    assert mail.from_ is not None
    return mail.from_.name, mail.from_.address


def test_a_plain_message_is_read() -> None:
    mail = parsing.parse(raw("Hello,\r\n\r\nhere is our order.\r\n"))
    assert mail.body_text == "Hello,\n\nhere is our order."
    assert sender(mail) == ("Ana Silva", "ana@acme.example")
    assert [one.address for one in mail.to] == ["partnersupport@gitlab.com"]
    assert (mail.subject, mail.message_id) == ("PO 4711", "<1@acme.example>")
    assert mail.date == datetime(2022, 11, 22, 13, 10, tzinfo=UTC)


def test_html_only_becomes_readable_text() -> None:
    """M-10"""
    mail = parsing.parse(raw("<p>Hello</p><p>our <b>order</b></p>", "Content-Type: text/html"))
    assert mail.body_text == "Hello\n\nour order"
    assert mail.body_html == "<p>Hello</p><p>our <b>order</b></p>"
    assert not mail.has_plain


def test_an_empty_plain_part_gives_way_to_html() -> None:
    """M-10"""
    mail = parsing.parse(multipart("alternative", TEXT + " \r\n", HTML + "<p>Only here</p>"))
    assert mail.body_text == "Only here"


def test_the_plain_part_of_an_alternative_is_the_text() -> None:
    mail = parsing.parse(multipart("alternative", TEXT + "plain words", HTML + "<p>marked words</p>"))
    assert (mail.body_text, mail.body_html, mail.has_plain) == ("plain words", "<p>marked words</p>", True)


def test_several_text_parts_are_joined() -> None:
    """M-10: a list footer is part of the text."""
    mail = parsing.parse(multipart("mixed", TEXT + "first", TEXT + "-- \r\nfooter"))
    assert mail.body_text == "first\n\n-- \nfooter"
    assert mail.attachments == ()


def test_text_within_related_within_alternative_is_found() -> None:
    """M-10"""
    inner = (
        'Content-Type: multipart/related; boundary="in"\r\n\r\n'
        '--in\r\nContent-Type: text/html\r\n\r\n<p>Hi</p><img src="cid:logo@x">\r\n'
        "--in\r\nContent-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Disposition: inline; filename=logo.png\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--in--"
    )
    mail = parsing.parse(multipart("alternative", TEXT + "Hi", inner))
    assert mail.body_text == "Hi"
    [logo] = mail.attachments
    assert (logo.filename, logo.content_id, logo.inline) == ("logo.png", "logo@x", True)
    assert logo.content == b"\x89PNG\r\n\x1a\n"


def test_an_image_nobody_shows_is_an_attachment() -> None:
    """M-10: a Content-ID alone does not make a file part of the text."""
    image = "Content-Type: image/png\r\nContent-ID: <a@x>\r\nContent-Disposition: inline\r\n\r\nx"
    mail = parsing.parse(multipart("related", HTML + "<p>no image here</p>", image))
    assert [(one.filename, one.inline) for one in mail.attachments] == [("attachment.png", False)]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ('Content-Disposition: attachment; filename="po.pdf"', "po.pdf"),
        ("Content-Disposition: attachment; filename=po 4711.pdf", "po 4711.pdf"),
        ("Content-Disposition: attachment; filename*=UTF-8''Bestellung%20M%C3%A4rz.pdf", "Bestellung März.pdf"),
        ("Content-Disposition: attachment; filename*=iso-8859-1'de'M%E4rz.pdf", "März.pdf"),
        (
            "Content-Type: application/pdf; name*0*=UTF-8''Bestell;\r\n name*1*=ung%20M%C3%A4; name*2=rz.pdf",
            "Bestellung März.pdf",
        ),
        ("Content-Disposition: attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ("Content-Disposition: attachment; filename=plain.pdf; filename*=utf-8''b%C3%A9st.pdf", "bést.pdf"),
        ('Content-Disposition: attachment; filename="=?utf-8?B?TcOkcnoucGRm?="', "März.pdf"),
        (
            'Content-Disposition: attachment; filename="=?utf-8?Q?M=C3=A4rz?=\r\n =?utf-8?Q?_2022.pdf?="',
            "März 2022.pdf",
        ),
        ('Content-Disposition: attachment; filename="März.pdf"', "März.pdf"),
        ('Content-Type: application/pdf; name="=?iso-8859-1?Q?M=E4rz.pdf?="', "März.pdf"),
        ('Content-Disposition: attachment; filename="unclosed.pdf', "unclosed.pdf"),
        ('Content-Disposition: attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'),
        ('Content-Disposition: attachment; filename="../../etc/passwd"', "passwd"),
        ('Content-Disposition: attachment; filename="C:\\\\Users\\\\ana\\\\po.pdf"', "po.pdf"),
        ('Content-Disposition: attachment; filename="\u200b.htaccess"', "htaccess"),
        ('Content-Disposition: attachment; filename="invoice\u202efdp.exe"', "invoicefdp.exe"),
        ('Content-Disposition: attachment; filename="=?utf-8?Q?a=0D=0ABcc:_x.pdf?="', "a Bcc: x.pdf"),
        ("Content-Disposition: attachment\r\nContent-Location: http://x.example/files/po.pdf?y=1", "po.pdf"),
        ("Content-Disposition: attachment\r\nContent-Type: application/pdf", "attachment.pdf"),
    ],
)
def test_file_names_in_every_form(field: str, expected: str) -> None:
    """M-11, S-01"""
    kind = "" if "Content-Type" in field else "Content-Type: application/octet-stream\r\n"
    mail = parsing.parse(multipart("mixed", TEXT + "x", f"{kind}{field}\r\n\r\ncontent"))
    assert [one.filename for one in mail.attachments] == [expected]


def test_names_are_distinct() -> None:
    """M-11"""
    part = 'Content-Type: image/png\r\nContent-Disposition: attachment; filename="a.png"\r\n\r\nx'
    mail = parsing.parse(multipart("mixed", part, part, part))
    assert [one.filename for one in mail.attachments] == ["a.png", "a (2).png", "a (3).png"]


def test_a_nested_message_is_kept_byte_for_byte_under_its_subject() -> None:
    """M-11: not flattened, not rewritten."""
    nested = "From: x@y.example\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nX-Odd:   spaced\r\n\r\n--sep2\r\ninner\r\n"
    mail = parsing.parse(multipart("mixed", TEXT + "see below", "Content-Type: message/rfc822\r\n\r\n" + nested))
    [inner] = mail.attachments
    assert inner.filename == "Grüße.eml"
    assert inner.content == nested.encode()
    assert mail.body_text == "see below"


def test_an_attached_text_file_is_no_text() -> None:
    part = 'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="log.txt"\r\n\r\nline'
    mail = parsing.parse(multipart("mixed", TEXT + "see log", part))
    assert mail.body_text == "see log"
    assert [(one.filename, one.content_type) for one in mail.attachments] == [("log.txt", "text/plain")]


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("utf-8", "utf-8", "Grüße aus Łódź"),
        ("iso-8859-1", "latin-1", "Grüße"),
        ("windows-1252", "cp1252", "“Grüße” … €"),
        ("iso-8859-1", "cp1252", "“quoted” €"),
        ("iso-8859-15", "iso8859-15", "12 €"),
        ("iso-8859-2", "iso8859-2", "Łódź"),
        ("windows-1251", "cp1251", "Привет"),
        ("koi8-r", "koi8-r", "Привет"),
        ("gb2312", "gb18030", "订单号码"),
        ("GBK", "gbk", "订单号码"),
        ("big5", "big5", "訂單"),
        ("iso-2022-jp", "iso2022_jp", "ご注文ありがとうございます"),
        ("shift_jis", "cp932", "①注文"),
        ("windows-31j", "cp932", "髙橋"),
        ("cp50220", "iso2022_jp", "注文"),
        ("euc-jp", "euc_jp", "注文"),
        ("ks_c_5601-1987", "cp949", "주문서"),
        ("windows-1256", "cp1256", "طلب"),
        ("utf8mb4", "utf-8", "päck 📦"),
        ("unicode-1-1-utf-7", "utf-7", "Grüße"),
        ("cp65001", "utf-8", "Grüße"),
        ("ansi_x3.4-1968", "utf-8", "Grüße"),
        ("us-ascii", "utf-8", "Grüße"),
        ("no-such-charset", "utf-8", "Grüße"),
        ("rot13", "utf-8", "not turned"),
        ("unicode_escape", "utf-8", "\\u0041"),
        ("", "utf-8", "Grüße"),
        ("", "iso2022_jp", "注文書です"),
    ],
)
def test_charsets(charset: str, codec: str, text: str) -> None:
    """M-04"""
    declared = f"; charset={charset}" if charset else ""
    body = base64.encodebytes(text.encode(codec))
    mail = parsing.parse(raw(body, f"Content-Type: text/plain{declared}", "Content-Transfer-Encoding: base64"))
    assert mail.body_text == text


def test_japanese_letters_of_windows_are_read() -> None:
    """M-04: row 13 of JIS, which Python's codec does not know."""
    body = b"\x1b$B@A5a=q\x1b(B 2022 \x1b$B-!-j\x1b(B"
    assert parsing.parse(raw(body, "Content-Type: text/plain; charset=iso-2022-jp")).body_text == "請求書 2022 ①㈱"


def test_undeclared_western_bytes_are_read() -> None:
    """M-04"""
    body = "Sehr geehrte Damen und Herren, die Prüfung hat über fünf Stück ergeben. Viele Grüße, Jürgen Müller".encode(
        "latin-1"
    )
    assert "Prüfung" in parsing.parse(raw(body)).body_text


def test_decoding_never_raises_and_never_yields_nul_or_surrogates() -> None:
    """M-04"""
    dice = random.Random(7)
    for charset in ("", "utf-8", "utf-16", "utf-7", "gb18030", "iso-2022-jp", "big5", "undefined", "zlib", "idna"):
        for _ in range(30):
            text = decode(dice.randbytes(200), charset)
            assert "\0" not in text
            text.encode()


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("=?utf-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?UTF-8?q?Gr=C3=BC=C3=9Fe_aus?= =?utf-8?q?_K=C3=B6ln?=", "Grüße aus Köln"),
        ("=?utf-8?B?R3LD?=\r\n =?utf-8?B?vMOfZQ==?=", "Grüße"),
        ("=?utf-8?B?R3L?= =?utf-8?B?DvMOfZQ==?=", "Grüße"),
        ("=?iso-2022-jp?B?GyRCQ21KOBsoQg==?=", "注文"),
        ("=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("Re: =?utf-8?Q?Gr=C3=BC=C3=9Fe", "Re: Grüße"),
        ('"=?utf-8?Q?Gr=C3=BC=C3=9Fe?="', '"Grüße"'),
        ("=?utf-8?Q?Gr=C3=BC=C3=9Fe ja?=", "Grüße ja"),
        ("=?ascii?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("Grüße", "Grüße"),
        ("one\r\n\ttwo", "one two"),
        ("=?utf-8?Q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example"),
        ("=?utf-8?Q?a=00b?=", "ab"),
        ("", ""),
    ],
)
def test_subjects(subject: str, expected: str) -> None:
    """M-05, S-10"""
    assert parsing.parse(raw("x", subject=subject)).subject == expected


def test_raw_eight_bit_headers_are_read() -> None:
    """M-05: not UTF-8, not encoded, still readable."""
    message = b"From: J\xfcrgen <j@x.example>\r\nSubject: Gr\xfc\xdfe\r\n\r\nx"
    mail = parsing.parse(message)
    assert (mail.subject, sender(mail)[0]) == ("Grüße", "Jürgen")


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("ana@acme.example", [("", "ana@acme.example")]),
        ("<ana@acme.example>", [("", "ana@acme.example")]),
        ("Ana Silva <ana@acme.example>", [("Ana Silva", "ana@acme.example")]),
        ('"Silva, Ana" <ana@ACME.example>, bo@x.example', [("Silva, Ana", "ana@acme.example"), ("", "bo@x.example")]),
        ("ana@acme.example (Ana Silva)", [("Ana Silva", "ana@acme.example")]),
        ("=?utf-8?B?U2lsdmEsIEFuYQ==?= <ana@acme.example>", [("Silva, Ana", "ana@acme.example")]),
        ('"=?utf-8?Q?J=C3=BCrgen?=" <j@x.example>', [("Jürgen", "j@x.example")]),
        ("undisclosed-recipients:;", []),
        ("Friends: ana@acme.example, Bo <bo@x.example>;", [("", "ana@acme.example"), ("Bo", "bo@x.example")]),
        ("Test test@example.com", [("Test", "test@example.com")]),
        ('"x"@example.com>', [("", "x@example.com")]),
        ("<@relay.example:ana@acme.example>", [("", "ana@acme.example")]),
        ("Ana <ana@acme.example.>", [("Ana", "ana@acme.example")]),
        ("Sales | EMEA [Acme] <s@acme.example>", [("Sales | EMEA [Acme]", "s@acme.example")]),
        ("<john doe@acme.example>", [("", '"john doe"@acme.example')]),
        ("ana@acme.example; bo@x.example", [("", "ana@acme.example"), ("", "bo@x.example")]),
        ("boss@gitlab.com <evil@x.example>", [("boss@gitlab.com", "evil@x.example")]),
        ("Jürgen <jürgen@müller.example>", [("Jürgen", "jürgen@müller.example")]),
        ("=?utf-8?Q?a=0D=0ABcc=3A?= <a@x.example>", [("a Bcc:", "a@x.example")]),
        ("<>", []),
        ("nobody", []),
    ],
)
def test_addresses(field: str, expected: list[tuple[str, str]]) -> None:
    """M-06, S-10"""
    mail = parsing.parse(raw("x", to=field))
    assert [(one.name, one.address) for one in mail.to] == expected


def test_an_empty_from_gives_way_to_the_next_one() -> None:
    """M-06"""
    assert sender(parsing.parse(raw("x", "From: Bo <bo@x.example>", **{"from": "<>"}))) == ("Bo", "bo@x.example")


def test_the_first_from_and_subject_win() -> None:
    """M-05"""
    mail = parsing.parse(raw("x", "From: evil@x.example", "Subject: other"))
    assert (sender(mail)[1], mail.subject) == ("ana@acme.example", "PO 4711")


def test_nobody_in_from_is_nobody() -> None:
    assert parsing.parse(raw("x", **{"from": "just words"})).from_ is None


def test_references_and_replies_are_read() -> None:
    mail = parsing.parse(raw("x", "References: <a@x>\r\n <b@x> <lo\r\n ng@x>", in_reply_to="Your mail of today <b@x>"))
    assert mail.references == ("<a@x>", "<b@x>", "<long@x>")
    assert mail.in_reply_to == ("<b@x>",)


def test_references_are_capped() -> None:
    """M-15"""
    many = " ".join(f"<{number}@x>" for number in range(500))
    mail = parsing.parse(raw("x", references=many))
    assert len(mail.references) == 50
    assert mail.references[-1] == "<499@x>"


def test_a_missing_message_id_is_made_from_the_content() -> None:
    """M-14"""
    first, second = parsing.parse(raw("x", message_id="")), parsing.parse(raw("x", message_id=""))
    assert first.message_id == second.message_id
    assert first.message_id.startswith("<gen-")


@pytest.mark.parametrize("date", ["", "29:24 o'clock", "Tue, 99 Foo 20222 14:10:00", "Mon, 1 Jan 10000 00:00:00 +0000"])
def test_an_impossible_date_is_no_date(date: str) -> None:
    """M-09"""
    assert parsing.parse(raw("x", date=date)).date is None


def test_odd_beginnings_and_line_ends() -> None:
    """M-05: BOM, a `From ` line, bare LF, bare CR, no header at all."""
    message = raw("body")
    assert parsing.parse(b"\xef\xbb\xbf" + message).subject == "PO 4711"
    assert parsing.parse(b"From ana@acme.example Tue Nov 22 14:10:00 2022\r\n" + message).subject == "PO 4711"
    assert parsing.parse(message.replace(b"\r\n", b"\n")).subject == "PO 4711"
    assert parsing.parse(message.replace(b"\r\n", b"\r")).subject == "PO 4711"
    assert parsing.parse(b"only words\r\nin two lines").body_text == "only words\nin two lines"
    assert parsing.parse(b"").body_text == ""


def test_broken_transfer_encodings_lose_nothing_readable() -> None:
    cut = raw("SGVsbG8gd29ybGQ", "Content-Transfer-Encoding: base64")
    assert parsing.parse(cut).body_text == "Hello world"
    assert parsing.parse(raw("50 % = half=", "Content-Transfer-Encoding: quoted-printable")).body_text == "50 % = half"
    uu = raw("begin 644 a.txt\r\n+2&5L;&\\@=V]R;&0\r\n`\r\nend\r\n", "Content-Transfer-Encoding: x-uuencode")
    assert parsing.parse(uu).body_text == "Hello world"


def test_a_missing_end_boundary_loses_nothing() -> None:
    message = multipart("mixed", TEXT + "first", TEXT + "second").replace(b"--sep--\r\n", b"")
    assert parsing.parse(message).body_text == "first\n\nsecond"


def test_a_multipart_without_parts_is_shown_as_text() -> None:
    assert (
        parsing.parse(raw("no parts here", 'Content-Type: multipart/mixed; boundary="x"')).body_text == "no parts here"
    )


def test_what_the_standard_library_writes_is_read_back() -> None:
    message = EmailMessage()
    message["From"], message["To"] = "Ána <ana@acme.example>", "partnersupport@gitlab.com"
    message["Subject"] = "Ihre Anfrage über 日本語 " * 8
    message.set_content("Grüße\n")
    message.add_alternative("<p>Grüße</p>", subtype="html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Übersicht " * 9 + ".pdf")
    mail = parsing.parse(message.as_bytes())
    assert (mail.subject, mail.body_text) == (("Ihre Anfrage über 日本語 " * 8).strip(), "Grüße")
    assert [one.filename for one in mail.attachments] == ["Übersicht " * 9 + ".pdf"]


HOSTILE = {
    "encoded words": lambda: raw("x", subject=" ".join(["=?utf-8?B?w6Q=?="] * 40_000)),
    "unclosed words": lambda: raw("x", subject="=?utf-8?B?w6Q" * 20_000),
    "word beginnings": lambda: raw("x", subject="=?" * 100_000),
    "recipients": lambda: raw("x", to=", ".join(f"a{number}@x.example" for number in range(20_000))),
    "quotes": lambda: raw("x", **{"from": '"' * 20_000 + " ana@acme.example"}),
    "comments": lambda: raw("x", **{"from": "(" * 10_000 + " ana@acme.example"}),
    "nested": lambda: raw(
        "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(2000)) + "\r\nhello",
        'Content-Type: multipart/mixed; boundary="b"',
    ),
    "parts": lambda: multipart("mixed", *[TEXT + "x"] * 20_000),
    "folded lines": lambda: raw("x", subject="x" + "\r\n y" * 100_000),
    "parameters": lambda: raw("x", "Content-Type: text/plain; " + "a*0=x;" * 5000),
    "references": lambda: raw("x", references="a" * 190_000),
    "deep markup": lambda: raw("<div>" * 100_000 + "here", "Content-Type: text/html"),
    "noise": lambda: os.urandom(500_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_messages_end_soon(name: str) -> None:
    """M-02, S-22"""
    message = HOSTILE[name]()
    began = time.process_time()
    mail = parsing.parse(message)
    assert time.process_time() - began < 5
    assert len(mail.to) <= 500
    assert len(mail.attachments) <= 1000


def test_essential_fields_survive_an_oversized_header_block() -> None:
    """M-02"""
    message = (
        b"Received: " + b"x" * 50_000 + b"\r\n" + b"".join(b"X-A%d: " % n + b"y" * 60_000 + b"\r\n" for n in range(9))
    )
    mail = parsing.parse(message + raw("hello"))
    assert (mail.subject, sender(mail)[1], mail.body_text) == ("PO 4711", "ana@acme.example", "hello")


def test_a_large_attachment_is_quick() -> None:
    body = base64.encodebytes(bytes(10 * 1024 * 1024)).decode()
    part = f"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{body}"
    message = multipart("mixed", TEXT + "x", part)
    began = time.process_time()
    assert len(parsing.parse(message).attachments[0].content) == 10 * 1024 * 1024
    assert time.process_time() - began < 3


def test_random_mutations_never_raise() -> None:
    """M-03: seeded noise over real shapes."""
    seeds = [multipart("alternative", TEXT + "a", HTML + "<p>b</p>"), raw("x", subject="=?utf-8?B?R3LDvA==?=")]
    dice = random.Random(11)
    for _ in range(400):
        message = bytearray(dice.choice(seeds))
        for _ in range(dice.randint(1, 12)):
            position = dice.randrange(len(message))
            message[position : position + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 3))
        parsing.parse(bytes(message))


def test_the_content_hash_ignores_trace_and_transport() -> None:
    """M-14"""
    text = raw("Grüße\r\n", "Content-Type: text/plain; charset=utf-8")
    traced = b"Received: by mx\r\nX-Spam: no\r\n" + text
    encoded = raw(
        "Gr=C3=BC=C3=9Fe\n", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"
    )
    hashes = {parsing.parse(one).content_hash for one in (text, traced, encoded, text.replace(b"\r\n", b"\n"))}
    assert len(hashes) == 1
    assert parsing.parse(raw("Other\r\n")).content_hash not in hashes

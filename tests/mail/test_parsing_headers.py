"""Header fields and addresses in every broken form (M-05, M-06, M-08): read, never raised on, remarked on."""

from __future__ import annotations

import base64
import random

import pytest

from mail import parsing
from mail.parsing import ParsedMail
from tests.mail.messages import TEXT, multipart, raw


def kinds(mail: ParsedMail) -> list[str]:
    return [one.kind for one in mail.remarks]


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("=?UTF-8?B?R3LDvMOfZQ==?= und =?UTF-8?Q?=C3=A4?=", "Grüße und ä"),
        ("=?utf-8?B?R3LDvMOfZQ?=", "Grüße"),
        ("=?utf-8?B?R3LDvMOfZQ=?=", "Grüße"),
        ("=?utf-8?B?R3LD vMOf ZQ==?=", "Grüße"),
        ("=?utf-8?B??=", ""),
        ("=?utf-8?Q??= x", "x"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=??Q?abc?=", "=??Q?abc?="),
        ("=?iso-8859-1?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?Q?Gr=FC=DFe?=", "Grüße"),
        ("=?gb2312?B?tqm1pQ==?=", "订单"),
        ("=?ks_c_5601-1987?B?wda5rg==?=", "주문"),
        ("=?no-such?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?Q?50=25_=3D_half=?=", "50% = half"),
        ("=?utf-8?Q?what=3F_yes=21?=", "what? yes!"),
        ("=?utf-8?Q?a?b?=", "a?b"),
        ("=?utf-8?Q?one?==?utf-8?Q?two?=", "onetwo"),
        ("=?utf-8?Q?one?= two =?utf-8?Q?three?=", "one two three"),
        ("Re: =?utf-8?b?R3LDvMOfZQ==?=, danke", "Re: Grüße, danke"),
        ("(=?utf-8?Q?=C3=A4?=)", "(ä)"),
        ("=?utf-8?Q?=F0=9F=93?= =?utf-8?Q?=A6?=", "📦"),
        ("=?utf-16?B?//5HAHIA/AA=?=", "Grü"),
        ("=?unicode-1-1-utf-7?Q?Gr+APwA3w-e?=", "Grüße"),
        ("=?rot13?Q?uryyb?=", "uryyb"),
        ("\u200b\u200e\u202e", ""),
        ("\u202eevil", "\u202eevil"),
        ("   ", ""),
        ("=?utf-8?Q?=E2=80=8B?=", ""),
        ("tab\there", "tab here"),
        ("a\x0bb\x1cc", "a b c"),
    ],
)
def test_encoded_words_in_every_broken_form(subject: str, expected: str) -> None:
    """M-05, M-08"""
    assert parsing.parse(raw("x", subject=subject)).subject == expected


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("gb2312", "关于您的订单号码"),
        ("iso-8859-2", "Zażółć gęślą"),
        ("koi8-r", "Заказ лицензий"),
        ("euc-kr", "주문 번호"),
    ],
)
def test_a_raw_subject_is_read_in_the_charset_of_the_text(charset: str, text: str) -> None:
    """M-05"""
    head = b"From: a@x.example\r\nSubject: " + text.encode(charset) + b"\r\n"
    part = f"Content-Type: text/plain; charset={charset}\r\n\r\nx".encode()
    assert parsing.parse(head + part).subject == text
    whole = head + b"Content-Type: multipart/mixed; boundary=s\r\n\r\n--s\r\n" + part + b"\r\n--s--"
    assert parsing.parse(whole).subject == text
    assert parsing.parse(head.replace(text.encode(charset), "Grüße".encode()) + part).subject == "Grüße"


def test_a_folded_subject_is_one_line() -> None:
    """M-05: continuation lines of blanks only, tabs, and a value that begins on the next line."""
    message = b"From: a@x.example\r\nSubject:\r\n  one\r\n\t\r\n two\r\n\tthree\r\n\r\nx"
    assert parsing.parse(message).subject == "one two three"


@pytest.mark.parametrize(
    "message",
    [
        b"\xef\xbb\xbfFrom: a@x.example\r\nSubject: s\r\n\r\nbody",
        b"From a@x.example Tue Nov 22 14:10:00 2022\nFrom: a@x.example\nSubject: s\n\nbody",
        b">From a@x.example Tue Nov 22 14:10:00 2022\r\nFrom: a@x.example\r\nSubject: s\r\n\r\nbody",
        b"\r\n\r\nFrom: a@x.example\r\nSubject: s\r\n\r\nbody",
        b"From: a@x.example\rSubject: s\r\rbody",
        b"From: a@x.example\rSubject: s\r\rbody\r\n",
        b"From: a@x.example\nSubject: s\r\n\nbody",
        b"From: a@x.example\r\nSubject: s\n\r\nbody",
        b"From: a@x.example\r\r\nSubject: s\r\r\n\r\r\nbody",
        b"From : a@x.example\r\nSubject\t: s\r\n\r\nbody",
        b"FROM:a@x.example\r\nsUBJECT:s\r\n\r\nbody",
        b"From: a@x.example\r\nthis line is none\r\nSubject: s\r\n\r\nbody",
        b"garbage\r\nFrom: a@x.example\r\nSubject: s\r\n\r\nbody",
        b"From: a@x.example\r\nX-\xff\xfe: odd\r\nSubject: s\r\n\r\nbody",
        b"From: a@x.example\r\nSubject: s\x00\r\n\r\nbo\x00dy",
        "\ufeffFrom: a@x.example\r\nSubject: s\r\n\r\nbody".encode("utf-16-le"),
        "\ufeffFrom: a@x.example\r\nSubject: s\r\n\r\nbody".encode("utf-16-be"),
    ],
)
def test_odd_beginnings_and_line_ends(message: bytes) -> None:
    """M-05: BOM, mbox line, bare CR, mixed ends, NUL, blanks before the colon, a line that is no field."""
    mail = parsing.parse(message)
    assert mail.from_ is not None
    assert (mail.from_.address, mail.subject, mail.body_text) == ("a@x.example", "s", "body")


def test_a_body_that_looks_like_a_field_stays_the_body() -> None:
    mail = parsing.parse(b"From: a@x.example\r\nSubject: s\r\nno field\r\nNote: well\r\n")
    assert mail.body_text == "no field\nNote: well"


def test_a_bare_cr_in_a_field_brings_no_field_of_its_own() -> None:
    """M-05, S-10: the first From wins, whatever a reader makes of the line end."""
    mail = parsing.parse(b"From: ana@acme.example\r\nSubject: a\rFrom: evil@x.example\r\n\r\nx")
    assert mail.from_ is not None
    assert mail.from_.address == "ana@acme.example"
    assert "\r" not in mail.subject


@pytest.mark.parametrize("name", ["From", "Subject", "Sender", "Reply-To"])
def test_a_field_that_occurs_twice_is_remarked_on(name: str) -> None:
    """M-05: the first wins and a reader sees that there were two."""
    extra = [f"{name}: evil@x.example"] * (1 if name in {"From", "Subject"} else 2)
    mail = parsing.parse(raw("x", *extra))
    assert mail.from_ is not None
    assert mail.from_.address == "ana@acme.example"
    [remark] = mail.remarks
    assert remark.kind == "duplicate-header"
    assert remark.text == f"The header {name} occurs 2 times; the first one counts."


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ('"Ana (Sales)" <a@x.example>', [("Ana (Sales)", "a@x.example")]),
        ("Ana (Sales) <a@x.example>", [("Ana", "a@x.example")]),
        ("(c1) a@x.example (c2)", [("c1 c2", "a@x.example")]),
        ("a@x.example (one (nested) comment)", [("one (nested) comment", "a@x.example")]),
        ("A: ;, B: b@x.example;, c@x.example", [("", "b@x.example"), ("", "c@x.example")]),
        ("Undisclosed recipients:;", []),
        ('"Group, A": a@x.example, b@x.example;', [("", "a@x.example"), ("", "b@x.example")]),
        ("<a@x.example", [("", "a@x.example")]),
        ("a@x.example>", [("", "a@x.example")]),
        ("Ana <<a@x.example>>", [("Ana", "a@x.example")]),
        ("Ana a@x.example>", [("Ana", "a@x.example")]),
        ("<mailto:a@x.example>", [("", "a@x.example")]),
        ("'a@x.example'", [("", "a@x.example")]),
        ("'Ana' <a@x.example>", [("Ana", "a@x.example")]),
        ('"Ana \\"The Best\\" Silva" <a@x.example>', [('Ana "The Best" Silva', "a@x.example")]),
        ('Ana "The Best" Silva <a@x.example>', [("Ana The Best Silva", "a@x.example")]),
        ("=?utf-8?Q?Ana_=3Ca=40x=2Eexample=3E?= <b@x.example>", [("Ana <a@x.example>", "b@x.example")]),
        ("=?utf-8?Q?a=40x=2Eexample?=", [("", "a@x.example")]),
        ("<=?utf-8?Q?a=40x=2Eexample?=>", [("", "a@x.example")]),
        ("@relay.example,@other.example:a@x.example", [("", "a@x.example")]),
        ("<@r.example,@s.example:a@x.example>", [("", "a@x.example")]),
        ('"a b"@x.example', [("", '"a b"@x.example')]),
        ('<"a b"@x.example>', [("", '"a b"@x.example')]),
        ("<a@x.example> (Ana)", [("Ana", "a@x.example")]),
        ("a@x.example,,, ,b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("a@x.example b@x.example", [("", "a@x.example")]),
        ("<a@x.example><b@x.example>", [("", "a@x.example")]),
        ("<>, b@x.example", [("", "b@x.example")]),
        ("Ana <a@b@x.example>", [("Ana", "a@b@x.example")]),
        ("Ana <a@>", []),
        ("Ana <@x.example>", []),
        ("=?utf-8?Q?Nord,_Pat?= <a@x.example>", [("Nord, Pat", "a@x.example")]),
        ('"<b>Pat</b>" <a@x.example>', [("<b>Pat</b>", "a@x.example")]),
        ('"pat..n"@x.example', [("", '"pat..n"@x.example')]),
        ("a=b <a=b@x.example>", [("a=b", "a=b@x.example")]),
        ("a@localhost", [("", "a@localhost")]),
        ("a@[192.0.2.1]", [("", "a@[192.0.2.1]")]),
        ("Ünïcode <ü@bücher.example>", [("Ünïcode", "ü@bücher.example")]),
        ("a@xn--bcher-kva.example", [("", "a@xn--bcher-kva.example")]),
        ("\u202eAna\u202c <a@x.example>", [("\u202eAna\u202c", "a@x.example")]),
    ],
)
def test_addresses_in_every_broken_form(field: str, expected: list[tuple[str, str]]) -> None:
    """M-06"""
    mail = parsing.parse(raw("x", to=field))
    assert [(one.name, one.address) for one in mail.to] == expected


@pytest.mark.parametrize(
    ("field", "posed"),
    [
        ("boss@gitlab.com <evil@x.example>", "boss@gitlab.com"),
        ('"boss@gitlab.com" <evil@x.example>', "boss@gitlab.com"),
        ("=?utf-8?Q?Boss_=3Cboss=40gitlab=2Ecom=3E?= <evil@x.example>", "boss@gitlab.com"),
    ],
)
def test_a_name_that_is_another_address_is_remarked_on(field: str, posed: str) -> None:
    """M-06"""
    [remark] = parsing.parse(raw("x", **{"from": field})).remarks
    assert remark.kind == "name-is-address"
    assert posed in remark.text
    assert "evil@x.example" in remark.text


@pytest.mark.parametrize(
    "field", ["ana@x.example <ANA@x.example>", "ana@x.example (ana@x.example)", "Ana <a@x.example>"]
)
def test_a_name_that_repeats_the_address_is_nothing_to_remark_on(field: str) -> None:
    """M-06"""
    assert kinds(parsing.parse(raw("x", **{"from": field}))) == []


def test_a_very_long_address_is_no_crash() -> None:
    """M-06"""
    mail = parsing.parse(raw("x", **{"from": f"{'a' * 3000}@x.example"}))
    assert mail.from_ is not None
    assert len(mail.from_.address) <= 500


def test_many_recipients_are_cut_and_said_to_be() -> None:
    """M-02"""
    mail = parsing.parse(raw("x", to=", ".join(f"a{number}@x.example" for number in range(600))))
    assert len(mail.to) == 500
    assert kinds(mail) == ["cut"]


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("Content-Disposition: attachment; filename*=utf-8''%", "%"),
        ("Content-Disposition: attachment; filename*=''a.pdf", "a.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8'a.pdf", "utf-8'a.pdf"),
        ("Content-Disposition: attachment; filename*=a.pdf", "a.pdf"),
        ("Content-Disposition: attachment; filename*=no-such''M%C3%A4rz.pdf", "März.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''M%E4rz.pdf", "März.pdf"),
        ("Content-Disposition: attachment; filename*0=a; filename*2=c.pdf", "ac.pdf"),
        ("Content-Disposition: attachment; filename*0*=utf-8''M%C3; filename*1*=%A4rz.pdf", "März.pdf"),
        ('Content-Disposition: attachment; filename*0="M"; filename*1="ärz.pdf"', "März.pdf"),
        ("Content-Disposition: attachment; filename*99999=b.pdf; filename*0=a", "ab.pdf"),
        ("Content-Disposition: attachment; filename=a.pdf; filename=b.pdf", "a.pdf"),
        ("Content-Disposition: attachment; FILENAME=a.pdf", "a.pdf"),
        ("Content-Disposition: attachment;filename = a.pdf ;x=y", "a.pdf"),
        ('Content-Disposition: attachment filename="a.pdf"', "a.pdf"),
        ('Content-Disposition: attachment; filename="a;b=c.pdf"', "a;b=c.pdf"),
        ("Content-Disposition: attachment; filename==?utf-8?B?TcOkcnoucGRm?=", "März.pdf"),
        ('Content-Disposition: attachment; filename="=?utf-8?B?TcOkcno?= =?utf-8?B?LnBkZg==?="', "März.pdf"),
        ('Content-Disposition: attachment; filename="=?utf-8?Q?M=C3=A4rz.pdf"', "März.pdf"),
        ("Content-Disposition: attachment; filename=''", "''"),
        ('Content-Disposition: attachment; filename=""', "attachment.bin"),
        ('Content-Disposition: attachment; filename="...."', "attachment.bin"),
        ('Content-Disposition: attachment; filename="a\x00b.pdf"', "ab.pdf"),
        ('Content-Disposition: attachment; filename="' + "x" * 400 + '.pdf"', "x" * 251 + ".pdf"),
        ("Content-Disposition: ; filename=a.pdf", "a.pdf"),
        ("Content-Disposition: filename=a.pdf", "a.pdf"),
        ("Content-Disposition: attachment\r\nContent-Location: po%204711.pdf", "po%204711.pdf"),
    ],
)
def test_file_names_in_every_broken_form(field: str, expected: str) -> None:
    """M-11, S-01"""
    part = f"Content-Type: application/octet-stream\r\n{field}\r\n\r\ncontent"
    mail = parsing.parse(multipart("mixed", TEXT + "x", part))
    assert [one.filename for one in mail.attachments] == [expected]


def test_a_header_block_that_is_too_long_is_cut_and_said_to_be() -> None:
    """M-02"""
    assert kinds(parsing.parse(b"X-A: y\r\n" * 60_000 + raw("hello"))) == ["cut"]
    assert kinds(parsing.parse(raw("x", subject="y" * 100_000))) == ["cut"]


@pytest.mark.parametrize("seed", range(8))
def test_random_header_blocks_never_raise(seed: int) -> None:
    """M-03: pieces that matter to parsers, thrown together."""
    dice = random.Random(seed)
    pieces = [
        '"',
        "<",
        ">",
        "(",
        ")",
        ",",
        ";",
        ":",
        "@",
        "\\",
        "=?utf-8?Q?",
        "?=",
        "=?utf-8?B?",
        "\r\n ",
        "\r",
        "\n",
        "\0",
    ]
    pieces += [
        "ana",
        "x.example",
        "\xff",
        "ü",
        "*0*=",
        "''",
        "%",
        "--sep",
        "=",
        " ",
        "\t",
        "[",
        "]",
        "\u202e",
        "a" * 300,
    ]
    names = ["from", "to", "subject", "content-type", "content-disposition", "message-id", "references", "date", "cc"]
    for _ in range(60):
        fields = {name: "".join(dice.choices(pieces, k=dice.randint(0, 40))) for name in names}
        mail = parsing.parse(raw(base64.b64encode(dice.randbytes(30)), **fields))
        assert "\0" not in mail.subject + mail.body_text
        mail.subject.encode()
        assert all(len(one.address) <= 500 and "\n" not in one.name + one.address for one in (*mail.to, *mail.cc))

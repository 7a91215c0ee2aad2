"""Which text a reader sees and which files stay files (M-10, M-11), in every shape mail programs make of them."""

from __future__ import annotations

import base64

import pytest

from mail import flowed, parsing
from mail.parsing import ParsedMail
from tests.mail.messages import HTML, TEXT, multipart, raw

IMAGE = "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n{}\r\n\r\niVBORw0KGgo="


def names(mail: ParsedMail) -> list[tuple[str, bool]]:
    return [(one.filename, one.inline) for one in mail.attachments]


def within(kind: str, *parts: str, boundary: str = "in") -> str:
    inner = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{inner}--{boundary}--'


@pytest.mark.parametrize(
    "plain",
    [
        "",
        " \r\n\r\n",
        "\u00a0\u00a0\r\n",
        "\u200b\ufeff",
        "This message is in HTML format. Your email client does not support HTML.",
        "Your email program cannot display HTML messages.",
        "To view this message, use an HTML-compatible mail reader.",
        "Ihr E-Mail-Programm unterstützt leider kein HTML.",
        "This email is in HTML. Please turn on HTML in your program to read it.",
    ],
)
def test_a_plain_part_that_says_nothing_gives_way(plain: str) -> None:
    """M-10"""
    mail = parsing.parse(multipart("alternative", TEXT + plain, HTML + "<p>the words</p>"))
    assert (mail.body_text, mail.has_plain) == ("the words", False)


def test_a_plain_part_about_html_is_still_words() -> None:
    mail = parsing.parse(
        multipart("alternative", TEXT + "Does your portal support HTML? We need it.", HTML + "<p>x</p>")
    )
    assert (mail.body_text, mail.has_plain) == ("Does your portal support HTML? We need it.", True)


def test_a_notice_alone_is_shown() -> None:
    mail = parsing.parse(raw("Your email client does not support HTML."))
    assert mail.body_text == "Your email client does not support HTML."


@pytest.mark.parametrize(
    "message",
    [
        multipart("related", TEXT + "words", IMAGE.format("Content-ID: <a@x>")),
        multipart(
            "mixed", within("alternative", TEXT + "words", HTML + "<p>w</p>"), "Content-Type: image/gif\r\n\r\nx"
        ),
        multipart("alternative", TEXT + "words", within("related", HTML + "<p>w</p>", IMAGE.format("X: y"))),
        multipart("alternative", within("mixed", TEXT + "words"), HTML + "<p>w</p>"),
        multipart("mixed", within("mixed", within("mixed", TEXT + "words", boundary="deep"))),
        multipart("alternative", TEXT + "words", HTML + "<p>w</p>", "Content-Type: text/x-amp-html\r\n\r\n<html amp>"),
        multipart("mixed", "Content-Type: text/plain; name=text.txt\r\nContent-Disposition: inline\r\n\r\nwords"),
        multipart("mixed", "\r\nwords"),
        multipart("mixed", "Content-Type: TEXT/PLAIN\r\n\r\nwords"),
        multipart("mixed", "Content-Type: text\r\n\r\nwords"),
        multipart("mixed", "Content-Type: text/plain charset=utf-8\r\n\r\nwords"),
        multipart("mixed", TEXT + "words").replace(b'boundary="sep"', b"boundary=sep"),
        multipart("mixed", TEXT + "words").replace(b'boundary="sep"', b"x=y"),
        multipart("mixed", TEXT + "words").replace(b'boundary="sep"', b'boundary="other"'),
        multipart("mixed", TEXT + "words").replace(b"--sep--", b""),
        multipart("mixed", TEXT + "words").replace(b"\r\n", b"\n"),
        multipart("mixed", TEXT + "words").replace(b"--sep\r\n", b"--sep  \t\r\n"),
        raw(
            "preamble\r\n--sep\r\n" + TEXT + "words\r\n--sep--\r\nepilogue",
            'Content-Type: multipart/mixed; boundary="sep"',
        ),
    ],
)
def test_the_words_are_found(message: bytes) -> None:
    """M-10"""
    assert parsing.parse(message).body_text == "words"


def test_amp_is_ignored() -> None:
    """M-12"""
    amp = "Content-Type: text/x-amp-html\r\n\r\n<html amp4email>evil</html>"
    mail = parsing.parse(multipart("alternative", TEXT + "words", amp, HTML + "<p>w</p>"))
    assert (mail.body_html, mail.attachments) == ("<p>w</p>", ())


def test_a_lists_footer_is_part_of_the_text() -> None:
    """M-10: plain and HTML footers, below one text or both forms of it."""
    mail = parsing.parse(
        multipart("mixed", within("alternative", TEXT + "words", HTML + "<p>words</p>"), TEXT + "_____\r\nlist footer")
    )
    assert mail.body_text == "words\n\n_____\nlist footer"
    assert "list footer" in mail.body_html
    html_footer = parsing.parse(multipart("mixed", TEXT + "words", HTML + "<p>footer</p>"))
    assert html_footer.body_text == "words\n\nfooter"


def test_text_after_an_attachment_is_text() -> None:
    """M-10: Apple Mail."""
    pdf = "Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF"
    mail = parsing.parse(multipart("mixed", TEXT + "before", pdf, TEXT + "after"))
    assert (mail.body_text, names(mail)) == ("before\n\nafter", [("a.pdf", False)])


@pytest.mark.parametrize(
    ("markup", "field", "inline"),
    [
        ('<img src="cid:a@x">', "Content-ID: <a@x>", True),
        ("<img src='CID:A@X'>", "Content-ID: <a@x>", True),
        ("<img src=cid:a@x>", "Content-ID: a@x", True),
        ('<img src="cid:a%40x">', "Content-ID: <a@x>", True),
        ("<div style=\"background:url('cid:a@x')\">", "Content-ID: <a@x>", True),
        ('<img src="cid:b@x">', "Content-ID: <a@x>", False),
        ("<p>none</p>", "Content-ID: <a@x>", False),
        ('<img src="cid:a@x">', "X-None: y", False),
    ],
)
def test_a_picture_is_inline_only_where_the_text_shows_it(markup: str, field: str, inline: bool) -> None:
    """M-10: a cid without part loses nothing, a part without cid stays an attachment."""
    mail = parsing.parse(multipart("related", HTML + markup, IMAGE.format(field + "\r\nContent-Disposition: inline")))
    assert names(mail) == [("attachment.png", inline)]


@pytest.mark.parametrize("markup", ['<a href="https://x.example">l</a>' * 5001, "<p>words</p>" * 100_000])
def test_html_too_large_to_show_is_shown_as_text(markup: str) -> None:
    """M-10: more than 5000 links or 1 MB."""
    mail = parsing.parse(multipart("alternative", TEXT + "plain words", HTML + markup))
    assert (mail.body_text, mail.body_html) == ("plain words", "")
    assert [one.kind for one in mail.remarks] == ["cut"]
    alone = parsing.parse(raw(markup, "Content-Type: text/html"))
    assert alone.body_text
    assert alone.body_html == ""


def test_five_thousand_links_are_shown() -> None:
    mail = parsing.parse(raw('<a href="https://x.example">l</a>' * 5000, "Content-Type: text/html"))
    assert mail.body_html
    assert mail.remarks == ()


@pytest.mark.parametrize(
    ("text", "delete_space", "expected"),
    [
        ("one \ntwo\nthree", False, "one two\nthree"),
        ("one \ntwo", True, "onetwo"),
        ("> one \n> two\nthree", False, "> one two\nthree"),
        ("> one \n>> two", False, "> one \n>> two"),
        (" >from", False, ">from"),
        ("one\n\n two", False, "one\n\ntwo"),
        ("words \n-- \nAna", False, "words \n-- \nAna"),
        ("one ", False, "one "),
        (">\n> one", False, ">\n> one"),
        ("", False, ""),
    ],
)
def test_flowed_text_is_joined(text: str, delete_space: bool, expected: str) -> None:
    """M-10: RFC 3676."""
    assert flowed.unwrapped(text, delete_space=delete_space) == expected


def test_flowed_text_is_joined_in_a_message() -> None:
    """M-10"""
    mail = parsing.parse(raw("one \r\ntwo\r\n", "Content-Type: text/plain; format=Flowed; delsp=yes"))
    assert mail.body_text == "onetwo"
    assert parsing.parse(raw("one \r\ntwo\r\n", "Content-Type: text/plain")).body_text == "one \ntwo"


@pytest.mark.parametrize(
    "part",
    [
        "Content-Type: application/octet-stream\r\n\r\nwords in it",
        "Content-Type: text/csv\r\n\r\na,b",
        "Content-Type: application/json\r\n\r\n{}",
        "Content-Type: nonsense/\r\nContent-Disposition: attachment\r\n\r\nx",
        "Content-Type: application/zip; name=a.zip\r\n\r\nPK\x03\x04",
        "Content-Type: message/external-body; access-type=URL\r\n\r\nx",
    ],
)
def test_files_stay_files(part: str) -> None:
    """M-11: nothing is unpacked, nothing taken for text."""
    mail = parsing.parse(multipart("mixed", TEXT + "words", part))
    assert (mail.body_text, len(mail.attachments)) == ("words", 1)


def test_the_message_of_a_single_file() -> None:
    """M-11"""
    mail = parsing.parse(raw("%PDF", "Content-Type: application/pdf; name=po.pdf"))
    assert (mail.body_text, names(mail)) == ("", [("po.pdf", False)])
    text = parsing.parse(raw("a,b", "Content-Type: text/csv", "Content-Disposition: attachment; filename=a.csv"))
    assert names(text) == [("a.csv", False)]


@pytest.mark.parametrize(
    ("encoding", "body", "expected"),
    [
        ("base64", "SGVsbG8gd29ybGQ=", "Hello world"),
        ("BASE64 ", "SGVs\r\nbG8g\r\n\r\nd29y bGQ", "Hello world"),
        ("base64", "SGVsbG8*gd29y!bGQ", "Hello world"),
        ("base64", "", ""),
        ("base64", "A", ""),
        ("quoted-printable", "Hello=\r\n world=20", "Hello world"),
        ("quoted-printable", "Hello=zz =", "Hello=zz"),
        ("7bit; x=y", "Hello", "Hello"),
        ("x-unknown", "Hello", "Hello"),
        ("8bit", "Grüße", "Grüße"),
        ("binary", "Hello\r\n\x00world", "Hello\nworld"),
    ],
)
def test_transfer_encodings(encoding: str, body: str, expected: str) -> None:
    """M-05"""
    message = raw(body, f"Content-Transfer-Encoding: {encoding}", "Content-Type: text/plain; charset=utf-8")
    assert parsing.parse(message).body_text == expected


def test_base64_longer_than_a_piece_is_whole() -> None:
    content = bytes(range(256)) * 12_000
    for width in (76, 75, 77, 1_000_003):
        text = lines_of(content, width)
        part = f"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{text}"
        assert parsing.parse(multipart("mixed", TEXT + "x", part)).attachments[0].content == content


def lines_of(content: bytes, width: int) -> str:
    letters = base64.b64encode(content).decode()
    return "\r\n".join(letters[start : start + width] for start in range(0, len(letters), width))


def test_a_text_of_a_million_letters_is_cut_and_said_to_be() -> None:
    """M-02"""
    mail = parsing.parse(raw("x" * 1_200_000))
    assert (len(mail.body_text), [one.kind for one in mail.remarks]) == (1_000_000, ["cut"])


def test_too_many_parts_and_levels_are_said() -> None:
    """M-02"""
    many = parsing.parse(multipart("mixed", *[TEXT + "x"] * 1500))
    assert [one.kind for one in many.remarks] == ["cut"]
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(150))
    assert [
        one.kind for one in parsing.parse(raw("--b\r\n" + deep, "Content-Type: multipart/mixed; boundary=b")).remarks
    ] == ["cut"]

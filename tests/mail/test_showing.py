"""How a mail is shown: light words, folded history, its own layout for a frame; and nothing of an attack."""

# ruff: noqa: E501 - mails as programmes write them

from __future__ import annotations

import re
import time

import pytest

from mail import parsing, showing
from mail.showing import Shown
from tests.mail.hostile import ATTACKS, ATTACKS_IN_PARTS, harmless
from tests.mail.messages import HTML, TEXT, multipart, raw


def shown(html: str, *, text: str = "", subject: str = "") -> Shown:
    return showing.of(text=text, html=html, subject=subject, has_plain=bool(text))


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs_and_nothing_is_fetched(attack: str) -> None:
    """S-02, S-28: alone, inside a layout, and in the quoted history."""
    framed = f'<table bgcolor="#ffeecc"><tr><td>Hello {attack} world</td></tr></table>'
    answered = f'Yes<div class="gmail_quote">On Tue, Ana wrote:<blockquote type="cite">{framed}</blockquote></div>'
    for one in (attack, framed, answered, f"{framed}{answered}"):
        made = shown(one, text="plain")
        for part in (made.own_html, made.quoted_html, made.rich_html):
            harmless(part)


@pytest.mark.parametrize("attack", ATTACKS_IN_PARTS)
def test_what_arrives_by_mail_is_harmless_too(attack: str) -> None:
    """S-02: the same through the bytes of a mail, in a text part and in an HTML part."""
    for kind in (HTML, TEXT):
        made = parsing.parse(multipart("mixed", kind + attack)).shown
        for part in (made.own_html, made.quoted_html, made.rich_html):
            harmless(part)


def test_simple_html_keeps_its_lists_and_links() -> None:
    """M-10"""
    made = shown(
        "<p>Hello <b>Ana</b>,</p><ul><li>one</li><li>two<ol start=3><li>three</li></ol></li></ul>"
        '<p>See <a href="https://acme.example/x?a=1&amp;b=2">our site</a>.</p>',
        text="Hello Ana,\n* one",
    )
    assert made.own_html == (
        "<p>Hello <strong>Ana</strong>,</p><ul><li>one</li><li>two<ol><li>three</li></ol></li></ul><p>See "
        '<a href="https://acme.example/x?a=1&amp;b=2" title="https://acme.example/x?a=1&amp;b=2" target="_blank"'
        ' rel="noopener noreferrer nofollow">our site</a>.</p>'
    )
    assert (made.rich_html, made.remote_images, made.quoted_html) == ("", 0, "")


@pytest.mark.parametrize(
    ("html", "light"),
    [
        ("<div>Hi Ana,<div><br></div><div>one</div><div>two</div></div>", "<p>Hi Ana,</p><p>one<br>two</p>"),
        ("a<br>b<br><br>c", "<p>a<br>b</p><p>c</p>"),
        (
            "<p class=MsoNormal>Hi<o:p></o:p></p><p class=MsoNormal>there</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>x</p>",
            "<p>Hi<br>there</p><p>x</p>",
        ),
        ("<p style='margin:0cm 0cm 0pt'>a</p><p style='margin:0cm'>b</p>", "<p>a<br>b</p>"),
        ("<p style='margin:0 0 12px'>a</p><p style='margin:0 0 12px'>b</p>", "<p>a</p><p>b</p>"),
        ("<p style='margin-top:0;margin-bottom:0px'>a</p><p style='margin:0 auto'>b</p>", "<p>a<br>b</p>"),
        ("<b><div>x</div><div>y</div></b>", "<p><strong>x</strong><br><strong>y</strong></p>"),
        ("<h1>Order</h1>text", "<p><strong>Order</strong></p><p>text</p>"),
        ("<span style='font-weight:700'>x</span><i>y</i>", "<p><strong>x</strong><em>y</em></p>"),
        ("<div style='display:none'>preheader</div><p>Hello</p>", "<p>Hello</p>"),
        ("<pre>a  b\n  c</pre>", "<pre>a  b\n  c</pre>"),
        ("<ul><li></li></ul><b></b><blockquote> </blockquote>x", "<p>x</p>"),
        (
            '<table><tr><td><img src="https://x.example/l.png"></td><td><b>Ana</b><br>Acme</td></tr></table>',
            "<p><strong>Ana</strong><br>Acme</p>",
        ),
        (
            "<table><tr><th>Item<th>Seats<tr><td>Premium<td colspan=2>40</table>",
            '<table><tbody><tr><th>Item</th><th>Seats</th></tr><tr><td>Premium</td><td colspan="2">40</td></tr></tbody></table>',
        ),
        (
            "see <img src='cid:shot%40x' alt='a &lt;b>'> here",
            '<p>see <span data-cid="shot@x">[a &lt;b&gt;]</span> here</p>',
        ),
        ("<span data-cid='x' onclick=y>z</span>", "<p>z</p>"),
        (
            "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 1 &lt; 2",
            "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; 1 &lt; 2</p>",
        ),
    ],
)
def test_the_lines_stand_as_they_stood(html: str, light: str) -> None:
    assert shown(html).own_html == light


def test_the_html_of_a_mail_is_read_and_not_its_poorer_text() -> None:
    """M-10: HTML with plain fallback; the text where the HTML says nothing."""
    both = "<p>Hello <b>Ana</b></p>"
    assert shown(both, text="Hello Ana").own_html == "<p>Hello <strong>Ana</strong></p>"
    assert shown("<p>&nbsp;</p>", text="Hello Ana").own_html == "<p>Hello Ana</p>"
    stub = shown("<p>This mail is text only.</p>", text="word " * 60)
    assert stub.own_html.count("word") == 60
    assert (
        shown("", text="Hello\n> quoted\nmine").own_html
        == "<p>Hello</p><blockquote><p>quoted</p></blockquote><p>mine</p>"
    )


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>Item<td>Seats<tr><td>Premium<td>40</table>",
        '<div style="background-color:#ffe">x</div>',
        '<div style="background:#ffe none">x</div>',
        '<table bgcolor="navy"><tr><td>x</table>',
        '<p>Hello <img src="https://cdn.example.com/a.png"></p>',
        "<p>This stays black. <span style='color:#ff0000'>And here is my answer.</span></p>",
        "<p>This stays black. <font color=red>And here is my answer.</font></p>",
        '<img src="data:image/png;base64,iVBORw0KGgo=">',
    ],
)
def test_a_mail_that_says_something_by_its_looks_has_a_layout(html: str) -> None:
    assert shown(html).rich_html


@pytest.mark.parametrize(
    "html",
    [
        "<p>Only words</p>",
        '<div style="background-color:#ffffff;color:#1f497d">All in one colour, as Word does</div>',
        '<p>Hello <a href="https://x.example" style="color:#0563c1">a link in blue as links are</a></p>',
        "<p style='color:rgb(32,31,30)'>dark grey words</p><p style='color:windowtext'>and black ones</p>",
        '<p>Hello <img src="cid:shot@x"></p>',
        '<p>Hello <img src="https://track.example.com/o.gif" width="1" height="1"></p>',
        "<table><tr><td>one cell</td></tr></table>",
    ],
)
def test_a_simple_mail_has_none(html: str) -> None:
    assert shown(html).rich_html == ""


def test_the_layout_keeps_looks_and_loads_nothing() -> None:
    """S-28: cid stays for the page, pictures of the web wait and are counted, everything else goes."""
    made = shown(
        '<table bgcolor="#f4f4f4" background="https://cdn.example.com/b.png" style="width:600px;position:fixed;z-index:9">'
        '<tr><td style="color:red;margin:-9px;background:url(https://cdn.example.com/c.png)">'
        '<img src="cid:logo@x" alt="Logo"><img src="https://cdn.example.com/a b.png"><img src="http://cdn.example.com/d.png">'
        '<img src="//evil.example/x"><img src="/tickets/1/"><img src="x.png"><img src="file:///c:/x.png">'
        '<img src="http://127.0.0.1/x"><img src="http://192.168.0.1/reboot"><img src="http://router/x">'
        '<img src="http://printer.local/x"><img src="https://me:pw@x.example/x"><img src="https://x.example:8443/x">'
        '<img src="https://t.example/o.gif" width=1><img src="https://t.example/o.gif" style="height:1px">'
        '<p class="MsoNormal evil">x</p></td></tr></table>'
    )
    harmless(made.rich_html)
    assert made.remote_images == 4
    assert re.findall(r'data-remote="([^"]*)"', made.rich_html) == [
        "https://cdn.example.com/b.png",
        "https://cdn.example.com/c.png",
        "https://cdn.example.com/a%20b.png",
        "http://cdn.example.com/d.png",
    ]
    assert re.findall(r'src="([^"]*)"', made.rich_html) == ["cid:logo@x"]
    assert 'style="width:600px"' in made.rich_html
    assert 'style="color:red"' in made.rich_html
    assert '<p class="MsoNormal">' in made.rich_html


def test_pictures_written_into_the_mail_are_capped() -> None:
    """S-28"""
    small, large = ("data:image/png;base64," + "A" * size for size in (1000, 200_000))
    made = shown(
        f'<img src="{small}"><img src="{large}"><img src="data:image/svg+xml;base64,AAAA"><img src="data:text/html,x">'
    )
    assert re.findall(r'src="([^"]*)"', made.rich_html) == [small]
    many = shown(f'<img src="{"data:image/png;base64," + "A" * 90_000}">' * 10)
    assert many.rich_html.count("<img") == 5


def test_the_history_is_folded_in_both_views() -> None:
    """M-22"""
    made = shown(
        '<div bgcolor=x style="background:#ffe">My answer</div><br><div class="gmail_quote"><div class="gmail_attr">On Tue, 22 Nov'
        ' 2022, Desk wrote:</div><blockquote class="gmail_quote">Your question</blockquote></div>'
    )
    assert made.own_html == "<p>My answer</p>"
    assert made.quoted_html == "<p>On Tue, 22 Nov 2022, Desk wrote:</p><blockquote><p>Your question</p></blockquote>"
    before, fold, after = made.rich_html.partition('<details class="quoted"><summary>…</summary>')
    assert "My answer" in before
    assert fold
    assert "Your question" in after
    assert after.endswith("</details>")


@pytest.mark.parametrize(
    "subject", ["Fwd: your order", "FW: your order", "WG: Bestellung", "TR : commande", "転送: 注文"]
)
def test_a_forwarded_mail_is_shown_whole(subject: str) -> None:
    """What somebody forwards is what they want read."""
    html = 'FYI<div id="divRplyFwdMsg"><b>From:</b> Ana<br><b>Sent:</b> x<br><b>To:</b> y<br></div><p>The order</p>'
    assert "The order" in shown(html, subject=subject).own_html
    assert "The order" in shown("", text="FYI\n\n-----Original Message-----\nThe order", subject=subject).own_html
    assert "The order" in shown(html, subject="Re: your order").quoted_html


def test_too_many_links_or_too_much_html_is_read_as_text() -> None:
    """M-10, S-22"""
    many = shown('<a href="https://x.example/">x</a>' * 5001, text="the text")
    large = shown("<p>word</p>" * 100_000, text="the text")
    deep = shown("<div>" * 3000 + "x", text="the text")
    for made in (many, large, deep):
        assert (made.own_html, made.rich_html, made.too_large) == ("<p>the text</p>", "", True)
    assert not shown('<a href="https://x.example/">x</a>' * 100).too_large


@pytest.mark.parametrize(
    "html",
    [
        "<div style='background:#ffe'>" * 1900 + "x",
        "<b>" * 1900 + "x",
        "<blockquote type=cite>" * 1500 + "x",
        '<p style="color:red">word <img src="https://x.example/a.png"></p>' * 6_000,
        "<table><tr><td>" * 600 + "x",
        "<" * 200_000,
        "&" * 90_000,
        "<p>" + "a:b;" * 200_000 + "</p>",
        f'<p style="{"a:b;" * 200_000}">x</p>',
        f'<p style="color:{"(" * 400_000}">x</p>',
        f'<img src="{"data:image/png;base64," + "A" * 900_000}">',
        "<br>" * 60_000,
        "<div>On Tue, Ana wrote:</div>" * 20_000,
        "<div>> quoted</div><div>own</div>" * 10_000,
        "<td>x" * 100_000,
    ],
)
def test_absurd_markup_ends_soon(html: str) -> None:
    """S-22, ASVS 1.3.12"""
    began = time.process_time()
    shown(html, text="text")
    assert time.process_time() - began < 5


def test_the_parser_fills_it_in() -> None:
    html = "<p>Hi</p><table bgcolor=red><tr><td>x</td></tr></table><img src=https://x.example/a.png>"
    parsed = parsing.parse(multipart("alternative", TEXT + "Hi x", HTML + html))
    assert parsed.shown.own_html == "<p>Hi</p><p>x</p>"
    assert parsed.shown.remote_images == 1
    assert parsing.parse(raw("Hello\n\nOn Tue, 22 Nov 2022, Desk wrote:\n> x\n")).shown == Shown(
        "<p>Hello</p>", "<p>On Tue, 22 Nov 2022, Desk wrote:</p><blockquote><p>x</p></blockquote>", "", 0
    )

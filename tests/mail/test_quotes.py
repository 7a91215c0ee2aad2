"""Folding quoted history: every client's way of quoting, and nothing of the sender's own words."""

# ruff: noqa: E501, RUF001 - quotations as clients write them

from __future__ import annotations

import time

import pytest

from mail import history, markup, quotes
from tests.mail.clients import ANSWERED_HTML, ASKED, QUOTED_HTML

QUOTED = {
    "gmail": "On Tue, Nov 22, 2022 at 2:10 PM Partner Help Desk <partnersupport@gitlab.com>\nwrote:\n\n> Hello Ana,\n> your order",
    "gmail one line": "On Tue, 22 Nov 2022 at 14:10, Desk <d@x.example> wrote:\n> Hello",
    "gmail without marks": "On Tue, 22 Nov 2022 at 14:10, Desk <d@x.example> wrote:\n\nHello Ana,\nyour order",
    "apple": "> On 22. Nov 2022, at 14:10, Desk <d@x.example> wrote:\n> \n> Hello",
    "thunderbird": "On 11/22/22 14:10, Partner Help Desk wrote:\n> Hello",
    "german": "Am 22.11.22 um 14:10 schrieb Partner Help Desk:\n> Hallo",
    "german outlook": "Von: Desk <d@x.example>\nGesendet: Dienstag, 22. November 2022 14:10\nAn: Ana\nBetreff: PO\n\nHallo Ana",
    "outlook": "________________________________\nFrom: Desk <d@x.example>\nSent: Tuesday, November 22, 2022 2:10 PM\nTo: Ana\nSubject: PO\n\nHello",
    "outlook bold": "*From:* Desk <d@x.example>\n*Sent:* Tuesday\n*To:* Ana\n*Subject:* PO\n\nHello",
    "old outlook": "-----Original Message-----\nFrom: Desk\nHello",
    "forwarded": "---------- Forwarded message ---------\nFrom: x\n\nHello",
    "french": "Le mar. 22 nov. 2022 à 14:10, Desk <d@x.example> a écrit :\n> Bonjour",
    "french outlook": "De : Desk <d@x.example>\nEnvoyé : mardi 22 novembre 2022 14:10\nÀ : Ana\nObjet : PO\n\nBonjour",
    "spanish": "El mar, 22 nov 2022 a las 14:10, Desk (<d@x.example>) escribió:\n> Hola",
    "spanish outlook": "De: Desk\nEnviado: martes\nPara: Ana\nAsunto: PO\n\nHola",
    "italian": "Il giorno mar 22 nov 2022 alle ore 14:10 Desk <d@x.example> ha scritto:\n> Ciao",
    "dutch": "Op di 22 nov. 2022 om 14:10 schreef Desk <d@x.example>:\n> Hallo",
    "japanese": "2022年11月22日(火) 14:10 Desk <d@x.example>:\n> こんにちは",
    "japanese outlook": "差出人: Desk\n送信日時: 2022年11月22日\n宛先: Ana\n件名: PO\n\nこんにちは",
    "chinese": "Desk <d@x.example> 于2022年11月22日周二 14:10写道：\n> 你好",
    "portuguese": "Em ter., 22 de nov. de 2022 às 14:10, Desk <d@x.example> escreveu:\n> Olá",
    "polish": "wt., 22 lis 2022 o 14:10 Desk <d@x.example> napisał(a):\n> Cześć",
    "notes": '-----"Desk" <d@x.example> wrote: -----\nTo: Ana\nFrom: Desk\nSubject: PO\n\nHello',
    "with a line of the scanner": "On Tue, 22 Nov 2022 at 14:10, Desk <d@x.example> wrote:\n> Hello\n\nVirus-free. www.avast.com",
    "with the phone's line": "> Hello Ana,\n> your order\n\nVon meinem iPhone gesendet",
    "plain quote": "> Hello Ana,\n>\n> your order",
}


@pytest.mark.parametrize("client", QUOTED)
def test_the_history_is_found(client: str) -> None:
    """M-22"""
    own = "Yes, that is right.\n\nThank you\nAna"
    assert quotes.split(f"{own}\n\n{QUOTED[client]}\n").own == own
    assert "Yes" not in quotes.split(f"{own}\n\n{QUOTED[client]}\n").quoted


@pytest.mark.parametrize(
    "text",
    [
        "Just words.",
        "",
        "> their question\n\nMy answer below it.",
        "On Tue, Desk <d@x.example> wrote:\n> first?\n\nYes.\n\n> second?\n\nNo.",
        "On Tue, 22 Nov 2022 at 14:10, Desk <d@x.example> wrote:\n> all quoted",
        "On Monday we sent the order.\nFrom: Berlin it went to Rome.",
        "From: Berlin\nTo: Rome",
        "We wrote:\nplease send it",
        "Deal ID: GL-1\nFrom: stock",
        "See my answers below.\n\nFrom: Desk\nSent: Tue\nTo: Ana\nSubject: PO\n\nFirst? Yes.",
        "> their question\n-- \nAna",
    ],
)
def test_in_doubt_nothing_is_folded(text: str) -> None:
    """M-22: answers below and between stay in view, and so does a message that is nothing but a quote."""
    assert quotes.split(text) == (text, "")


def test_nothing_is_lost() -> None:
    """M-22"""
    text = "Mine\n\nOn Tue, 22 Nov 2022 at 14:10, Desk <d@x.example> wrote:\n> Theirs\n> more"
    own, quoted = quotes.split(text)
    assert f"{own}\n\n{quoted}" == text


@pytest.mark.parametrize("line", ["On " + "a " * 300, "> ", "From: x", "2022" + " wrote" * 100, "a@b " * 150])
def test_long_texts_are_split_soon(line: str) -> None:
    """ASVS 1.3.12"""
    began = time.process_time()
    quotes.split("\n".join([line] * 20_000) + "\nown")
    assert time.process_time() - began < 3


@pytest.mark.parametrize("client", QUOTED_HTML)
def test_the_history_of_html_is_found(client: str) -> None:
    """M-22: by what the programme marks, else by its words; both halves stay whole."""
    answer = "<div>Yes, it is <b>GL-1</b>.</div><div>Ana</div>"
    own, quoted = (
        markup.write(part) for part in history.split(markup.tokens(f"<div>{answer}{QUOTED_HTML[client]}</div>"))
    )
    assert "GL-1" in own
    assert ASKED not in own
    assert ASKED in quoted
    assert "Hello Ana" not in own
    for part in (own, quoted):
        assert part.count("<div") == part.count("</div>")
        assert part.count("<blockquote") == part.count("</blockquote>")


@pytest.mark.parametrize("case", ANSWERED_HTML)
def test_answers_below_and_between_are_never_cut(case: str) -> None:
    """M-22"""
    own, quoted = history.split(markup.tokens(ANSWERED_HTML[case]))
    assert "MINE" in markup.write(own)
    assert quoted == []


def test_nothing_of_the_html_is_lost() -> None:
    """M-22"""
    for below in QUOTED_HTML.values():
        whole = markup.tokens(f"<p>Yes</p>{below}")
        own, quoted = history.split(whole)
        assert words(own) + words(quoted) == words(whole)


def words(row: list[markup.Token]) -> str:
    return "".join(token.text for token in row if token.kind == "text")

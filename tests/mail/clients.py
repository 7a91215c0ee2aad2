"""How mail programmes quote what is answered, in HTML, in the languages people use them in (M-22).

Each is the part below the answer; `ASKED` stands in all of them and must be folded.
"""

# ruff: noqa: E501 - as the programmes write it

from __future__ import annotations

ASKED = "Which registration is it"

# Language → attribution of webmail and phones, header words of Outlook (From, Sent, To, Subject)
LANGUAGES = {
    "en": ("On Tue, 22 Nov 2022 at 14:10, Partner Help Desk &lt;desk@x.example&gt; wrote:", "From Sent To Subject"),
    "de": (
        "Am Di., 22. Nov. 2022 um 14:10 Uhr schrieb Partner Help Desk &lt;desk@x.example&gt;:",
        "Von Gesendet An Betreff",
    ),
    "fr": ("Le mar. 22 nov. 2022 à 14:10, Partner Help Desk &lt;desk@x.example&gt; a écrit :", "De Envoyé À Objet"),
    "es": (
        "El mar, 22 nov 2022 a las 14:10, Partner Help Desk (&lt;desk@x.example&gt;) escribió:",
        "De Enviado Para Asunto",
    ),
    "ja": ("2022年11月22日(火) 14:10 Partner Help Desk &lt;desk@x.example&gt;:", "差出人 送信日時 宛先 件名"),
    "it": (
        "Il giorno mar 22 nov 2022 alle ore 14:10 Partner Help Desk &lt;desk@x.example&gt; ha scritto:",
        "Da Inviato A Oggetto",
    ),
    "pt": (
        "Em ter., 22 de nov. de 2022 às 14:10, Partner Help Desk &lt;desk@x.example&gt; escreveu:",
        "De Enviado Para Assunto",
    ),
    "nl": (
        "Op di 22 nov. 2022 om 14:10 schreef Partner Help Desk &lt;desk@x.example&gt;:",
        "Van Verzonden Aan Onderwerp",
    ),
    "pl": ("wt., 22 lis 2022 o 14:10 Partner Help Desk &lt;desk@x.example&gt; napisał(a):", "Od Wysłano Do Temat"),
    "fi": (
        "ti 22. marrask. 2022 klo 14.10 Partner Help Desk (desk@x.example) viestitti:",
        "Lähettäjä Lähetetty Vastaanottaja Aihe",
    ),
}


def gmail(attribution: str, _words: list[str]) -> str:
    return (
        '<br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        f'{attribution}<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid '
        f'rgb(204,204,204);padding-left:1ex"><div dir="ltr"><p>Hello Ana,</p><p>{ASKED}?</p></div></blockquote></div>'
    )


def outlook_desktop(_attribution: str, words: list[str]) -> str:
    frm, sent, to, subject = words
    return (
        '<p class="MsoNormal"><o:p>&nbsp;</o:p></p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt '
        f'0cm 0cm 0cm"><p class="MsoNormal"><b><span lang="EN-US">{frm}:</span></b><span lang="EN-US"> Partner Help Desk '
        f"&lt;desk@x.example&gt; <br><b>{sent}:</b> 22. 11. 2022 14:10<br><b>{to}:</b> Ana Silva &lt;ana@y.example&gt;<br><b>"
        f'{subject}:</b> PO 4711<o:p></o:p></span></p></div></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
        f'<p class="MsoNormal">Hello Ana,</p><p class="MsoNormal">{ASKED}?</p>'
    )


def outlook_web(_attribution: str, words: list[str]) -> str:
    frm, sent, to, subject = words
    return (
        '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
        f'<font face="Calibri, sans-serif" style="font-size:11pt" color="#000000"><b>{frm}:</b> Partner Help Desk &lt;desk@x.example&gt;'
        f"<br><b>{sent}:</b> 22 Nov 2022 14:10<br><b>{to}:</b> Ana<br><b>{subject}:</b> PO 4711</font><div>&nbsp;</div></div>"
        f"<div><p>Hello Ana,</p><p>{ASKED}?</p></div>"
    )


def outlook_mobile(_attribution: str, words: list[str]) -> str:
    frm, sent, to, subject = words
    return (
        '<div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div>'
        '<div id="mail-editor-reference-message-container" class="ms-outlook-mobile-reference-message">'
        f'<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg"><b>{frm}:</b> Desk<br><b>{sent}:</b> x<br><b>{to}:</b>'
        f" Ana<br><b>{subject}:</b> PO</div>{ASKED}?</div>"
    )


def apple_mail(attribution: str, _words: list[str]) -> str:
    return (
        f'<div><br><blockquote type="cite"><div>{attribution}</div><br class="Apple-interchange-newline"><div><div>Hello Ana,'
        f"</div><div>{ASKED}?</div></div></blockquote></div><br>"
    )


def iphone(attribution: str, _words: list[str]) -> str:
    return (
        '<br id="lineBreakAtBeginningOfSignature"><div dir="ltr">Sent from my iPhone</div><div dir="ltr"><br><blockquote type="cite">'
        f'{attribution}<br><br></blockquote></div><blockquote type="cite"><div dir="ltr">﻿Hello Ana,<br>{ASKED}?</div></blockquote>'
    )


def thunderbird(attribution: str, _words: list[str]) -> str:
    return (
        f'<div class="moz-cite-prefix">{attribution}<br></div><blockquote type="cite" cite="mid:1@x.example"><p>Hello Ana,</p>'
        f"<p>{ASKED}?</p></blockquote>"
    )


def yahoo(attribution: str, _words: list[str]) -> str:
    return (
        '</div><div id="ydp6f6a" class="yahoo_quoted"><div style="font-family:Helvetica;font-size:13px;color:#26282a;"><div>'
        f"{attribution}</div><div><br></div><div>Hello Ana,<br>{ASKED}?</div></div></div>"
    )


def notes(_attribution: str, words: list[str]) -> str:
    frm, sent, to, subject = words
    return (
        f'<br><br><br><font size=1 color=#5f5f5f face="sans-serif">{frm}: &nbsp; &nbsp; </font><font size=1>Desk &lt;desk@x.example&gt;'
        f"</font><br><font size=1>{to}: &nbsp; &nbsp; Ana</font><br><font size=1>{sent}: &nbsp; 22.11.2022 14:10</font><br>"
        f"<font size=1>{subject}: &nbsp; PO 4711</font><br><hr noshade><br><br><font size=2>Hello Ana,<br>{ASKED}?</font>"
    )


def gmx(attribution: str, _words: list[str]) -> str:
    return (
        '<div name="quote" style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;"><div>'
        f"{attribution}</div><div><p>Hello Ana,</p><p>{ASKED}?</p></div></div>"
    )


def proton(attribution: str, _words: list[str]) -> str:
    return f'<div class="protonmail_quote">{attribution}<br><blockquote class="protonmail_quote" type="cite">{ASKED}?</blockquote><br></div>'


CLIENTS = [
    gmail,
    outlook_desktop,
    outlook_web,
    outlook_mobile,
    apple_mail,
    iphone,
    thunderbird,
    yahoo,
    notes,
    gmx,
    proton,
]
QUOTED_HTML = {
    f"{client.__name__} {language}": client(attribution, words.split())
    for client in CLIENTS
    for language, (attribution, words) in LANGUAGES.items()
    if not (client is notes and language == "fi")  # without a mark of its programme, and in words nobody has taught us
}

# Nothing of these may be folded: the answer stands between or below, or all of it is meant to be read.
ANSWERED_HTML = {
    "below, thunderbird": f'<div class="moz-cite-prefix">On 22/11/2022, Desk wrote:<br></div><blockquote type="cite">{ASKED}?</blockquote><p>MINE, below it</p>',
    "between, gmail": f'<div class="gmail_quote"><div class="gmail_attr">On Tue, Desk wrote:</div><blockquote class="gmail_quote">{ASKED}?</blockquote><div>MINE, between</div><blockquote class="gmail_quote">And which one?</blockquote><div>GL-2</div></div>',
    "between, apple": f'<blockquote type="cite">On Tue, Desk wrote:<br>{ASKED}?</blockquote><div>MINE, between</div><blockquote type="cite">And?</blockquote>',
    "in red, outlook": f'<p>Hi, see my answers below in red.</p><div style="border-top:solid #E1E1E1 1.0pt"><b>From:</b> Desk<br><b>Sent:</b> x<br><b>To:</b> Ana<br><b>Subject:</b> PO</div><p>{ASKED}?</p><p style="color:red">MINE, in red</p>',
    "unten, outlook": f'<p>Antworten siehe unten.</p><div id="divRplyFwdMsg"><b>Von:</b> Desk<br><b>Gesendet:</b> x<br><b>An:</b> Ana<br><b>Betreff:</b> PO</div><p>{ASKED}?</p><p>MINE, unten</p>',
    "only a quotation": f'<div class="gmail_quote">On Tue, Desk wrote:<blockquote type="cite">{ASKED}? MINE</blockquote></div>',
    "a bar of one's own": "<p>The customer says:</p><blockquote>We want forty seats.</blockquote><p>MINE: can you quote it?</p>",
    "indented with gmail": "<p>The numbers:</p><blockquote style='margin:0 0 0 40px;border:none;padding:0px'>MINE: forty seats</blockquote>",
    "a box with a line above": '<p>Hello</p><div style="border-top:solid red 1pt">MINE: what we need</div>',
}

"""Where somebody's own words end and the quoted history begins: for display only, nothing is cut away (M-22).

Line by line and linear; in doubt nothing is folded: answers below or between quoted lines stay in view.
"""

# ruff: noqa: RUF001 - words and colons of other scripts are the point here

from __future__ import annotations

import re
from typing import Final, NamedTuple

WROTE: Final = (
    r"wrote|writes|schrieb|a écrit|ecrit|escribió|escribio|ha scritto|escreveu|schreef|skrev|napisał(?:\(a\))?"
    r"|napsal(?:\(a\))?|написал(?:\(а\))?|kirjoitti|yazdı"
)
ATTRIBUTIONS: Final = (
    re.compile(
        rf"(?:On|Am|Le|El|Il|Em|Op|Den|Dnia|W dniu|Dne|Vào)\b.{{4,400}}\b(?:{WROTE}).{{0,120}}[:：]", re.IGNORECASE
    ),
    re.compile(rf".{{0,300}}(?:@|\d{{4}}).{{0,200}}\b(?:{WROTE})\s*[:：]", re.IGNORECASE),
    re.compile(r"\d{4}年\s?\d{1,2}月\s?\d{1,2}日.{0,200}[:：]"),
    re.compile(r".{0,200}(?:写道|寫道|のメール|님이 작성)\s*[:：]"),
    re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}.{0,200}<[^<>]{3,200}@[^<>]{3,200}>\s*[:：]?"),
)
ATTRIBUTION_START: Final = re.compile(r"(?:On|Am|Le|El|Il|Em|Op|Den|Dnia|W dniu|Dne|Vào)\b|\d{4}", re.IGNORECASE)
SEPARATOR: Final = re.compile(
    r"[-_* ]{2,}\s*(?:Original Message|Original-?Nachricht|Ursprüngliche Nachricht|Message d'origine|Mensaje original"
    r"|Messaggio originale|Mensagem original|Oorspronkelijk bericht|Forwarded message|Weitergeleitete Nachricht"
    r"|Begin forwarded message|元のメッセージ|原始邮件|원본 (?:이메일|메일|메시지)|On\b.{4,300}\bwrote)"
    r"\s*[-_* ]{0,40}:?",
    re.IGNORECASE,
)
FROM_WORDS: Final = "From|Von|De|Da|Van|Od|Från|Fra|Expéditeur|差出人|发件人|寄件者|보낸 사람"
OTHER_WORDS: Final = (
    "Sent|Date|To|Cc|Subject|Gesendet|Datum|An|Betreff|Envoyé|Envoyé le|À|A|Objet|Enviado|Enviado el|Fecha|Para|Asunto"
    "|Inviato|Data|Oggetto|Verzonden|Aan|Onderwerp|Wysłano|Do|Temat|Skickat|Till|Ämne|Sendt|Til|Emne|Assunto|Reply-To"
    "|送信日時|日時|宛先|件名|发送时间|收件人|主题|抄送|보낸 날짜|받는 사람|제목"
)
FROM_LINE: Final = re.compile(rf"\*?(?:{FROM_WORDS})\s?[:：]\*?\s*\S", re.IGNORECASE)
OTHER_LINE: Final = re.compile(rf"\*?(?:{OTHER_WORDS})\s?[:：]\*?", re.IGNORECASE)
RULE: Final = re.compile(r"[_\-=]{10,}")
LONGEST: Final = 600


class Split(NamedTuple):
    own: str
    quoted: str


def split(text: str) -> Split:
    """The sender's own words, and the history below them; the whole text is own where that is not certain."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        stripped = line.strip()
        if not stripped or len(stripped) > LONGEST:
            continue
        after = history_from(lines, index, stripped)
        if after is None:
            continue
        if answered_below(lines, after):
            break
        return cut(lines, index)
    return Split(text, "")


def history_from(lines: list[str], index: int, stripped: str) -> int | None:
    """The line after a heading of quoted history that starts here; the line itself where it is quoted already."""
    if stripped.startswith(">"):
        return index
    if SEPARATOR.fullmatch(stripped):
        return len(lines)
    if FROM_LINE.match(stripped) and has_header_block(lines, index):
        return len(lines)
    return after_attribution(lines, index, stripped)


def has_header_block(lines: list[str], index: int) -> bool:
    """`From: … Sent: … To: … Subject: …` as Outlook writes it: two more such lines among the next five."""
    following = [line.strip() for line in lines[index + 1 : index + 6]]
    return sum(1 for line in following if OTHER_LINE.match(line)) >= 2


def after_attribution(lines: list[str], index: int, stripped: str) -> int | None:
    """`On …, Ana wrote:`, possibly wrapped over three lines."""
    joined = stripped
    for extra in range(3):
        if extra:
            if index + extra >= len(lines) or not ATTRIBUTION_START.match(stripped):
                return None
            joined = f"{joined} {lines[index + extra].strip()}"
        if joined.endswith((":", "：", ">")) and any(form.fullmatch(joined[:LONGEST]) for form in ATTRIBUTIONS):
            return index + extra + 1
    return None


def answered_below(lines: list[str], start: int) -> bool:
    """Quoted lines followed by words of one's own: the answer stands below or between them."""
    quoted = False
    for line in lines[start:]:
        stripped = line.strip()
        if stripped.startswith(">"):
            quoted = True
        elif stripped and quoted:
            return True
        elif stripped:
            return False  # history without marks: everything below the heading belongs to it
    return False


def cut(lines: list[str], index: int) -> Split:
    while index and (not lines[index - 1].strip() or RULE.fullmatch(lines[index - 1].strip())):
        index -= 1
    own = "\n".join(lines[:index]).rstrip()
    if not own.strip():
        return Split("\n".join(lines), "")
    return Split(own, "\n".join(lines[index:]).strip("\n"))

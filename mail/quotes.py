"""Where somebody's own words end and the quoted history begins: for display only, nothing is cut away (M-22).

Line by line and linear; in doubt nothing is folded: answers below or between quoted lines stay in view.
"""

# ruff: noqa: RUF001 - words and colons of other scripts are the point here

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
    re.compile(rf"-{{3,}}.{{1,300}}\b(?:{WROTE})\s?[:：]\s?-{{3,}}", re.IGNORECASE),
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
PICTURE: Final = "\ufffc"  # what a picture is in a row of lines
FOOTER: Final = re.compile(
    r"--|[-_=*]{5,}|(?:Sent|Get) (?:from|with|by|Outlook for)\b.{0,60}|(?:Von|Gesendet von) mein.{0,40}(?:gesendet)?"
    r"|Envoyé (?:de|depuis)\b.{0,60}|Enviado (?:desde|do|de)\b.{0,60}|Inviato da\b.{0,60}|Verzonden vanaf\b.{0,60}"
    r"|Wysłane z\b.{0,60}|.{0,40}から送信|Virus-free\b.{0,60}|Virenfrei\b.{0,60}|Garanti sans virus\b.{0,60}"
    r"|Libre de virus\b.{0,60}|This e-?mail (?:has been|was) (?:checked|scanned)\b.{0,120}",
    re.IGNORECASE,
)
FORWARD_SUBJECT: Final = re.compile(
    r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:FWD?|WG|TR|RV|ENC|I|DOORST|PD|VS|VL|転送|转发|轉寄)\s*[:：]", re.IGNORECASE
)
SEE_BELOW: Final = re.compile(
    r"\b(?:below|inline|in[- ]line|in (?:red|blue|green)|(?:siehe|weiter) unten|in (?:rot|blau|grün)|ci-dessous"
    r"|plus bas|en (?:rouge|bleu|vert)|abajo|en (?:rojo|azul|verde)|(?:qui )?sotto|in (?:rosso|blu)|abaixo"
    r"|em vermelho|hieronder|poniżej)\b|以下|下記|赤字",
    re.IGNORECASE,
)
POINTS_BELOW: Final = 400  # letters: only a short remark points at answers further down


class Split(NamedTuple):
    own: str
    quoted: str


def split(text: str) -> Split:
    """The sender's own words, and the history below them; the whole text is own where that is not certain."""
    lines = text.split("\n")
    index = find(lines)
    if index is None:
        return Split(text, "")
    return Split("\n".join(lines[:index]).rstrip(), "\n".join(lines[index:]).strip("\n"))


def is_forward(subject: str) -> bool:
    """A forwarded message is what the sender wants read; nothing of it is folded."""
    return bool(FORWARD_SUBJECT.match(subject))


def find(lines: Sequence[str], *, marked: Mapping[int, int] | None = None) -> int | None:
    """The line where the history begins; `marked` are the lines where the markup itself says so, with where it ends."""
    marks = marked or {}
    for index, line in enumerate(lines):
        stripped = line.strip()
        if index not in marks and (not stripped or len(stripped) > LONGEST):
            continue
        after = after_mark(lines, index, marks[index]) if index in marks else history_from(lines, index, stripped)
        if after is None:
            continue
        if answered_below(lines, after) or (index in marks and speaks(lines[marks[index] :])):
            return None
        return None if is_pointed_at(lines, index, after) else beginning(lines, index)
    return None


def history_from(lines: Sequence[str], index: int, stripped: str) -> int | None:
    """The line after a heading of quoted history that starts here; the line itself where it is quoted already."""
    if stripped.startswith(">"):
        return index
    if SEPARATOR.fullmatch(stripped):
        return len(lines)
    if FROM_LINE.match(stripped) and has_header_block(lines, index):
        return len(lines)
    return after_attribution(lines, index, stripped)


def after_mark(lines: Sequence[str], index: int, end: int) -> int:
    """The first quoted line inside what the markup marks; its end where no line is quoted."""
    return next((at for at in range(index, end) if lines[at].lstrip().startswith(">")), end)


def has_header_block(lines: Sequence[str], index: int) -> bool:
    """`From: … Sent: … To: … Subject: …` as Outlook writes it: two more such lines among the next five."""
    following = [line.strip() for line in lines[index + 1 : index + 6]]
    return sum(1 for line in following if OTHER_LINE.match(line)) >= 2


def after_attribution(lines: Sequence[str], index: int, stripped: str) -> int | None:
    """`On …, Ana wrote:`, possibly wrapped over three lines."""
    joined = stripped
    for extra in range(3):
        if extra:
            if index + extra >= len(lines) or not ATTRIBUTION_START.match(stripped):
                return None
            joined = f"{joined} {lines[index + extra].strip()}"
        if joined.endswith((":", "：", ">", "-")) and any(form.fullmatch(joined[:LONGEST]) for form in ATTRIBUTIONS):
            return index + extra + 1
    return None


def answered_below(lines: Sequence[str], start: int) -> bool:
    """Quoted lines followed by words of one's own: the answer stands below or between them."""
    for index in range(start, len(lines)):
        stripped = lines[index].strip()
        if stripped.startswith(">"):
            last = max(at for at in range(index, len(lines)) if lines[at].lstrip().startswith(">"))
            unquoted = [line for line in lines[index:last] if not line.lstrip().startswith(">")]
            return speaks(unquoted) or speaks(lines[last + 1 :])
        if stripped and stripped != PICTURE:
            return False  # history without marks: everything below the heading belongs to it
    return False


def speaks(lines: Sequence[str]) -> bool:
    """Words of a person, not only a signature or the line of a programme."""
    for line in lines:
        stripped = line.strip().strip(PICTURE).strip()
        if stripped == "--":
            return False
        if stripped and not FOOTER.fullmatch(stripped):
            return True
    return False


def is_pointed_at(lines: Sequence[str], index: int, after: int) -> bool:
    """“See my answers below in red”: where no line is marked as quoted, the answers may stand between its lines."""
    if any(line.lstrip().startswith(">") for line in lines[after:]):
        return False
    own = "\n".join(lines[:index])
    return len(own) <= POINTS_BELOW and bool(SEE_BELOW.search(own))


def beginning(lines: Sequence[str], index: int) -> int | None:
    """Rules and empty lines above the heading go with it; None where nothing of one's own is left."""
    while index and (not lines[index - 1].strip() or RULE.fullmatch(lines[index - 1].strip())):
        index -= 1
    return index or None

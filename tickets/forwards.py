"""Mails passed on: somebody shows us a conversation instead of answering it (“Fwd:”, “WG:”, “TR:”, “RV:” …)."""

# ruff: noqa: RUF001 - words of other scripts are the point here

from __future__ import annotations

import re
from typing import Final

READ: Final = 20_000
SUBJECT: Final = re.compile(
    r"\s*(?:(?:re|aw|sv|antw?|odp|res|回复|答复)\s*(?:\[\d+\])?\s*[:：]\s*)*"
    r"(?:fwd?|wg|tr|rv|enc|i|vs|vb|doorst|pd|转发|轉寄|転送|전달)\s*(?:\[\d+\])?\s*[:：]",
    re.IGNORECASE,
)
FROM: Final = re.compile(
    r"^[ \t>*]*(?:From|Von|De|Da|Van|Od|Från|Fra|Expéditeur|差出人|发件人|寄件者|보낸 사람)\s?[:：]\*?[ \t]*\S",
    re.MULTILINE,
)
OTHER: Final = re.compile(
    r"^[ \t>*]*(?:Sent|Date|To|Subject|Gesendet|Datum|An|Betreff|Envoyé|À|A|Objet|Enviado|Enviado el|Fecha|Para|Asunto"
    r"|Inviato|Data|Oggetto|Verzonden|Aan|Onderwerp|Wysłano|Do|Temat|Skickat|Till|Ämne|Sendt|Til|Emne|Assunto"
    r"|送信日時|日時|宛先|件名|发送时间|收件人|主题|보낸 날짜|받는 사람|제목)\s?[:：]\*?",
    re.MULTILINE,
)
BLOCK: Final = 600


def is_forward(subject: str, body: str) -> bool:
    """The subject says so, and the text carries the header of the mail it passes on."""
    if not SUBJECT.match(subject[:300]):
        return False
    text = body[:READ]
    starts = (match.start() for match in FROM.finditer(text))
    return any(len(OTHER.findall(text, start, start + BLOCK)) >= 2 for start in starts)

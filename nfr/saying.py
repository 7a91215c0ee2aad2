"""What a partner's words say about their seats: that they are fewer now, that it still says too many, or neither.

Pure, and careful: a promise, a question and a “not yet” are no word that it is done. Six languages, as the recognisers.
"""

# ruff: noqa: RUF001 - words and stops of other scripts are the point here

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from tickets.search import fold

Verdict = Literal["reduced", "still", ""]
READ: Final = 4_000
LONGEST: Final = 240


@dataclass(frozen=True, kw_only=True)
class Said:
    """`count` is how many seats are in use by their own words; `quote` is the sentence it was read from."""

    verdict: Verdict = ""
    count: int | None = None
    quote: str = ""

    @property
    def reduced(self) -> bool:
        return self.verdict == "reduced"

    @property
    def still(self) -> bool:
        return self.verdict == "still"


def read(text: str, *, allowed: int | None = None) -> Said:
    """The newest words of a partner; where they say both, “still too many” is what somebody has to answer."""
    found = [_of(part, allowed) for part in _CUT.split(text[:READ]) if part.strip()]
    counts = [one for one in found if one.count is not None]
    told = [one for one in found if one.verdict]
    chosen = next((one for one in told if one.still), None) or next(iter(told), Said())
    if chosen.count is None and counts and not chosen.still:
        return _with(chosen, counts[-1], allowed)
    return chosen


def _of(part: str, allowed: int | None) -> Said:
    words = f" {' '.join(fold(part.replace(_APOSTROPHE, chr(39))).split())} "
    quote = " ".join(part.split())[:LONGEST]
    count = _count(words)
    asks = part.rstrip().endswith(("?", "？"))
    if _STILL.search(words) and (count is not None or _SHOWN.search(words)) and not _fits(count, allowed):
        return Said(verdict="still", count=count, quote=quote)
    if asks or _NOT.search(words):
        return Said(quote=quote)
    if _REDUCED.search(words) or (count is not None and _fits(count, allowed)):
        return Said(verdict="still" if _over(count, allowed) else "reduced", count=count, quote=quote)
    return Said(verdict="still" if _over(count, allowed) else "", count=count, quote=quote)


def _with(chosen: Said, counted: Said, allowed: int | None) -> Said:
    """“We removed four people. Now it is nine.”"""
    verdict: Verdict = "still" if _over(counted.count, allowed) else chosen.verdict
    return Said(verdict=verdict, count=counted.count, quote=f"{chosen.quote} {counted.quote}".strip()[:LONGEST])


def _count(words: str) -> int | None:
    match = _COUNT.search(words)
    found = next((one for one in match.groups() if one), None) if match else None
    if found is None:
        return None
    return int(found) if found.isdigit() else _NUMBERS[found]


def _fits(count: int | None, allowed: int | None) -> bool:
    return count is not None and allowed is not None and count <= allowed


def _over(count: int | None, allowed: int | None) -> bool:
    return count is not None and allowed is not None and count > allowed


def _any(*lines: str) -> re.Pattern[str]:
    """Written with accents, compared without."""
    return re.compile("|".join(_NOT_ASCII.sub(lambda match: fold(match[0]), line) for line in lines))


_APOSTROPHE: Final = "\u2019"
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_CUT: Final = re.compile(
    r"(?<=[.!?;])\s+|(?<=[。！？])|\n+"
    r"|,?\s+(?=(?:but|however|aber|jedoch|doch|mais|cependant|pero|sin embargo|mas|porém|contudo|yet)\s)|(?<=が、)",
    re.IGNORECASE,
)
# As people write the numbers that a small licence has.
_NUMBERS: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "neun": 9, "zehn": 10, "elf": 11, "zwolf": 12, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "nueve": 9, "diez": 10, "doce": 12, "nove": 9, "dez": 10, "doze": 12,
}  # fmt: skip
_N: Final = rf"(\d{{1,5}}|\b(?:{'|'.join(_NUMBERS)})\b)"
_SEAT: Final = (
    r"(?:seats?|users?|people|members?|licen[cs]es?|sitz\w*|platz\w*|nutzer\w*|benutzer\w*|sieges?|utilisateurs?|"
)
_SEAT_MORE: Final = r"places?|puestos?|asientos?|usuarios?|lugares|assentos?|席|シート|ユーザ[ーｰ-]?)"
_COUNT: Final = _any(
    rf"{_N} ?(?:of|out of|/|von|sur|de|dos|das|des) ?(?:the |unsere[nr]? |nos |los |os )?\d{{1,5}}\b",
    rf"\b(?:down to|reduced to|now at|we are at|we're at|now(?: it is| it's| we are at| we have)?|only|just"
    rf"|still (?:says?|shows?|at|has|have|sees?|counts?)|says?|shows?|showing)"
    rf" (?:only |just |about |still )*{_N}(?= {_SEAT}{_SEAT_MORE}|[ .,!)]|$)",
    rf"\bit(?: is|'s) {_N} now\b",
    rf"\b(?:auf|bei|jetzt(?: sind es)?|nur noch|noch|immer noch|noch immer|zeigt|steht)"
    rf" (?:nur |noch |immer |jetzt |bei |auf )*{_N}",
    rf"\b(?:a|maintenant|plus que|encore|toujours|affiche|indique) (?:encore |toujours |plus que |a )*{_N}",
    rf"\b(?:ahora|solo|aun|todavia|sigue|muestra|indica|aparecen?|dice|hay|tenemos)"
    rf" (?:a |en |solo |todavia |aun )*{_N}",
    rf"\b(?:agora|apenas|ainda|mostra|aparecem?|diz|temos|estamos) (?:a |em |com |apenas |ainda )*{_N}",
    rf"{_N} ?{_SEAT}{_SEAT_MORE} ?(?:are |is )?(?:in use|used|occupied|remain(?:ing)?|belegt|in benutzung"
    r"|utilises|en uso|em uso|になりました|に減|のまま|と表示)",
    r"(\d{1,5}) ?(?:名|人|席|シート|ユーザー|ユーサー)? ?(?:になりました|に減らし|に削減|のまま|と表示|です)",
)
_STILL: Final = _any(
    r"\b(?:still|even though|although)\b",
    r"\b(?:immer noch|noch immer|nach wie vor|weiterhin)\b",
    r"\bzeigt .{0,20}\bnoch\b|\bsteht .{0,20}\bnoch\b",
    r"\b(?:toujours|encore)\b",
    r"\b(?:todavia|aun|sigue|siguen|continua)\b",
    r"\b(?:ainda|continua)\b",
    "まだ|依然|のまま|いまだ|変わりません|変わらない",
    r"\b(?:has|have|did|does|do)(?: not|n't) (?:changed?|update[d]?|go(?:ne)? down)\b",
    r"\b(?:unchanged|unverandert|inchange|sin cambios|inalterado)\b",
)
_SHOWN: Final = _any(
    r"\b(?:says?|shows?|showing|displays?|counts?|reports?|billing page|too many|over|blocked|number|total|changed"
    r"|updated?)\b",
    r"\b(?:zeigt|steht|angezeigt|zahl|anzahl|abrechnungsseite|zu viele|unverandert)\b",
    r"\b(?:affiche|indique|compte|nombre|page de facturation|trop)\b",
    r"\b(?:muestra|aparecen?|indica|dice|marca|numero|demasiad[oa]s)\b",
    r"\b(?:mostra|aparecem?|indica|diz|numero|demais)\b",
    "表示|まま|減り|変わ",
)
_REDUCED: Final = _any(
    r"\b(?:removed|deleted|reduced|decreased|lowered|cleaned up|freed(?: up)?|deactivated|kicked|downsized|dropped"
    r"|taken out|took out|got rid of|downgraded .{0,30}guests?|brought .{0,30}down|cut .{0,20}down)\b",
    r"\b(?:entfernt|geloscht|reduziert|verringert|deaktiviert|herausgenommen|rausgenommen|freigegeben|abgebaut)\b",
    r"\b(?:supprimee?s?|retiree?s?|reduite?s?|enlevee?s?|desactivee?s?|diminuee?s?|libere[es]*)\b",
    r"\b(?:eliminad[oa]s?|eliminamos|quitad[oa]s?|quitamos|reducid[oa]s?|redujimos|reducimos|borrad[oa]s?|borramos"
    r"|dado de baja|liberado|desactivad[oa]s?)\b",
    r"\b(?:removid[oa]s?|removemos|removi|reduzid[oa]s?|reduzimos|excluid[oa]s?|excluimos|apagamos|retiramos|retirad[oa]s?"
    r"|eliminei|liberamos)\b",
    r"(?:削除|削減|除外|整理|無効化|解除)(?:いた|致)?しました|減らしました|外しました|削除済|減らしております",
    r"^ (?:hi \w+,? |hello,? )?(?:all |it is |it's |that is |now )?(?:done|erledigt|fait|c'est fait|hecho|listo"
    r"|feito|pronto)[ .!]+$",
    "^ ?(?:完了|対応)(?:いた|致)?しました",
)
_NOT: Final = _any(
    r"\b(?:will|'ll|going to|plan(?:ning)? to|want to|need to|have to|has to|must|should|shall|would|could"
    r"|can(?! (?:now )?confirm)|cannot|can't|won't"
    r"|trying|try to|intend|tomorrow|next week|soon|once|as soon as|if|unless|until|when we|how (?:do|can|to)|yet"
    r"|not (?:been |yet )?(?:removed|deleted|reduced|able|possible|done)|haven't|hasn't|weren't|wasn't|didn't|did not"
    r"|unable|impossible|nobody|none)\b",
    r"\b(?:werden|wird|wollen|mochten|mussen|konnen|kann|sollen|morgen|nachste woche|bald|sobald|wenn|falls|nicht"
    r"|kein\w*)\b",
    r"\b(?:allons|vais|va|devons|voulons|pouvons|faut|demain|semaine prochaine|si(?![,.!])|quand|des que|n'avons"
    r"|bientot|n'est|n'a|ne (?:sont|peut|pouvons)|pas)\b",
    r"\b(?:vamos a|queremos|debemos|podemos|tenemos que|manana|proxima semana|pronto vamos|cuando"
    r"|si(?![,.!])|no(?![,.!]))\b",
    r"\b(?:vamos (?!estar)|iremos|queremos|devemos|podemos|temos que|amanha|proxima semana|em breve|quando|se|nao)\b",
    "ません|できない|出来ない|予定|明日|来週|したい|しようと|する場合|てから|方法|教えて|でしょうか|ていただけ|つもり|未完了",
)

"""The words of six languages by which `nfr.saying` reads what a partner says about their seats."""

# ruff: noqa: RUF001 - words and stops of other scripts are the point here

from __future__ import annotations

import re
from typing import Final

from tickets.search import fold


def _any(*lines: str) -> re.Pattern[str]:
    """Written with accents, compared without."""
    return re.compile("|".join(_NOT_ASCII.sub(lambda match: fold(match[0]), line) for line in lines))


APOSTROPHE: Final = "\u2019"
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
CUT: Final = re.compile(
    r"(?<=[.!?;])\s+|(?<=[。！？])|\n+"
    r"|,?\s+(?=(?:but|however|aber|jedoch|doch|mais|cependant|pero|sin embargo|mas|porém|contudo|yet)\s)|(?<=が、)"
    # What only asks us to go on, or says who they were, takes nothing back.
    r"|,\s+(?=(?:and\s+|so\s+)?(?:please|kindly|just|let (?:me|us) know|tell (?:me|us)|(?:can|could|would|will) you"
    r"|(?:when|what) (?:will|is|are|can)|if (?:there|you|any)"
    r"|(?:it|that) should (?:now )?be (?:fine|ok|okay|good|correct|in order))\b)"
    r"|\s+(?=(?:and|so) (?:please|kindly|let us know|(?:can|could|would|will) you"
    r"|(?:we |i )?would (?:like|appreciate))\b)"
    r"|\s+(?=so (?:that )?(?:the|you|we|it|our)\b|(?:that|who|which) (?:are|were|is|was|do|does|did|ha[ds]|have)\b)"
    r"|,\s+(?=(?:bitte|falls|k[öo]nnen sie|k[öo]nnten sie|dites|merci de|pouvez-vous|pourriez-vous|av[ií]senos"
    r"|por favor|¿|puede|pueden|podr[íi]an?)\b|¿)|(?<=ので、)",
    re.IGNORECASE,
)
# As people write the numbers of a small licence, and of those who leave it.
NUMBERS: Final = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
    "zwei": 2, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11,
    "zwolf": 12, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11,
    "douze": 12, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10,
    "doce": 12, "dois": 2, "duas": 2, "quatro": 4, "sete": 7, "oito": 8, "nove": 9, "dez": 10, "doze": 12,
}  # fmt: skip
_N: Final = rf"(\d{{1,5}}|\b(?:{'|'.join(NUMBERS)})\b)"
_SEAT: Final = (
    r"(?:seats?|users?|people|persons?|members?|accounts?|licen[cs]es?|sitze?n?|platze?n?|nutzer\w*|benutzer\w*"
    r"|sieges?|utilisateurs?|personnes?|comptes?|places?|puestos?|asientos?|usuarios?|personas?|cuentas?|lugares"
    r"|assentos?|pessoas?|contas?|席|シート|ユーザ[ーｰ-]?)"
)
# What may follow a number that is a total.
_END: Final = (
    rf"(?= (?:nfr |billable |paid |active )*{_SEAT}| ?[.,!;:)](?!\d)| ?$"
    r"| (?:now|left|again|today|remain\w*|in use|in total|jetzt|ubrig|belegt|maintenant|ahora|agora|and|und|et|y|e)\b)"
)
OF: Final = _any(
    rf"(?<!\bon )(?<!\bam )(?<!\ble )(?<!\bel )(?<!\bem ){_N}"
    r" ?(?:of|out of|/|von|sur|de|dos|das|des) ?(?:the |unsere[nr]? |nos |los |os )?(\d{1,5})\b(?!/)"
)
COUNT: Final = _any(
    rf"\b(?:down to|reduced to|now at|we are at|we're at|now(?: it is| it's| we are at| we have| only| just)*"
    r"|still (?:says?|shows?|at|has|have|sees?|counts?)|says?|shows?|showing)(?: (?:only|just|about|still))*"
    rf" {_N}{_END}",
    rf"\breduced (?:(?:our|the) )?(?:{_SEAT} )?to {_N}{_END}",
    rf"\bit(?: is|'s) {_N} now\b",
    rf"\b(?:jetzt(?: sind es)?|nur noch|immer noch|noch immer|zeigt|steht|sind bei)"
    rf"(?: (?:nur|noch|immer|jetzt|bei|auf))* {_N}{_END}",
    rf"\bauf {_N}(?: {_SEAT})? (?:reduziert|verringert|gesenkt|runter)",
    rf"\b(?:maintenant|plus que|encore|toujours|affiche|indique|reste)(?: (?:encore|toujours|plus que|a))* {_N}{_END}",
    rf"\b(?:reduite?s?|passes?|descendus?|reducid[oa]s?|reducimos|redujimos|bajad[oa]s?|reduzid[oa]s?|reduzimos)"
    rf"(?: (?:maintenant|{_SEAT}))? (?:a|para) {_N}{_END}",
    rf"\b(?:ahora|todavia|sigue|muestra|indica|aparecen?|quedan)"
    rf"(?: (?:a|en|solo|todavia|aun|hay|tenemos|son))* {_N}{_END}",
    rf"\b(?:agora|ainda|mostra|aparecem?|restam)(?: (?:a|em|com|apenas|ainda|temos|estamos|sao))* {_N}{_END}",
    rf"{_N} ?{_SEAT} ?(?:are |is )?(?:in use|used|occupied|remain(?:ing)?|belegt|in benutzung"
    r"|utilises|en uso|em uso|になりました|に減|のまま|と表示)",
    r"(?:現在|今は?|いま)は?、? ?(\d{1,5}) ?(?:名|人|席|シート|ユーザー|ユーサー)",
    r"(\d{1,5}) ?(?:名|人|席|シート|ユーザー|ユーサー)? ?(?:になりました|に減らし|に削減|のまま|と表示)",
)
# With a “still” a number may be followed by anything but what is counted otherwise.
STILL_AT: Final = _any(
    r"\b(?:still|immer noch|noch immer|toujours|encore|todavia|aun|sigue|ainda|continua)"
    r"(?: (?:says?|shows?|showing|sees?|ha[sv]e?|at|displays?|counts?|reports?|lists?|listed|are|is|it|us|about|over"
    r"|zeigt|sind|affiche|indique|aparecen?|muestra|mostrando|hay|son|dice|tenemos|marca|indica|aparecem?|mostra|ha"
    r"|sao|diz|temos|estao|en|em|com)){0,3}"
    r" (\d{1,5})\b(?! ?(?:%|/|days?|weeks?|months?|hours?|minutes?|tagen?|wochen?|monate?n?|stunden|jours?|semaines?"
    r"|mois|heures|dias?|semanas?|mes(?:es)?|horas|questions?|fragen|preguntas|perguntas))",
    r"まだ(\d{1,5})",
)
_VERBS: Final = (
    r"(?:removed|deleted|reduced|decreased|deactivated|kicked|dropped|took out|taken out|got rid of|entfernt|geloscht"
    r"|deaktiviert|supprimee?s?|retiree?s?|enlevee?s?|desactivee?s?|eliminad[oa]s?|eliminamos|quitad[oa]s?|quitamos"
    r"|borrad[oa]s?|borramos|removid[oa]s?|removemos|excluid[oa]s?|excluimos|retiramos)"
)
GONE_BEFORE: Final = re.compile(
    rf"\b{_VERBS}(?: (?:the|only|just|about|all|another|already|of|these|those|a|os|los|les))* $"
)
GONE_AFTER: Final = re.compile(
    rf"^(?: (?:of|out of|von|sur|de|dos|des)(?: (?:the|our|los|os|nos))? \d+)?(?: {_SEAT})?"
    rf"(?: (?:were|was|have been|has been|are|got|wurden|sind|ont ete|han sido|foram))* {_VERBS}\b"
    r"|^ ?(?:名|人|席)?(?:の?ユーザー|の?ユーサー)?(?:を|削除|除外)"
)
REMOVED: Final = _any(
    rf"\b{_VERBS}(?: (?:only|just|another|a|already))* {_N}(?! (?:weeks?|days?|months?|hours?|minutes?|years?)\b)(?!/)",
    rf"{_N}(?: (?:of|out of) (?:the |our )?\d+)?(?: {_SEAT})?"
    rf"(?: (?:were|was|have been|has been|got|wurden|ont ete|han sido|foram))* {_VERBS}\b",
    r"(\d{1,5}) ?(?:名|人|席)(?:の?ユーザー|の?ユーサー)?(?:を|削除|除外)",
)
STILL: Final = _any(
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
SHOWN: Final = _any(
    r"\b(?:says?|shows?|showing|displays?|counts?|reports?|billing page|too many|over|blocked|number|total|changed"
    r"|updated?)\b",
    r"\b(?:zeigt|steht|angezeigt|zahl|anzahl|abrechnungsseite|zu viele|unverandert)\b",
    r"\b(?:affiche|indique|compte|nombre|page de facturation|trop)\b",
    r"\b(?:muestra|aparecen?|indica|dice|marca|numero|demasiad[oa]s)\b",
    r"\b(?:mostra|aparecem?|indica|diz|numero|demais)\b",
    "表示|まま|減り|変わ",
)
_OTHER: Final = (  # what else is removed, deleted, reduced
    r"(?! (?:you|your|yours)\b)(?! (?:the |my |this |that |last |a |an |old )*"
    r"(?:e-?mails?|mails?|messages?|attachments?|files?|text|price\w*|comments?|cc|availability|budget|hours|staff|team)\b)"
)
REDUCED: Final = _any(
    r"\b(?:removed|deleted|reduced|decreased|lowered|cleaned up|freed(?: up)?|deactivated|kicked|downsized|dropped"
    r"|taken out|took out|got rid of|downgraded .{0,30}guests?|brought .{0,30}down|cut .{0,20}down)\b" + _OTHER,
    r"\b(?:entfernt|geloscht|reduziert|verringert|deaktiviert|herausgenommen|rausgenommen|freigegeben|abgebaut)\b",
    r"\b(?:supprimee?s?|retiree?s?|reduite?s?|enlevee?s?|desactivee?s?|diminuee?s?|libere[es]*)\b",
    r"\b(?:eliminad[oa]s?|eliminamos|quitad[oa]s?|quitamos|reducid[oa]s?|redujimos|reducimos|borrad[oa]s?|borramos"
    r"|dado de baja|liberado|desactivad[oa]s?)\b",
    r"\b(?:removid[oa]s?|removemos|removi|reduzid[oa]s?|reduzimos|excluid[oa]s?|excluimos|apagamos|retiramos|retirad[oa]s?"
    r"|eliminei|liberamos)\b",
    r"(?:(?:削除|削減|除外|整理|無効化|解除)(?:いた|致)?しました|減らしました|外しました)(?!ら|か|でしょう)"
    r"|削除済|減らしております",
    r"^ (?:hi \w+,? |hello,? )?(?:all |it is |it's |that is |now )?(?:done|erledigt|fait|c'est fait|hecho|listo"
    r"|feito|pronto)[ .!]+$",
    "^ ?(?:完了|対応)(?:いた|致)?しました(?!ら|か|でしょう)",
)
NOT: Final = _any(
    r"\b(?:will|'ll|going to|plan(?:ning)? to|wants? to|need(?:s|ed)?(?: to)?|have to|has to|had to|must|should|shall"
    r"|would|could|may|might|to be|being|can(?! (?:now )?confirm)|cannot|can't|won't"
    r"|try(?:ing)?|try to|intend|tomorrow|next week|soon|once|as soon as|if|unless|until|when we|how (?:do|can|to)|yet"
    r"|not (?:been |yet )?(?:removed|deleted|reduced|able|possible|done)|haven't|hasn't|weren't|wasn't|didn't|did not"
    r"|unable|impossible|nobody|none|never|no one|no (?:users?|seats?|people|members?|accounts?)|not (?:all|every\w*)"
    r"|get(?:ting)? .{0,20}(?:removed|deleted|reduced)|(?:have|want|like) (?:them|him|her|those|these|it) .{0,12}"
    r"(?:removed|deleted|reduced)|working on|in progress|in the process|thought|think|believe|hope(?:fully)?|guess"
    r"|assum\w+|suppose\w*|maybe|perhaps|probably|partly|partially|some of|so far|half|before|without|refus\w+"
    r"|last (?:year|month)|by (?:mistake|accident)|you(?: have| had)? (?:removed|deleted|reduced))\b",
    r"^ (?:and |so |but )?(?:who|when|why|which|where|what|how)\b",
    r"^ that (?:are|were|is|was|do|does|did|ha[ds]|have)\b",
    r"^ (?:hi \w+,? |hello,? )?(?:were|was|are|is|did|do|does|has|have|had)"
    r" (?:the|all|an\w+|some\w*|they|these|those|you|your|we|i|it|he|she|our)\b",
    r"^ (?:and |so )?(?:please|kindly) (?:confirm|check|verify|tell|see)\b",
    r"^ (?:sind|ist|wurden?|haben|habt|hat) (?:die|das|der|sie|ihr|alle|wir|ich|es|jemand|unsere|diese)\b",
    r"\b(?:est-ce|ont-ils|sont-ils|avez-vous|a-t-\w+)\b|\xbf",
    r"\b(?:werden|wird|woll\w+|will|mochte\w*|muss\w*|konnen|kann|soll\w*|morgen|nachste[nr]? woche|bald|sobald|wenn"
    r"|falls|ob|wer|nicht|niemand\w*|nie|kein\w*|bevor|vielleicht|hoffentlich|teilweise|bisher|gerade dabei)\b",
    r"\b(?:allons|vais|va|vont|sera|serons|seront|doi\w+|devons|devr\w+|voulons|voudr\w+|peu[tx]|peuvent|pouvons"
    r"|faut|demain|semaine prochaine|si(?![,.!])|quand|des que|avant|n'avons|bientot|n'est|n'a|ne (?:sont|peut|pouvons)"
    r"|pas|jamais|personne n\w*|aucune?|en cours|peut-etre|partiellement|esper\w+|qui)\b",
    r"\b(?:van? a|voy a|vamos a|sera|seran|queremos|quiero|deb[eo]\w*|pued\w+|podemos|tenemos que|hay que|manana"
    r"|proxima semana|pronto vamos|cuando|antes|nadie|ningun\w*|nunca|quizas?|espero|en proceso|parcialmente|quien"
    r"|si(?![,.!])|no(?![,.!]))\b",
    r"\b(?:vamos (?!estar)|vao|vai|vou|iremos|sera|serao|queremos|quero|dev[eo]\w*|pode\w*|temos que|amanha"
    r"|proxima semana|em breve|quando|antes|ninguem|nenhum\w*|nunca|talvez|espero|parcialmente|quem|se|nao)\b",
    "ません|できない|出来ない|予定|明日|来週|したい|しようと|する場合|てから|方法|教えて|でしょうか|ていただけ|つもり|未完了"
    "|一部|途中|誰",
)
REMOVING: Final = _any(
    r"\b(?:remov|delet|reduc|entfern|losch|reduzi|supprim|retir|enlev|elimin|quit[ae]|borr|exclu|apag)",
    "削除|削減|減ら|外す|外し",
)

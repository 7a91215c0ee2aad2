"""The words that values of an NFR request stand beside, in the languages partners write."""

from __future__ import annotations

import re
from typing import Final

_I: Final = re.IGNORECASE
NUMBER: Final = re.compile(r"(?<![\d.,])(?<![A-Za-z]-)(\d{1,5})(?![\d.,]*\d)")
# In a sentence “group” is followed by any word: what may be a path looks like one, or is said to be one.
LIKE_A_PATH: Final = re.compile(r"(?=.*[^\W\d_]).*[-_/.~@\d]")
_OPENS: Final = r"[\"'`“‘«「]"  # noqa: RUF001 - the quotes people's programs put
_CLOSES: Final = r"[\"'`”’»」)]?"  # noqa: RUF001 - the same
SAID_TO_BE: Final = re.compile(
    rf"(?:{_OPENS}"
    r"|\b(?:namespace|path|name|url|pfad|namensraum|noms|nombres|grupo)(?: (?:is|ist|est|es|lautet|é))? "
    r"|\b(?:called|named|hei(?:ß|ss)t|genannt|s'appelle|se llama|se chama) )\s*$", _I,
)  # fmt: skip
CLAUSE_ENDS: Final = re.compile(
    rf"{_CLOSES}\s*(?:[.,;!?)。、]|$|(?:and|with|und|mit|et|avec|y|con|e|com)\b)", _I | re.MULTILINE
)
NOT_SAID: Final = frozenset({
    "tbd", "tba", "none", "unknown", "please", "pending", "later", "see", "e.g", "i.e", "etc", "n/a",
})  # fmt: skip
# Further words of a name: “ACME Lab” is what a group is called, no path.
FURTHER: Final = re.compile(r"(?:[ ][A-ZÀ-ÖØ-ÞĀ-Ž][\w\-]*)+(?=[ \t]*(?:[,;.]|$))", re.MULTILINE)
ADDRESS: Final = re.compile(r"[\w.+\-]{1,64}@[\w\-]+(?:\.[\w\-]+)+")
_NAME: Final = r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w'’.\-]*"  # noqa: RUF001 - the apostrophe of names
PERSON: Final = re.compile(
    rf"({_NAME}(?:[ ](?:van|von|de|del|der|den|di|da|dos|le|la|el|bin|al))*(?:[ ]{_NAME}){{1,3}}"
    r"|[\u3040-\u30ff\u4e00-\u9fff]{2,8}(?:[ \u3000][\u3040-\u30ff\u4e00-\u9fff]{1,8})?)"
)

NAMESPACES: Final = (
    "namespace", "name space", "top-level group", "top level group", "group path", "group url", "group name", "group",
    "saas namespace", "gitlab.com group", "gitlab group", "path of the group", "namensraum", "gruppe", "gruppenpfad",
    "espace de noms", "groupe", "espacio de nombres", "grupo", "namespace do grupo", "名前空間", "ネームスペース",
    "グループ", "グループパス", "グループ名",
)  # fmt: skip
PATH: Final = re.compile(r"(?:is |ist |est |es |lautet |called |:)?\s*([~@]?[\w.\-/:]*[\w.\-]{2,}[\w\-/])")
# An address of a group, a subgroup or something in them; a person's own place too, which is explained then.
ADDRESS_OF_GROUP: Final = re.compile(
    r"(?<![\w.@\-])((?:https?://)?(?:www\.)?gitlab\.com/(?!-/)[\w.~@\-][\w.~@\-/]*)", _I
)
NO_GROUP: Final = re.compile(
    r"gitlab\.com/(?:-/|users/sign|help|explore|dashboard|gitlab-org\b|gitlab-com\b|search|subscriptions?\b|pricing"
    r"|free-trial|nfr\b)|^(?:is|the|with|for|and|of|on|not|a|an|in|which|that|has|path|name|url|level|owner|our|we|"
    r"your|you|billing|members?|page|admins?|trial|licen[cs]e|it|now)$",
    _I,
)

SAAS: Final = re.compile(
    r"\b(saas)\b|\b(?:gitlab\.com|cloud)[ -](?:licen[cs]es?|nfrs?|lizenz(?:en)?|licences?|licencias?|subscriptions?)\b"
    r"|\bgitlab[ -]cloud\b|\blicen[cs]e (?:for|on) gitlab\.com\b|クラウド版", _I,
)  # fmt: skip
OWN: Final = re.compile(
    r"\bself[ -]?(?:managed|hosted)\b|\bon[ -]prem(?:ises?|ise)?\b|\b(?:our|your|own|eigene[nmr]?) (?:own )?servers?\b"
    r"|\bselbst (?:verwaltet|gehostet)|\bauto-?(?:h[ée]berg|gestion|gestionad|alojad|hosped)\w*"
    r"|\bauto-?g[ée]r[ée]e?\b|オンプレミス|オンプレ|セルフマネージド|セルフホスト", _I,
)  # fmt: skip

TIER: Final = re.compile(r"\b(premium|ultimate)\b", _I)
EITHER_TIER: Final = re.compile(
    r"\bpremium\b\W{0,3}(?:or|oder|ou|o|and|und|et|e|y|/|vs\.?)?\W{0,3}\bultimate\b"
    r"|\bultimate\b\W{0,3}(?:or|oder|ou|o|and|und|et|e|y|/|vs\.?)?\W{0,3}\bpremium\b", _I,
)  # fmt: skip
TIERS: Final = ("tier", "plan", "edition", "licence tier", "license tier", "stufe", "formule", "nivel", "プラン")

SEATS: Final = (
    "seats", "number of seats", "seats needed", "seats requested", "number of users", "users", "user count",
    "anzahl der sitze", "anzahl sitze", "anzahl nutzer", "anzahl der nutzer", "benutzer", "plätze", "sièges",
    "nombre de sièges", "nombre d'utilisateurs", "utilisateurs", "asientos", "número de asientos",
    "número de usuarios", "usuarios", "assentos", "número de assentos", "usuários", "シート数", "ユーザー数", "席数",
)  # fmt: skip
_SEAT: Final = (
    r"(?:seats?|users?|licen[cs]e seats|sitze|pl[äa]tze|benutzer|nutzer|si[èe]ges|utilisateurs|places|asientos|puestos"
    r"|usuarios|usu[áa]rios|assentos|シート|ユーザー|席|名)"
)
_NFR: Final = r"(?:nfr|saas|self-managed|ultimate|premium|billable|named|licensed)"
SOME_SEATS: Final = re.compile(
    rf"(?<![\d.,/])(?<!of )(?<!over )(?<!from )(\d{{1,5}})[ -]?(?:{_NFR} )*{_SEAT}(?!\w)"
    r"(?! (?:are |is )?(?:in use|used|over|occupied|taken|of|out of))", _I,
)  # fmt: skip
SEATS_USED: Final = (
    "seats in use", "seats used", "seats currently in use", "users in use", "current seats", "seat usage",
    "billable users", "billable members", "in use", "used seats", "genutzte sitze", "belegte sitze", "sièges utilisés",
    "asientos en uso", "assentos em uso", "使用中のシート", "使用中のシート数", "使用シート数",
)  # fmt: skip
SEATS_ALLOWED: Final = (
    "seats allowed", "allowed seats", "seats in subscription", "seats in licence", "seats in license", "seat limit",
    "licensed seats", "seats purchased", "quota", "maximum seats", "erlaubte sitze", "sièges autorisés",
    "asientos permitidos", "assentos permitidos", "許可されたシート数", "契約シート数", "上限",
)  # fmt: skip
_HOLE: Final = r"[^\d\n.]{0,40}"
_USED, _ALLOWED = r"(?P<used>\d{1,5})", r"(?P<allowed>\d{1,5})"
_OF: Final = r"(?:of|out of|/|von|sur|de)"
_ARE: Final = r"(?:are |is |currently )*"
_IN_USE: Final = r"(?:in use|used|occupied|taken|belegt|genutzt|utilisés|en uso|em uso)"
_MAY: Final = r"(?:allowed|permitted|licensed|erlaubt|autorisés|permitidos)"
_LIMIT: Final = r"(?:only |has |allows? |licen[cs]e (?:for|of) |limit (?:is|of) |of |with )"
_LIMITED: Final = (
    r"(?:allows?|only|limited to|limit(?: is| of)?|licen[cs]e (?:for|of|has)|erlaubt|maximal|maximum(?: of)?)"
)
USED_OF_ALLOWED: Final = (
    re.compile(
        rf"\b{_USED}\s*(?:{_OF}|\()\s*(?:the |your |its |allowed |den )*{_ALLOWED}\)?\s*"
        rf"(?:{_NFR} |allowed |available |purchased )*{_SEAT}", _I,
    ),
    re.compile(rf"{_SEAT}\b[^\d\n]{{0,20}}\b{_USED}\s*{_OF}\s*{_ALLOWED}\b", _I),
    re.compile(
        rf"(?<!of )(?<!out of )(?<!von )(?<!sur )(?<!/)\b{_USED}\s*{_SEAT}\s*{_ARE}{_IN_USE}"
        rf"(?:[^\d\n]{{0,60}}?\b{_LIMIT}{_ALLOWED}\b)?", _I,
    ),
    re.compile(
        rf"\b(?:use[sd]?|using|has|have|nutzt|utilise|usa)\s+{_USED}\s*{_SEAT}{_HOLE}\b{_ALLOWED}\s*"
        rf"(?:{_SEAT}\s*)?{_ARE}{_MAY}", _I,
    ),
    re.compile(
        rf"\b{_LIMITED}\s+{_ALLOWED}\s*{_SEAT}{_HOLE}\b(?:but|and|aber|,)?[^\d\n]{{0,30}}\b{_USED}\b"
        rf"(?= (?:{_SEAT} )?{_ARE}(?:in use|used|currently))", _I,
    ),
    re.compile(rf"{_USED}\s*(?:シート|ユーザー|席).{{0,8}}(?:使用|利用).{{0,20}}?{_ALLOWED}\s*(?:シート|ユーザー|席)"),
)  # fmt: skip
SEATS_BY: Final = (
    "reduce by", "reduced by", "reduce the seats by", "reduce seats by", "to be reduced by", "deadline", "due date",
    "no later than", "please act by", "bis spätestens", "avant le", "antes del", "期限",
)  # fmt: skip

TRIAL_ENDS: Final = (
    "trial ends on", "trial ends", "trial until", "trial is running until", "trial running until",
    "trial runs to", "trial expires on", "trial expires", "trial runs until",
    "trial end date", "end of trial", "trial end", "trial valid until", "testphase bis", "testphase endet am",
    "fin de l'essai", "essai jusqu'au", "fin de la prueba", "prueba hasta", "fim da avaliação", "トライアル終了日",
    "トライアル期限",
)  # fmt: skip
_TRIAL: Final = r"(?:trial|testphase|testzeitraum|testversion|essai|prueba|avalia[çc][ãa]o|トライアル)"
_RUNS: Final = (
    r"(?:running|active|started|begun|activated|ongoing|is on|runs|laufende[nr]?|l[äa]uft|gestartet|aktive?[nr]?"
    r"|d[ée]marr[ée]|en cours|activa|iniciada?|ativ[ao])"
)
_OVER: Final = (
    r"(?:expired|has ended|ended|ran out|is over|lapsed|abgelaufen|ausgelaufen|termin[ée]e?|expir[ée]e?|expir[óo]"
    r"|ha terminado|expirou)"
)
TRIAL_RUNS: Final = re.compile(
    rf"\b(?:{_RUNS}|with a|has a|on a)\b[^.\n]{{0,30}}\b{_TRIAL}|\b{_TRIAL}\b[^.\n]{{0,30}}\b{_RUNS}\b"
    r"|トライアル.{0,10}(?:開始|実行中|有効)", _I,
)  # fmt: skip
TRIAL_OVER: Final = re.compile(
    rf"\b{_TRIAL}\b(?:(?!not\b|n.t\b|nicht\b|pas\b|no\b|não\b)[^.\n]){{0,25}}\b{_OVER}\b|\bexpired {_TRIAL}\b"
    rf"|\b(?:no|without a|kein(?:e|en)?|pas d'|sin|sem)\s?{_TRIAL}|トライアル.{{0,8}}(?:終了し|切れ)", _I,
)  # fmt: skip
LICENCE_ENDS: Final = (
    "expires on", "expires", "expiry date", "expiration date", "valid until", "ends on", "licence ends",
    "license ends", "end date", "läuft ab am", "läuft am", "gültig bis", "expire le", "valable jusqu'au", "vence el",
    "caduca el", "expira em", "有効期限",
)  # fmt: skip
CONTACTS: Final = (
    "licence contact", "license contact", "contact", "contact name", "contact person", "name of the contact",
    "ansprechpartner", "ansprechpartnerin", "kontakt", "interlocuteur", "contacto", "contato", "担当者", "連絡先",
)  # fmt: skip
CONTACTS_MAIL: Final = (
    *CONTACTS, "contact e-mail", "contact email", "licence e-mail", "license email", "send the key to",
    "send the licence to", "send the license to", "e-mail for the licence", "メール", "メールアドレス",
)  # fmt: skip

SUPPORT_ADDRESS: Final = re.compile(
    r"(?:zendesk\.com/(?:agent/)?tickets/|support\.gitlab\.com/\S{0,60}?requests/)(\d{4,9})", _I
)
SUPPORT_SUBJECT: Final = re.compile(r"\[GitLab Support\][^\n]{0,80}?#(\d{4,9})\b", _I)
SUPPORT_NUMBER: Final = re.compile(
    r"(?:\b(?:zendesk|support|zd)(?:[ -](?:ticket|request|case|anfrage|fall))?|\bsupport'?s (?:ticket|request)"
    r"|\b(?:ticket|request) (?:at|with|from|by) (?:gitlab )?support|\bsupport-?ticket)"
    r"\s*(?:number|no\.?|nr\.?|id|is|:)*\s*#?\s*(\d{4,9})\b", _I,
)  # fmt: skip

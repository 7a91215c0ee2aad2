"""What a request about NFR licences wants, by its words: which of the procedures it takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import OuterRef, Subquery

from nfr import words
from nfr.models import LicenceRequest
from tickets.kinds import Clues
from tickets.models import Message, Ticket
from tickets.models.message import Visibility
from tickets.recognising import by_signs, sign

Topic = LicenceRequest.Topic
VARIANTS: Final[Mapping[str, str]] = {
    Topic.SEATS: "seats",
    Topic.VERSION: "version",
    Topic.MINUTES: "minutes",
    Topic.EXCEPTION: "exception",
}  # the others take the procedure of the kind itself
SURE: Final = 40
APART: Final = 4  # of the next one: what is as likely is not chosen
READ: Final = 8_000

_by_words = by_signs(
    sign(
        r"""
            \b(ci|ci/cd|compute|pipeline|runner|build)[ -]?(/cd )?(minutes?|units?|credits?)\b
            \b(more|additional|extra|out of|run out of|increase( the| our)?|buy|add|adding) (\w+ ){0,2}minutes\b
            \bminutes? (are|is|have|has|were) (used up|run out|exhausted|gone)\b
            \bminutes\b.{0,60}\b(quota|used up|exhausted|pipelines?)\b
            \b(ci|rechen|pipeline)-?minuten\b
            \b(mehr|zusatzliche|weitere) (\w+ ){0,2}minuten\b
            \bminutes (de calcul|ci|d'integration|de pipeline|supplementaires)\b
            \bplus de minutes\b
            \bminutos (de (ci|computo|computacao|procesamiento|pipeline)|adicionales|adicionais|extras?)\b
            \bmas minutos\b
            \bmais minutos\b
            (コンピュート|コンピューティング|ci ?/?(cd)?|パイプライン).{0,4}(分|時間|ミニッツ)
            (実行)?分数.{0,8}(追加|不足|増)
            コンピュート(ミニッツ|時間)
        """,
        subject=90,
        text=78,
        topic=Topic.MINUTES,
    ),
    sign(
        r"""
            \b(reduce|reducing|reduced|reduction of|decrease[ds]?) (\w+ ){0,5}(seats?|users|seat usage|members)\b
            \b(lower(ed)?|remove[ds]?|removing|cut|free(ing)? up|clean up) (\w+ ){0,5}(seats?|users|members)\b
            \b(too many|more) (seats|users|billable (users|members))\b.{0,40}\b(than|allowed|in use|used|licen[cs]e)\b
            \btoo many seats\b
            \bseats? (currently |are )?(in use|used|usage|taken|occupied|count|overage)\b
            \bover (the |its |their |our )?(seats?|user)( |-)?(limit|quota|allowance)?\b
            \bover-?(seat|usage|use)\b
            \b\d+ (of|/|out of) (the )?\d+ (nfr )?(seats|users)\b
            \busing \d+ (of|out of|seats)\b
            \busage quotas?\b
            \b(seats?|users) (exceed|over the)\b
            \bexceed(s|ed|ing)?\b.{0,40}\b(seats|users|quota|limit)\b
            \b(zu viele|weniger) (\w+ ){0,2}(sitze|platze|seats|benutzer|nutzer|lizenzplatze)\b
            \b(sitze|platze|seats|benutzer|nutzer)\b.{0,40}\b(reduzier|verringer|entfern|uberschritten)
            \b(reduire|diminuer|retirer|supprimer) (\w+ ){0,4}(sieges|places|utilisateurs|licences)\b
            \btrop (de|d')\s?(sieges|places|utilisateurs)\b
            \b(reducir|disminuir|quitar|eliminar|retirar) (\w+ ){0,4}(asientos|puestos|usuarios|licencias)\b
            \bdemasiad[oa]s (asientos|puestos|usuarios)\b
            \b(reduzir|diminuir|remover) (\w+ ){0,4}(assentos|lugares|usuarios|licencas)\b
            \b(assentos|usuarios|licencas) (a mais|em excesso)\b
            (シート|ユーザー|席|座席)数?.{0,12}(超過|削減|減ら|オーバー|上回)
            (使用|利用)中.{0,6}シート
        """,
        subject=86,
        text=82,
        topic=Topic.SEATS,
    ),
    sign(
        r"""
            \b(which|what) (version|plan|tier|edition)\b
            \b(version|plan|tier|edition)\b.{0,30}\b(premium or ultimate|ultimate or premium)\b
            \b(is it|whether( it is)?|are we( on)?|running|runs) (on )?(premium or ultimate|ultimate or premium)\b
            \b(check|confirm|find out|see|tell)\b.{0,40}\b(?<!we )(?<!they )(?<!i )(version|plan|tier)\b(?! (to|on)\b)
            \bwhich (version|plan|tier) (it|we|our|the)\b
            \b(premium or ultimate|ultimate or premium)\b
            \b(premium oder ultimate|premium ou ultimate|premium o ultimate)\b
            \bbilling page\b
            \bwelche[nrs]? (version|plan|stufe|edition)\b
            \bquel(le)?s? (version|formule|plan|edition)\b
            \bque (version|plan|edicion|nivel)\b
            \bqual (a |e a |o )?(versao|plano|nivel|edicao)\b
            (どの|どちらの|何の)(バージョン|プラン|エディション)
            (バージョン|プラン)(の|を)?確認
        """,
        subject=84,
        text=66,
        topic=Topic.VERSION,
    ),
    sign(
        r"""
            \b(increase|raise|extend|upgrade) (\w+ ){0,6}(seats|users|licen[cs]es)\b.{0,20}\b(to|from|by)\b
            \b(more|additional|extra|further) (nfr |saas |self-?managed )*(seats|users)\b(?! than)
            \b(second|another|additional|extra) (nfr |gitlab )*(saas|self-?managed|gitlab\.com)\b.{0,12}\blicen[cs]e
            \b(two|2|three|3) (nfr |gitlab )*(saas|self-?managed|gitlab\.com)\b.{0,12}\blicen[cs]es\b
            \b(second|another|additional) (nfr |gitlab )*(saas|gitlab\.com)\b.{0,12}\b(nfrs?|namespaces?|groups?)\b
            \bexceptions?\b
            \b(beyond|outside|exceed(s|ing)?) (of )?(the )?(nfr )?(program(me)?|policy|terms|quota)\b
            \blonger than (12|twelve) months\b
            \b(two|2|three|3|second)[ -]years?\b.{0,20}\b(licen[cs]e|nfr|term)\b
            \b(mehr|zusatzliche|weitere) (\w+ )?(sitze|platze|seats|benutzer|nutzer)\b
            \bausnahme(genehmigung|regelung)?\b
            \b(plus de|davantage de) (sieges|places|utilisateurs|licences)\b
            \b(sieges|utilisateurs) supplementaires\b
            \bderogation\b
            \b(mas|mais) (asientos|puestos|usuarios|licencias|assentos|licencas)\b
            \b(asientos|usuarios|assentos) adicion(ales|ais)\b
            \bexcepcion\b
            \bexcecao\b
            (シート|ユーザー)数?.{0,8}(追加|増や|増加)
            例外
        """,
        subject=80,
        text=68,
        topic=Topic.EXCEPTION,
    ),
    sign(
        r"""
            \brenew(al|als|ing|ed|s)?\b
            \bextend(ing)?\b.{0,30}\b(licen[cs]e|nfr|subscription)\b
            \bextension\b
            \b(licen[cs]e|nfr|subscription|it)\b.{0,40}\b(expir\w+|runs? out|ran out|ends?|lapse[sd]?)\b
            \bexpir(e[sd]?|ing|ation|y)\b
            \bverlanger(n|ung|t)\b
            \b(lauft|lief)\b.{0,40}\bab\b
            \bablauf(en|t)?\b
            \brenouvel(er|lement|lons|le)\b
            \bprolong(er|ation)\b
            \bexpire\b
            \brenov(ar|acion|acao)\b
            \bcaduca\b
            \bvence\b
            (更新|延長|期限切れ|有効期限)
        """,
        subject=76,
        text=60,
        topic=Topic.RENEW,
        unless=r"\b(trial|test(phase|zeitraum)?|essai|prueba|avaliacao)\b.{0,30}\b(expir|runs? out|ends?|until)",
    ),
    sign(
        r"""
            \bnew\b.{0,30}\b(nfr|licen[cs]e|not[- ]for[- ]re-?sale)\b
            \b(nfr|licen[cs]e)\b.{0,30}\b(request|application)\b
            \b(request|apply|applying|need|want|get|obtain|have|order|like)\b.{0,40}\b(nfrs?|not[- ]for[- ]re-?sale)\b
            \b(request|need|want|get|obtain|like)\b.{0,40}\b(demo|lab) licen[cs]e\b
            \bfirst nfr\b
            \bneue[nrs]?\b.{0,30}\b(nfr|lizenz)
            \b(nfr|lizenz)\b.{0,40}\b(beantragen|anfordern|erhalten|bekommen|benotigen)\b
            \b(nouvelle|obtenir|demander|demande)\b.{0,30}\b(nfr|licence)\b
            \b(nueva|solicitar|solicitud|obtener|necesitamos)\b.{0,30}\b(nfr|licencia)\b
            \b(nova|pedir|solicitar|obter|precisamos)\b.{0,30}\b(nfr|licenca)\b
            (新規|新しい).{0,8}(nfr|ライセンス)
            (nfr|ライセンス).{0,10}(申請|希望|取得|発行|依頼)
        """,
        subject=58,
        text=46,
        topic=Topic.NEW,
    ),
)

_SEATS: Final = words.USED_OF_ALLOWED[0]  # “13 of 10 seats”


def choose(ticket: Ticket) -> str:
    """The variant of the procedure; empty for the kind's own. One statement.

    Once it was read, what was found counts, also that nobody can tell: else it would begin with the same words again.
    """
    first = Message.objects.filter(ticket=OuterRef("pk"), visibility=Visibility.IN).order_by("pk").values("body")[:1]
    found = Ticket.objects.filter(pk=ticket.pk).values_list("nfr_request__topic", "nfr_request__read", Subquery(first))
    topic, read, body = found.first() or ("", None, "")
    if topic or read is not None:
        return variant_of(topic)
    return variant_of(topic_of(ticket.subject, body or "", ticket.fields))


def variant_of(topic: str) -> str:
    return VARIANTS.get(topic, "")


def topic_of(subject: str, text: str, given: Mapping[str, Any]) -> str:
    """What the form says, else what the words say; empty where they say nothing, or two things as loudly. Pure."""
    return said(given) or by_words(subject, text)


def said(given: Mapping[str, Any]) -> str:
    """What was chosen in the request form."""
    chosen = str(given.get("nfr_topic") or "")
    return chosen if chosen in Topic.values else ""


def by_words(subject: str, text: str) -> str:
    """More seats than there are decide it, whatever else is said: a renewal waits for them."""
    if any(int(one["used"]) > int(one["allowed"]) for one in _SEATS.finditer(f"{subject}\n{text[:READ]}")):
        return Topic.SEATS
    found = _by_words(Clues(subject=subject, body=text[:READ]))
    if found is None or found.score < SURE:
        return ""
    next_best = max((one.score for one in found.also), default=0)
    return str(found.topic) if found.score - next_best >= APART else ""


def because(subject: str, text: str) -> str:
    """The words it was told by, in a sentence."""
    found = _by_words(Clues(subject=subject, body=text[:READ]))
    return found.because if found else ""

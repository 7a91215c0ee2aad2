"""Topics of general requests: the one tag such a ticket carries, shown as its type (contract §5)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tickets.kinds import Recogniser, Words
from tickets.recognising import by_signs, sign


@dataclass(frozen=True, kw_only=True)
class Topic:
    slug: str
    title: Words
    short: Words
    icon: str


ALL: tuple[Topic, ...] = (
    Topic(slug="portal_access", title=_("Portal access"), short=_("Portal"), icon="log-in"),
    Topic(slug="training", title=_("Training"), short=_("Training"), icon="graduation-cap"),
    Topic(slug="deal_registration", title=_("Deal registration"), short=_("Deal reg"), icon="handshake"),
    Topic(slug="new_applicant", title=_("New applicant"), short=_("Applicant"), icon="user-plus"),
    Topic(slug="rebate", title=_("Rebate"), short=_("Rebate"), icon="coins"),
    Topic(slug="vendor_form", title=_("Vendor or tax form"), short=_("Form"), icon="clipboard-list"),
    Topic(slug="locator", title=_("Partner Locator and logo"), short=_("Locator"), icon="map-pin"),
    Topic(slug="technical", title=_("Technical question"), short=_("Technical"), icon="wrench"),
    Topic(slug="programme_question", title=_("Program question"), short=_("Program"), icon="book-open"),
)
# What a general request is about when its words do not tell (contract §5: it carries one topic).
DEFAULT = "programme_question"
_BY_SLUG = {topic.slug: topic for topic in ALL}


def topic_for(kind: str, topic: str) -> str:
    """The topic a request of that kind carries: none, or for a general one the given one, else the default."""
    if kind != "general":
        return ""
    return topic or DEFAULT


def topic_of(slug: str) -> Topic | None:
    return _BY_SLUG.get(slug)


_PORTAL = (
    sign(
        r"""
            \bportal (access|log ?in|sign ?in|account|registration|invitation|user)
            \baccess (to|for) (the |our |your )?(gitlab )?(partner )?portal
            \b(register|add|remove|deactivate)\b.{0,50}\b(to|in|on|for|from) (the |our )?(gitlab )?(partner )?portal
            \bimpartner\b
            \bpartner ?portal\b.{0,60}\b(access|log ?in|sign ?in|register|password|account)
            \bzugang zum (partner)?portal
            partnerportal
            \bacces au portail
            \bportail partenaire
            \bacceso al portal
            \bportal de (partners|socios)
            ポータル
        """,
        subject=76,
        text=54,
        topic="portal_access",
    ),
    sign(
        r"""
            \b(can ?not|can't|couldn't|could not|unable to|not able to)\b.{0,20}\b(log|sign) ?(in|on)\b
            \bpassword\b
            \blocked out\b
            \bpasswort
            \bkennwort
            \bmot de passe
            \bcontrasena
            \bpassword dimenticata
            パスワード
            ログイン
        """,
        subject=72,
        text=50,
        topic="portal_access",
    ),
    sign(r"\b(log|sign) ?in\b|\blogin\b", subject=58, topic="portal_access"),
)

_TRAINING = (
    sign(
        r"""
            \btrainings?\b
            \bcourses?\b
            \bexams?\b
            \bbadges?\b
            \baccreditations?\b
            \bcertifications?\b
            \b(get|getting|become|becoming) certified\b
            \bsales core\b
            \bsolutions? architect core\b
            \bpse\b
            \blearning (path|journey)s?\b
            \blevel ?up\b
            \bcredly\b
            \bschulung(en)?\b
            \bzertifizierung(en)?\b
            \bformations?\b
            \bcapacitacion
            \bcertificaciones?\b
            トレーニング
            研修
            認定
            資格
        """,
        subject=66,
        text=46,
        topic="training",
        unless=r"\b(ssl|tls|x\.?509|https) cert",
    ),
)

_DEALS = (
    sign(
        r"""
            \bdeal ?-?reg(istrations?|s)?\b
            \bregister(ing)? (a |an |our |the |this |my )?(new )?(deal|opportunity)\b
            \bvartopia\b
            \bregistered (deal|opportunity)\b
            \bdeal-?registrierung
            \benregistrement (d'affaires?|de (l'opportunite|deal|transaction))
            \bregistro de (oportunidad|negocio|trato)(es|s)?
            案件登録
            ディール登録
            ディールレジ
        """,
        subject=82,
        text=58,
        topic="deal_registration",
    ),
)

_APPLICANTS = (
    sign(
        r"""
            \b(become|becoming) an? (official |authori[sz]ed )?(gitlab )?(channel )?(partner|reseller)\b
            \bpartner (program(me)? )?(application|applicant)\b
            \b(applied|apply|applying) (to|for) (be|become|the|your|a)\b.{0,40}\b(partner|reseller)
            \bnew applicant\b
            \bjoin (the|your|gitlab'?s?) (gitlab )?(channel )?partner
            \bpartner werden\b
            \bpartnerantrag
            \bdevenir partenaire
            \bconvertir(nos|me) en (partner|socio)
            \bser (partner|socio) de
            パートナー(申請|申込|登録申請|になり)
            新規パートナー
        """,
        subject=82,
        text=58,
        topic="new_applicant",
    ),
)

_MONEY = (
    sign(
        r"""
            \brebates?\b
            \breferral fees?\b
            \bcoupa\b
            \bpay-?outs?\b
            \bincentive payments?\b
            \bremittance\b
            \bruckvergutung
            \bbonuszahlung
            \bristourne
            \bremise arriere
            \breembolso
            リベート
            報奨金
            紹介料
        """,
        subject=84,
        text=57,
        topic="rebate",
    ),
    sign(
        r"""
            \b(vendor|supplier|creditor)\b.{0,20}\b(set ?-?up|onboarding|registration|forms?|master)\b
            \bw-?[89](ben)?(-?e)?\b
            \btax (forms?|residency|certificates?)\b
            \bnew (vendor|supplier) (form|request)
            \blieferanten(formular|selbstauskunft|stammdaten)
            \bformulaire fournisseur
            \b(alta|formulario) de proveedor
            仕入先登録
            取引先登録
            税務
        """,
        subject=82,
        text=58,
        topic="vendor_form",
    ),
)

_LOCATOR = (
    sign(
        r"""
            \bpartner locator\b
            \bfind a partner\b
            \blocator\b
            \b(our|the|update|change|new|company) (logo|listing)\b
            \blogos?\b
            パートナーロケータ
            ロゴ
        """,
        subject=72,
        text=48,
        topic="locator",
    ),
)

_TECHNICAL = (
    sign(
        r"""
            \b(errors?|bugs?|outage|crash(es|ed|ing)?|http 50\d|50\d error)\b
            \b(pipelines?|runners?|ci/cd|merge requests?|gitaly|sidekiq|docker|kubernetes|helm|backup)\b
            \bupgrade to (version )?\d+|\bself-?managed instance\b
            \bactivation code\b|\blicen[cs]e key (does|is|not)\b
            \bgitlab(\.com)? (is )?(down|slow|unreachable)\b
            \bfehlermeldung
            \berreur\b
            エラー
            障害
            不具合
        """,
        subject=62,
        text=46,
        topic="technical",
        unless=r"\bpassword\b|\b(log|sign) ?in\b|\bportal\b|\bnfr\b",
    ),
)

_PROGRAMME = (
    sign(
        r"""
            \bpartner program(me)?\b
            \bprogram(me)? (guide|requirements?|benefits?|levels?|tiers?)\b
            \bdiscounts?\b
            \bmargins?\b
            \bopen compliant\b
            \b(select|open) (track|partner|status|level)\b
            \bmdf\b
            \bmarketing (development )?funds?\b
            \b(partner|reseller|online) agreement\b
            \baddendum\b
            \bpartnerprogramm
            \bprogramme partenaire
            \bprograma de (partners|socios)
            パートナープログラム
            割引
        """,
        subject=60,
        text=42,
        topic="programme_question",
    ),
)

recognise_topic: Recogniser = by_signs(
    *_PORTAL, *_TRAINING, *_DEALS, *_APPLICANTS, *_MONEY, *_LOCATOR, *_TECHNICAL, *_PROGRAMME
)

"""Purchase orders, quote requests and order status: they belong to the seller, and still reach the desk."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from orders import again, answer_steps, attach_steps, fetching, forms, steps
from people.calendar import Target
from tickets import prepared
from tickets.kinds import Field, Kind, Notice
from tickets.procedures import Procedure, automatic, awaited, confirmed
from tickets.recognising import by_signs, sign

HANDBOOK = "#receiving-reseller-purchase-orders-quote-requests-and-order-status-requests"
SAME_DAY = Target(hours=8)

_COMPANY = Field(
    name="company", label=_("Company"), hint=_("As it stands in your partner agreement"), autocomplete="organization"
)
_CUSTOMER = Field(name="customer", label=_("Customer"), hint=_("Who the licences are for"))
_QUOTE_NO = Field(name="quote_no", label=_("Quote number"), max_length=40, required=False, mono=True)
_PO_NO = Field(name="po_no", label=_("Purchase order number"), max_length=40, required=False, mono=True)
_DOCUMENTS = Field(
    name="documents", label=_("Documents"), hint=_("We pass them on with your request"), kind="files", required=False
)

_QUOTE_NOTICE = Notice(
    words=_(
        "Quotes come from your seller or your channel manager; a distributor asks Partner Order Operations. "
        "Write to them: it is quicker. What you send here, we pass on to them."
    ),
    checks_title=_("What a quote request has to say"),
    checks=(
        _("The linked deal registration, if there is one"),
        _("Name and e-mail address of the contact at the customer (Sold-To)"),
        _("Who is invoiced: the distributor, or you"),
        _("The reseller"),
        _("Start date"),
        _("Tier, deployment, number of seats and years: one of each a quote"),
        _("Special terms and further discounts, if any"),
        _("For a renewal: a screenshot of the customer's admin dashboard"),
    ),
    resource="opportunity-requirements-to-request-a-quote",
)
_ORDER_NOTICE = Notice(
    words=_(
        "Purchase orders go to your seller or your channel manager; if you do not know who that is, "
        "to Partner Order Operations. Write to them: it is quicker. What you send here, we pass on to them."
    ),
    checks_title=_("What a purchase order has to show"),
    checks=(
        _("A PDF, made out to the GitLab company that stands on the quote"),
        _("The purchase order number and the quote number"),
        _("US dollars, and the payment terms of the order form"),
        _("Every line of the quote, with the same term"),
        _("A signed order form does as well"),
    ),
    resource="opportunity-requirements-to-request-a-quote",
)
_STATUS_NOTICE = Notice(
    words=_(
        "Your seller or your channel manager knows how far an order is; if you do not know who that is, "
        "Partner Order Operations does. Write to them: it is quicker. What you send here, we pass on to them."
    ),
    checks_title=_("What we find it by"),
    checks=(_("The purchase order number, the quote number or the customer"),),
    resource="opportunity-requirements-to-request-a-quote",
)

_NO_INVOICE = r"(?<!invoice for )(?<!invoices for )(?<!invoice to )(?<!invoice of )(?<!rechnung zu )"
_NUMBERED_PO = rf"""
    {_NO_INVOICE}\bp\.? ?o\.?\s*(number|no\.?|nr\.?|n°|ref\.?)?\s*[:#]?[\s\-]*[a-z]{{0,4}}[\-/]?\d{{3,}}
"""
_PO_WORDS = rf"""
    {_NO_INVOICE}\bpurchase orders?\b
    \b(new|our|the|signed|attached|submit(ting)?|placing|this|following) p\.?o\.?s?\b(?! box)
    \bpos? (for|from|attached|submission|submitted|copy|enclosed)\b
    \b(counter)?signed order forms?\b
    \bbestellung(en)?\b
    \bbons? de commande\b
    \bord(en|enes) de compra\b
    \bpedidos? de compra\b
    \bordem de compra\b
    \bordine d'acquisto\b
    注文書
    発注書
    発注いたし
"""
_QUOTE_WORDS = r"""
    \bquot(e|es|ation|ations) request
    \brequest(s|ing|ed)? (for )?(a |an |the |your )?(\w+ ){0,3}quot(e|ation)
    \brfq\b
    \b(need|want|like|get|have|issue|send|give|share)\b\W+(\w+\W+){0,6}quot(e|es|ation|ations)\b(?! is| was| attached)
    \b(provide|prepare|refresh|update|revise)\b\W+(\w+\W+){0,6}quot(e|es|ation|ations)\b
    \b(new|renewal|updated|revised) quot(e|es|ation)\b
    \b(please|kindly|(can|could|would) you)( please)? quote\b(?! the| our| this| your| that| ticket| case| number| ref)
    \bangebots(anfrage|anforderung)\b
    \bangebot\b
    \bdevis\b
    \bcotizacion(es)?\b
    \bpresupuesto\b
    \bcotacao\b
    \borcamento\b
    \bpreventivo\b
    見積
"""
_STATUS_WORDS = r"""
    \b(order|po|purchase order) (status|confirmation|update|tracking)\b
    \b(status|update|news|eta|follow(ing)?[- ]up)\b.{0,30}\b(order|po|purchase order)s?\b
    \b(order|po)\b.{0,40}\b(processed|booked|shipped|delivered|fulfilled|confirmed|status)\b(?!.{0,10}\bby us\b)
    \bwhen (will|can|do|does)\b.{0,40}\border\b
    \bwhere is (our|the|my) order\b
    \btrack (our|the|my|an) order\b
    \bbestellstatus\b
    \bauftragsstatus\b
    \bstatus (unserer|der|meiner|dieser) bestellung
    \b(statut|etat|suivi) de (la |notre |ma |votre )?commande
    \bestado (del?|de la|de nuestro|de nuestra|de mi) (pedido|orden)
    注文(の)?(状況|ステータス)
    納期
"""


def _about(words: str, given: Mapping[str, str], *numbers: str) -> str:
    parts = [given.get(name, "").strip() for name in (*numbers, "customer")]
    return f"{words}: {', '.join(part for part in parts if part)}".rstrip(": ")


PURCHASE_ORDER = Kind(
    slug="purchase_order",
    title=_("Purchase order"),
    short=_("PO"),
    icon="receipt-text",
    handbook=HANDBOOK,
    first_reply=SAME_DAY,
    resolution=SAME_DAY,
    recognise=by_signs(
        sign(_NUMBERED_PO, subject=83, text=56, file=62, document=72, unless=r"\bdeal reg"),
        sign(_PO_WORDS, subject=81, text=55, file=62, document=84, unless=r"\bp\.? ?o\.? box\b"),
        sign(
            r"\b(place|placing|submit|submitting) (an |our |the |this )?order\b",
            subject=70,
            text=50,
            unless=r"\bportal\b",
        ),
    ),
    fields=(_COMPANY, _CUSTOMER, _PO_NO, _QUOTE_NO, _DOCUMENTS),
    notice=_ORDER_NOTICE,
    subject=lambda given: _about(_now("Purchase order"), given, "po_no", "quote_no"),
)

QUOTE_REQUEST = Kind(
    slug="quote_request",
    title=_("Quote request"),
    short=_("Quote"),
    icon="receipt-text",
    handbook=HANDBOOK,
    first_reply=SAME_DAY,
    resolution=SAME_DAY,
    recognise=by_signs(
        sign(_QUOTE_WORDS, subject=86, text=60),
        sign(r"\bquot(e|es|ation|ations)\b", subject=68),
        sign(r"\b(pricing|price list|prices?) (for|of|request)\b", subject=58, text=44),
    ),
    fields=(_COMPANY, _CUSTOMER, _QUOTE_NO, _DOCUMENTS),
    notice=_QUOTE_NOTICE,
    subject=lambda given: _about(_now("Quote request"), given, "quote_no"),
)

ORDER_STATUS = Kind(
    slug="order_status",
    title=_("Order status"),
    short=_("Order"),
    icon="receipt-text",
    handbook=HANDBOOK,
    first_reply=SAME_DAY,
    resolution=SAME_DAY,
    recognise=by_signs(sign(_STATUS_WORDS, subject=89, text=61)),
    fields=(_COMPANY, _CUSTOMER, _PO_NO, _QUOTE_NO),
    notice=_STATUS_NOTICE,
    subject=lambda given: _about(_now("Order status"), given, "po_no", "quote_no"),
)

# ── What is done for them ─────────────────────────────────────────────────────────────────────────

_READ = (
    automatic("read", _("Read the request"), steps.read),
    automatic("order_ops", _("Look for Partner Order Operations"), steps.see_order_ops),
    automatic("find", _("Find the opportunity"), steps.find, only_if=steps.order_ops_has_it),
    confirmed(
        "choose",
        _("Choose the opportunity"),
        forms.OpportunityForm,
        steps.choose,
        prepare=steps.choices,
        look=steps.chosen,
        hears=(fetching.FOUND, *again.HEARS),
        only_if=steps.nothing_to_choose,
        anew=True,
    ),
    automatic(
        "people",
        _("Find seller, ISR and channel manager"),
        steps.find_people,
        only_if=steps.without_opportunity,
        handbook="#channel-manager-opportunity-ownership",
    ),
)
_ATTACH = (
    confirmed(
        "document",
        _("Agree to attach the purchase order"),
        forms.DocumentForm,
        attach_steps.name_document,
        prepare=attach_steps.documents_to_choose,
        look=attach_steps.confirmed,
        hears=again.HEARS,
        only_if=attach_steps.nothing_to_attach,
        anew=True,
    ),
    automatic(
        "attach",
        _("Attach the purchase order to the opportunity"),
        attach_steps.attach,
        writes=True,
        undo=attach_steps.detach,
        only_if=attach_steps.not_agreed,
    ),
)
_ANSWER = (
    automatic("answer", _("Prepare the answer"), answer_steps.answer),
    awaited("send", _("Send the answer"), answer_steps.sent, hears=(*prepared.HEARS, *again.HEARS)),
    automatic("solve", _("Resolve it as redirected"), answer_steps.solve),
)

PROCEDURES = (
    Procedure(
        kind="purchase_order",
        title=_("Purchase order"),
        handbook=HANDBOOK,
        steps=(*_READ, *_ATTACH, *_ANSWER),
    ),
    Procedure(kind="quote_request", title=_("Quote request"), handbook=HANDBOOK, steps=(*_READ, *_ANSWER)),
    Procedure(kind="order_status", title=_("Order status"), handbook=HANDBOOK, steps=(*_READ, *_ANSWER)),
)

"""Mails as they come, and what the desk should take them for."""

from __future__ import annotations

from dataclasses import dataclass

from tickets.kinds import Clues


@dataclass(frozen=True)
class Case:
    kind: str
    subject: str
    body: str = ""
    files: tuple[str, ...] = ()
    topic: str = ""

    @property
    def clues(self) -> Clues:
        return Clues(subject=self.subject, body=self.body, filenames=self.files, from_address="ana@acme.example")


LETTERS = [
    Case("loa", " GitLab LOA: Katrin Vogel", "Katrin Vogel has sent you a document to review and sign."),
    Case("loa", "GitLab LOA:Aïssatou Diallo"),
    Case("loa", "Fwd:  GitLab LOA: Omar Reyes", "see below"),
    Case("loa", "Completed: GitLab LOA for Bluepeak"),
    Case("loa", "Letter of Authorisation for a public tender", "We must hand it in on Friday."),
    Case("loa", "Tender in Kenya", "Could you issue a letter of authorization for us?"),
    Case("loa", "Manufacturer's authorization form (MAF)"),
    Case("loa", "Autorisierungsschreiben für die Ausschreibung", "Guten Tag"),
    Case("loa", "Demande", "Pouvez-vous nous envoyer une lettre d'autorisation ?"),
    Case("loa", "Solicitud de carta de autorización"),
    Case("loa", "授権書の発行のお願い"),
    Case("loa", "Question", "Where is our LoA? We asked two days ago.", ("LoA_draft.pdf",)),
]
LICENCES = [
    Case("nfr", "NFR license renewal"),
    Case("nfr", "Renewal", "Our not-for-resale license ends next week. How do we renew?"),
    Case("nfr", "Re: Seats on our NFR", "We have removed 6 users."),
    Case("nfr", "NFRライセンスの更新について"),
    Case("nfr", "\uff2e\uff26\uff32 ライセンス"),
    Case("nfr", "Not for Resale Lizenz", "Wir brauchen mehr Plätze."),
    Case("nfr", "More CI minutes", "Our NFR group has used up its minutes."),
    Case("nfr", "Demo license for our team"),
]
ORDERS = [
    Case("purchase_order", "PO 4711"),
    Case("purchase_order", "PO#4500017 Havelland Klinik"),
    Case("purchase_order", "P.O. No. 88123", "Attached.", ("PO_88123.pdf",)),
    Case("purchase_order", "Purchase order for quote Q-20811", "We attach our PO. Kindly process."),
    Case("purchase_order", "PO 4711", "Kindly invoice us at the end of the month."),
    Case("purchase_order", "Havelland", "You find our order attached.", ("Purchase_Order_Havelland.pdf",)),
    Case("purchase_order", "Bestellung 4500017"),
    Case("purchase_order", "Bon de commande - Clinique du Lac"),
    Case("purchase_order", "Orden de compra"),
    Case("purchase_order", "注文書送付の件"),
    Case("quote_request", "Quote request: 50 Ultimate seats"),
    Case("quote_request", "Request for a quotation"),
    Case("quote_request", "Havelland renewal", "Can you send us a quote for 120 Premium seats, three years?"),
    Case("quote_request", "RFQ 2022-118"),
    Case("quote_request", "Angebotsanfrage Premium"),
    Case("quote_request", "Demande de devis"),
    Case("quote_request", "Cotización para 20 usuarios"),
    Case("quote_request", "お見積もりのお願い"),
    Case("order_status", "Order status PO 4711"),
    Case("order_status", "Status of our order"),
    Case("order_status", "Havelland", "When will our order be processed? The customer is waiting."),
    Case("order_status", "Update on PO 4500017?"),
    Case("order_status", "Bestellstatus 4500017"),
    Case("order_status", "Suivi de notre commande"),
    Case("order_status", "注文状況の確認"),
]
PROOFS = [
    Case("service_attach", "Proof of Execution GL-0048213"),
    Case("service_attach", "PoE for Havelland Klinik", "The signed SOW is attached.", ("SOW_Havelland.pdf",)),
    Case("service_attach", "Statement of work, Deal ID GL-0048213"),
    Case("service_attach", "Havelland Klinik", "The signed document is attached.", ("SOW-Havelland-signed.pdf",)),
    Case("service_attach", "Service Attach registration GL-0048213"),
    Case("service_attach", "Leistungsnachweis Havelland"),
    Case("service_attach", "Preuve d\u2019exécution"),
]
REPORTS = [
    Case("certification_report", "Certification report"),
    Case("certification_report", "Our team", "Could you send us a list of all certifications our people hold?"),
    Case("certification_report", "Who in our team is certified?"),
    Case("certification_report", "Zertifizierungsübersicht"),
    Case("certification_report", "認定資格一覧のお願い"),
]
INVOICES = [
    Case("invoice", "Copy of invoice INV00048213"),
    Case("invoice", "Missing invoice", "We never received the invoice for October."),
    Case("invoice", "Rechnungskopie Oktober"),
    Case("invoice", "Facture du mois d'octobre"),
    Case("invoice", "請求書の再発行"),
]
OWNERS = [
    Case("account_owner", "Who is our channel manager?"),
    Case("account_owner", "New contact", "We do not know who our channel account manager is since the reorganization."),
    Case("account_owner", "Change of account owner"),
    Case("account_owner", "Unser neuer Ansprechpartner?"),
]
GENERAL = [
    Case("general", "Partner portal access", "Our new colleague needs access.", topic="portal_access"),
    Case("general", "Cannot log in", "The portal says error 500 when I enter my password.", topic="portal_access"),
    Case("general", "Passwort vergessen", topic="portal_access"),
    Case("general", "パスワードを忘れました", topic="portal_access"),
    Case("general", "Sales Core course", "The badge does not show.", topic="training"),
    Case("general", "How do we get certified?", topic="training"),
    Case("general", "Deal registration extension", topic="deal_registration"),
    Case("general", "We want to register a deal", topic="deal_registration"),
    Case("general", "Become a GitLab partner", "We would like to join.", topic="new_applicant"),
    Case("general", "Rebate for Q3", "When is it paid?", topic="rebate"),
    Case("general", "Coupa invitation", topic="rebate"),
    Case("general", "Vendor registration form", topic="vendor_form"),
    Case("general", "W-8BEN-E needed", topic="vendor_form"),
    Case("general", "Our listing in the Partner Locator", topic="locator"),
    Case("general", "Pipeline stuck", "The runner does not pick up jobs.", topic="technical"),
    Case("general", "Question about the partner program", topic="programme_question"),
]
# Words that look like something else; `general` with no topic where nothing fits.
HARD = [
    Case("general", "Leave of absence", "I am away until Monday; LOA approved by HR."),
    Case("general", "Our P.O. Box has changed", "New address: P.O. Box 4711, Berlin."),
    Case("general", "Power over Ethernet", "Does the PoE switch matter for your runners?", topic="technical"),
    Case("general", "TLS certificate list", "The SSL certificate expires."),
    Case("general", "Hello", "I hope you are well."),
    Case("general", ""),
    Case("general", "Portfolio day", "Nice to meet you at the fair, see you in Lisbon."),
    Case("general", "Usage quotas", "Where do I see them?"),
    Case("general", "Position paper", "A podcast about expo trends."),
    Case("general", "Deal reg 4711 approved?", "Is it approved?", topic="deal_registration"),
    Case("general", "Thanks", "Thank you!\n> Could you send us a quote for PO 4711?\n> NFR, LoA, invoice"),
    Case("general", "A sentence on your page", "I quote: “More information to come soon”. When will that be?"),
    Case("nfr", "Upgrade", "Our NFR licence shows an error since we upgraded the version."),
    Case("invoice", "Invoice for PO-free renewal", "We need a copy of the invoice."),
    Case("general", "Error on gitlab.com", "The API answers with HTTP 502.", topic="technical"),
]

ALL = [*LETTERS, *LICENCES, *ORDERS, *PROOFS, *REPORTS, *INVOICES, *OWNERS, *GENERAL, *HARD]

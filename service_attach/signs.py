"""How documents, mails and our own form call what a proof has to say; and what its values look like."""

from __future__ import annotations

import re
from typing import Final

# As written; the finder compares without case, accents and signs, and takes the longest label that fits.
LABELS: Final[dict[str, tuple[str, ...]]] = {
    "partner_name": (
        "Partner", "Partner Name", "Name of Partner", "Partner Company", "GitLab Partner", "Service Partner",
        "Delivery Partner", "Services Partner", "Service Provider", "Provider", "Reseller", "Contractor", "Supplier",
        "Consultant", "Partnername", "Dienstleister", "Auftragnehmer", "Auftragnehmerin", "Prestataire",
        "Nom du partenaire", "Partenaire", "Proveedor", "Nombre del socio", "Fornitore", "Prestador",
        "パートナー", "パートナー名", "受託者", "受注者",
    ),
    "customer_name": (
        "Customer", "Customer Name", "Name of Customer", "End Customer", "End User", "Client", "Client Name",
        "End Customer Name", "Customer Company", "Buyer", "Kunde", "Kundin", "Kundenname", "Endkunde", "Auftraggeber",
        "Auftraggeberin", "Nom du client", "Client final", "Cliente", "Nombre del cliente", "Cliente final",
        "顧客", "顧客名", "お客様", "お客様名", "委託者", "発注者",
    ),
    "deal_id": (
        "Service Attach Deal ID", "Service Attached Deal ID", "Services Attach Deal ID", "Service Attach ID",
        "Service Attach Registration", "Service Attach Registration ID", "Service Attach Deal Registration",
        "Service Attach Deal Registration ID", "Deal ID", "DealID", "DR Deal ID", "DR ID", "Deal Registration ID",
        "Deal Registration Number", "Deal Registration", "Registration ID", "Registration Number", "Vendor Deal ID",
        "Deal-ID", "Deal-Nummer", "Deal Nummer", "Registrierungsnummer", "Numéro de deal", "ID de la oportunidad",
        "ID del deal", "案件ID", "案件登録ID", "案件番号", "ディールID",
    ),
    "signed_on": (
        "Signed on", "Date signed", "Date of signature", "Signature date", "Date", "Countersigned on", "Datum",
        "Unterzeichnet am", "Datum der Unterschrift", "Ort, Datum", "Date de signature", "Fait le", "Fecha de firma",
        "Fecha", "Data", "署名日", "日付", "締結日",
    ),
    "services_start": (
        "Start date", "Services start", "Services begin", "Services begin on", "Start of services", "Effective date",
        "Commencement date", "Project start", "Services from", "Leistungsbeginn", "Projektbeginn", "Beginn",
        "Date de début", "Début des prestations", "Fecha de inicio", "開始日", "作業開始日",
    ),
    "services_end": (
        "End date", "Services end", "Services end on", "End of services", "Completion date", "Date of completion",
        "Completed on", "Project end", "Services to", "Leistungsende", "Projektende", "Ende", "Date de fin",
        "Fin des prestations", "Fecha de finalización", "Fecha de fin", "終了日", "作業終了日", "完了日",
    ),
}  # fmt: skip
SERVICE_ATTACH: Final = re.compile(r"service(s)?[- ]?attach", re.IGNORECASE)

# Labels that also begin sentences, head columns or stand for other things are less sure than the rest.
LESS_SURE: Final[dict[str, frozenset[str]]] = {
    "partner_name": frozenset({"partner", "provider", "reseller", "supplier", "contractor", "consultant"}),
    "customer_name": frozenset({"buyer", "end user"}),
    "deal_id": frozenset({"registration number", "registration id", "deal registration"}),
}

# Nobody publishes its format: behind its label anything with three digits in a row is one, a day and a section are not.
# Word processors make other hyphens of it.
DEAL_ID: Final = re.compile(
    r"(?<![\w./\-\u2010-\u2015\u2212])(?!\d{4}-\d\d-\d\d\b|\d{1,2}[./]\d{1,2}[./]\d{2,4}\b)"
    r"((?:[A-Z]{1,5}[ ](?=\d))?(?=[\w./\-\u2010-\u2015\u2212]{0,30}\d{3}|[A-Za-z]*\d[A-Za-z0-9]{14,17}\b)"
    r"[A-Za-z0-9][\w./\-\u2010-\u2015\u2212]{1,38}[A-Za-z0-9])"
)
# Without a label only what looks like an id in its own right.
BARE_DEAL_ID: Final = re.compile(r"(?<![A-Za-z0-9\-/.@])([A-Z]{1,4}-?\d{5,10})(?![A-Za-z0-9\-/@])")
OPPORTUNITY_ID: Final = re.compile(r"(?<![A-Za-z0-9])(006[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?)(?![A-Za-z0-9])")
NO_DEAL: Final = re.compile(
    r"(?:PHD|SOW|INV|PO|Q|QU|QUO|NFR|ISO|RFC|DIN|EN|VAT|HRB|HRA|UID|ATU|DE|GB|FR|AT|CH|CHE|IT|ES|NL|BE|PL)-?\d",
    re.IGNORECASE,
)

BETWEEN: Final = re.compile(
    r"\b(?:between|zwischen|entre|tra)\s+(?P<partner>[^\n,;()]{3,80}?)\s*(?:,[^\n;]{0,160}?)?"
    r"(?:\([^()\n]{0,80}\)\s*)?(?:,\s*)?\b(?:and|und|et|y|e)\s+(?P<customer>[^\n,;()]{3,80}?)\s*(?=[,;(\n.]|$)",
    re.IGNORECASE,
)

GOES_ON: Final = re.compile(r"[,;]\s+(?:and|und|et|y|e|sowie|our|the|we)\s.*|[.!?]\s+[A-Z].*", re.DOTALL)

# Blanks are counted: a page of nothing else must not be looked through again and again.
_BLANK: Final = r"[ \t]{0,40}[:.]?[ \t]{0,8}[_.\u2026\-\u2014]{4,}"
SIGNED: Final = (
    (re.compile(r"\bDocuSigned by:?[ \t]{0,40}\n?[ \t]{0,40}(?P<who>[^\n\t_]{2,80})", re.IGNORECASE), 0.95),
    (
        re.compile(
            r"\b(?:Electronically|Digitally) signed by:?[ \t]{0,40}\n?[ \t]{0,40}(?P<who>[^\n\t_]{2,80})", re.IGNORECASE
        ),
        0.95,
    ),
    (re.compile(r"(?<!\w)/s/[ \t]{0,40}(?P<who>[^\n\t_]{2,80})", re.IGNORECASE), 0.9),
    (re.compile(r"\bAdobe (?:Acrobat )?Sign\b[^\n]{0,80}", re.IGNORECASE), 0.75),
    (
        re.compile(
            r"\b(?:signed (?:by|for|on behalf of)|accepted (?:and agreed )?by|countersigned by|unterzeichnet von"
            r"|signé par|firmado por)(?: (?:the )?customer)?[ \t]{0,40}[:,]?[ \t]{0,40}\n?[ \t]{0,40}"
            r"(?P<who>[^\n\t_:]{3,80})",
            re.IGNORECASE,
        ),
        0.9,
    ),
    (
        re.compile(
            r"\b(?:customer(?:'s)? signature|signature(?: of (?:the )?customer)?|unterschrift(?: des kunden)?|firma"
            r"|署名)[ \t]{0,40}[:\uff1a][ \t]{0,40}(?P<who>[^\n\t_.:]{3,80})",
            re.IGNORECASE,
        ),
        0.85,
    ),
)
UNSIGNED: Final = re.compile(
    rf"\b(?:customer(?:'s)? signature|signature|signed by|unterschrift|firma|署名){_BLANK}", re.IGNORECASE
)

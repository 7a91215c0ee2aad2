"""What workers answer about Salesforce by name (integrations.asking): each only reads there.

`salesforce.opportunities` → candidates, `salesforce.opportunity` → OpportunityRef · `salesforce.deals`,
`salesforce.deals_of`, `salesforce.deal` → DealRef · `salesforce.invoices` → InvoiceRef · `salesforce.files_of` →
FileRef, `salesforce.file` → bytes · `salesforce.account` → AccountHit · `salesforce.user` → UserRef.
"""

from __future__ import annotations

from integrations.asking import question
from integrations.salesforce import reading
from integrations.salesforce.files import content, files_of
from integrations.salesforce.invoices import invoices
from integrations.salesforce.opportunities import candidates, opportunity
from integrations.salesforce.registrations import deal, deals, deals_of

__all__ = ["candidates", "content", "deal", "deals", "deals_of", "files_of", "invoices", "opportunity"]

question("salesforce.account")(reading.account)
question("salesforce.user")(reading.user)

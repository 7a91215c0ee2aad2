"""Looking a proof up at Salesforce and keeping what was found beside it: the registration, its deal, every check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations import asking
from integrations.salesforce.shapes import DealRef
from partners.models import Account
from people import quarters
from people.quarters import FiscalQuarter
from service_attach import checks, excluded, finding, proofs, reading, stages
from service_attach.checks import Check, Elsewhere, Known
from service_attach.finding import Found
from service_attach.models import Proof, ProofDocument
from service_attach.registrations import WON, Licence, Registration
from tickets import papers, steps
from tickets.models import Ticket
from tickets.procedures import Stuck

STEP: Final = "registration"
OVER: Final = (Proof.Stage.ENDED, Proof.Stage.TAKEN_BACK)
LOOKED_AT = ("deal_id", "partner_name", "customer_name", "signed", "signed_on", "services_start", "services_end")


def look(proof: Proof) -> Proof:
    """Asks Salesforce, checks, keeps. In a worker and outside any transaction."""
    found = finding.look(ids_of(proof))
    with proofs.holding(proof) as row:
        made = checks.run(known(row, found))
        _keep(row, found, made)
        if row.stage not in stages.TAKEN:
            stages.move(row, Proof.Stage.DECIDING)
    return row


def ids_of(proof: Proof) -> list[str]:
    """What a person typed stands alone; else everything that was read as a Deal ID."""
    if "deal_id" in proof.corrected:
        return [proof.deal_id]
    return reading.candidates(proof, "deal_id")


def known(proof: Proof, found: Found) -> Known:
    """All that the checks look at, from our own rows."""
    partner, registration = proof.ticket.partner, found.registration
    proving = [str(one) for one in _proving(proof).values_list("stored", flat=True)]
    return Known(
        found=found,
        partner_name=proof.partner_name,
        customer_name=proof.customer_name,
        signed=proof.signed,
        signed_on=proof.signed_on,
        services_start=proof.services_start,
        services_end=proof.services_end,
        sender_id=partner.salesforce_id if partner else "",
        sender_name=partner.name if partner else "",
        other_names=_other_names(registration),
        documents=len(proving),
        excluded=excluded.found(papers.sources_of(proof.ticket), proving),
        elsewhere=tuple(_elsewhere(proof, registration)),
        ours=proof.won is not None and registration is not None and registration.id == proof.registration_id,
    )


def confirm_won(proof: Proof) -> Proof:
    """Somebody did it themselves, or only had it shown: believed when Salesforce says so."""
    found: DealRef | None = asking.ask("salesforce.deal", proof.registration_id) if proof.registration_id else None
    if found is None or found.status != WON:
        said = {"status": found.status if found else _("not found")}
        words = _("The registration is not Closed-Won (%(status)s). Close it, or go back to the decision.")
        raise Stuck(words % said)
    with proofs.holding(proof) as row:
        row.won = row.won or found.modified
        row.registration = {**row.registration, "status": WON}
        row.save(update_fields=["won", "registration"])
        stages.move(row, Proof.Stage.WON, why=_("Salesforce shows it as Closed-Won."))
    return row


def kept(proof: Proof) -> list[Check]:
    return [Check.from_json(one) for one in proof.checks]


def registration_of(proof: Proof) -> Registration | None:
    return Registration.from_json(proof.registration) if proof.registration else None


def licence_of(proof: Proof) -> Licence | None:
    return Licence.from_json(proof.opportunity) if proof.opportunity else None


def looked_at(proof: Proof) -> dict[str, Any]:
    """What was compared; another value afterwards means that it is compared anew."""
    values = {name: getattr(proof, name) for name in LOOKED_AT}
    values["documents"] = sorted(str(one) for one in _proving(proof).values_list("stored", flat=True))
    values["partner"] = proof.ticket.partner_id
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def compared(ticket: Ticket) -> Mapping[str, Any]:
    """What the present run has compared; nothing where it has not come so far."""
    step = next((one for one in steps.of(ticket) if one.slug == STEP), None)
    found: Mapping[str, Any] = step.data.get("keep", {}).get("compared", {}) if step else {}
    return found


def is_old(proof: Proof, compared: Mapping[str, Any]) -> bool:
    """Whether something was said since that the checks have not seen; `compared` is what `looked_at` gave then."""
    return reading.is_stale(proof) or looked_at(proof) != dict(compared)


def services_in(account: Account, quarter: FiscalQuarter) -> list[Decimal | None]:
    """The net ARR behind each service of that partner which is won and counts in the quarter."""
    won = Proof.objects.filter(account=account, stage=Proof.Stage.WON)
    found = won.filter(fiscal_year=quarter.year, fiscal_quarter=quarter.number)
    return list(found.values_list("net_arr", flat=True))


def _keep(row: Proof, found: Found, made: tuple[Check, ...]) -> None:
    registration, licence = found.registration, found.licence
    row.registration_id = registration.id if registration else ""
    row.registration = registration.as_json() if registration else {}
    row.opportunity_id = licence.id if licence and registration else ""
    row.opportunity = licence.as_json() if licence and registration else {}
    row.manager_name = (registration.manager_name if registration else "")[:200]
    row.manager_email = (registration.manager_email if registration else "")[:254]
    row.deal_closed_on = licence.close_date if licence and registration else None
    quarter = quarters.quarter_of(row.deal_closed_on) if row.deal_closed_on else None
    row.fiscal_year, row.fiscal_quarter = quarter or (None, None)
    row.net_arr = licence.net_arr if licence and registration else None
    row.checks, row.checked = [one.as_json() for one in made], timezone.now()
    row.save()


def _other_names(registration: Registration | None) -> tuple[str, ...]:
    """Its name and the others that people here have said are the same company."""
    if registration is None or not registration.partner_id:
        return ()
    account = Account.objects.filter(salesforce_id=registration.partner_id).prefetch_related("other_names").first()
    return (account.name, *(one.name for one in account.other_names.all())) if account else ()


def _elsewhere(proof: Proof, registration: Registration | None) -> Iterator[Elsewhere]:
    """Other proofs of the same registration, and those whose documents have the same content, whatever their names."""
    mine = set(_proving(proof).values_list("sha256", flat=True))
    others = ProofDocument.objects.filter(sha256__in=mine).exclude(proof=proof).exclude(proof__stage__in=OVER)
    seen: set[int] = set()
    for one in others.select_related("proof__ticket").order_by("pk"):
        seen.add(one.proof_id)
        yield _other(one.proof, registration, account=proof.account_id, document=one.name)
    if registration is not None:
        same = Proof.objects.filter(Q(registration_id=registration.id), ~Q(pk=proof.pk), ~Q(pk__in=seen))
        for other in same.exclude(stage__in=OVER).select_related("ticket").order_by("pk"):
            yield _other(other, registration, account=proof.account_id)


def _other(proof: Proof, registration: Registration | None, *, account: int | None, document: str = "") -> Elsewhere:
    return Elsewhere(
        ticket=proof.ticket.reference,
        deal_id=proof.deal_id,
        document=document,
        settled=proof.stage in stages.TAKEN,
        same_registration=registration is not None and proof.registration_id == registration.id,
        same_partner=account is not None and proof.account_id == account,
    )


def _proving(proof: Proof) -> QuerySet[ProofDocument]:
    return proof.documents.filter(proves=True)

"""The directory, the mapping, what was answered, and changes of owners and of the team."""

from routing.models.answered import Correction, Decision
from routing.models.coverage import GROUP, CountryGroup, Coverage, SubdivisionPart, Track
from routing.models.mapping import KeyAlias, KeyRule, MappingImport, PartnerRule, PrecedenceStep
from routing.models.ownership import HandOver, OwnershipChange, OwnershipRow
from routing.models.team import RosterChange

__all__ = [
    "GROUP",
    "Correction",
    "CountryGroup",
    "Coverage",
    "Decision",
    "HandOver",
    "KeyAlias",
    "KeyRule",
    "MappingImport",
    "OwnershipChange",
    "OwnershipRow",
    "PartnerRule",
    "PrecedenceStep",
    "RosterChange",
    "SubdivisionPart",
    "Track",
]

"""Impartner's user export → the table a partner gets (handbook, “Pulling a Certification Report”; decision 0044).

`convert(source, out, name=…)` → `Summary`, or `Refused` with a sentence; `foreign` tells who may be another company's.
"""

from __future__ import annotations

from certification.export.converting import Refused, Summary, convert
from certification.export.cutting import Cut, cut
from certification.export.people import Person, people

__all__ = ["Cut", "Person", "Refused", "Summary", "convert", "cut", "people"]

"""What is wrong with the rules, and where Salesforce says something else: each with its fix."""

from __future__ import annotations

from routing.audit.coverage import Coverage, Row, coverage
from routing.audit.finding import Finding, Fix, Kind
from routing.audit.reading import Audit, findings, read

__all__ = ["Audit", "Coverage", "Finding", "Fix", "Kind", "Row", "coverage", "findings", "read"]

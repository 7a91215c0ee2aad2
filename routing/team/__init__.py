"""Changes of the team: who joins, who leaves, which territories move; from a proposal to everything that follows it."""

from __future__ import annotations

from routing.team.rules import rules_of

__all__ = ["rules_of"]

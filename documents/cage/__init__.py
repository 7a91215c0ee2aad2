"""The one limited process of the house: what strangers wrote is read there, never in a process that holds secrets.

`run(task, …)` runs an allowed function in a child of this process that has a gigabyte of memory or less, ten seconds of
computing (more only where `allow` says so), no network, no database, no settings and no way to start anything. What
ends the child ends nothing else: the caller gets `Escaped` with a sentence, and the next task a new child.
"""

from __future__ import annotations

from documents.cage.keeping import Died, Escaped, Failed, Unavailable, allow, close, run

__all__ = ["Died", "Escaped", "Failed", "Unavailable", "allow", "close", "run"]

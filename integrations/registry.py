"""The operations a worker can do, by name: `salesforce.close_deal`. A web process knows the names only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from integrations.models import Vendor
from integrations.outcomes import Outcome


class Work(Protocol):
    """Looks, then writes where it must. It may raise VendorError; `key` is the same each time it is tried."""

    def __call__(self, payload: Mapping[str, Any], *, key: str) -> Outcome: ...


@dataclass(frozen=True, kw_only=True)
class Operation:
    name: str
    work: Work
    breakers: tuple[str, ...]

    @property
    def vendor(self) -> Vendor:
        return Vendor(self.name.partition(".")[0])


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of `check_vendors`: what was looked for, and in words what was found."""

    ok: bool
    subject: str
    words: str


Checker = Callable[[], Iterator[Finding]]

operations: dict[str, Operation] = {}
probes: dict[str, Callable[[], None]] = {}
resumers: dict[str, Callable[[], None]] = {}
checkers: dict[str, Checker] = {}


def operation(name: str, *, breakers: tuple[str, ...] = ()) -> Callable[[Work], Work]:
    """`name` begins with the vendor's; `breakers` are further ones that hold it back (Chatter's)."""
    vendor = Vendor(name.partition(".")[0])

    def keep(work: Work) -> Work:
        operations[name] = Operation(name=name, work=work, breakers=(vendor.value, *breakers))
        return work

    return keep


def probe(vendor: Vendor, ask: Callable[[], None]) -> None:
    """`ask` makes one cheap call that shows whether the vendor answers; it raises VendorError where not."""
    probes[vendor.value] = ask


def resumer(vendor: Vendor, go_on: Callable[[], None]) -> None:
    """`go_on` makes due what waits for the vendor beside its writes."""
    resumers[vendor.value] = go_on


def checker(vendor: Vendor, check: Checker) -> None:
    """`check` tries the configured credentials and says of everything the desk needs whether it is there."""
    checkers[vendor.value] = check

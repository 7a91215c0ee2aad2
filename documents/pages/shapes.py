"""What leaves the cage: pages and what is to be said about them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Page:
    """`scan`: a picture of text. `recognised`: its text was read by a program and may be wrong."""

    text: str = ""
    scan: bool = False
    recognised: bool = False


@dataclass(frozen=True)
class Read:
    """What was found; in `refused` a sentence why nothing could be read. `kind` is one of `Paper.Kind`.

    `count` is how many pages there are, `pages` the first of them. `signed` are the days of digital signatures, an
    empty text for one without a day.
    """

    kind: str = "other"
    refused: str = ""
    warnings: list[str] = field(default_factory=list)
    count: int = 0
    pages: list[Page] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)

"""Papers: what stored files say, read once each in the cage, and the values found in them.

`read(stored)` keeps a `Paper` row, refused ones too. `finding` looks for labelled values in any texts with their place.
"""

from __future__ import annotations

from documents.pages.tidying import tidy
from documents.papers.keeping import known, read, signatures_of, text_of
from documents.papers.shapes import Found, Source

__all__ = ["Found", "Source", "known", "read", "signatures_of", "text_of", "tidy"]

"""Two signatures side by side: a table parts them by a tab, and each is the one of its own column."""

from __future__ import annotations

import pytest

from documents.papers import Source
from service_attach import signatures

BLOCK = (
    "Signed for the customer: R. Delgado\tSigned for the partner: S. Gupta\nDate: 2 October 2026\tDate: 1 October 2026"
)


@pytest.mark.parametrize("text", [BLOCK, BLOCK.replace("\t", "\n")])
def test_the_customers_column_is_the_customers(text: str) -> None:
    [one] = signatures.found([Source(name="sow.pdf", pages=(text,))])
    assert (one.value, one.quote.partition("Signed for the partner")[0].strip()) == (
        signatures.SIGNED,
        "Signed for the customer: R. Delgado",
    )
    assert one.sure > signatures.ONE_SIDE

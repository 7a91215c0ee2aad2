"""Guards around a write: it holds only as long as nobody else has changed the row, and it is read back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from django.utils.translation import gettext as _

from integrations.errors import VendorError
from integrations.models import ErrorClass, Vendor

NOT_READ_BACK: Final = "NOT_READ_BACK"


def unmodified_since(modified: datetime | None) -> dict[str, str]:
    """With it a row changed since is answered with 412, and read again."""
    if modified is None:
        return {}
    return {"If-Unmodified-Since": format_datetime(modified.astimezone(UTC).replace(microsecond=0), usegmt=True)}


@contextmanager
def reading_back() -> Iterator[None]:
    """What is read inside was just written: where it cannot be read, it is looked at again before it is sent again."""
    try:
        yield
    except VendorError as problem:
        words = _("It was written, but not read back yet: %(why)s") % {"why": problem.words}
        raise VendorError(Vendor.SALESFORCE, ErrorClass.AMBIGUOUS, NOT_READ_BACK, words) from None


def not_kept() -> str:
    """Salesforce says done before rules of the organisation's own have their say."""
    return _("Salesforce took the change and does not show it: a rule there, or a person, has changed it again.")

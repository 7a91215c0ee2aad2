"""What lies in Redis for one reader is sealed under SECRET_KEY, with a key of its own for each purpose."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

__all__ = ["InvalidToken", "box"]


def box(purpose: bytes) -> MultiFernet:
    """Seals with today's key; opens what an earlier one has sealed, and raises `InvalidToken` for all else."""
    return MultiFernet([_fernet(key, purpose) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(key: str | bytes, purpose: bytes) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(force_bytes(key))
    return Fernet(base64.urlsafe_b64encode(derived))

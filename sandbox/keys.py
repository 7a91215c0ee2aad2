"""The keys that sign in: a file holds the private or the public half, what is believed is the public one."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)


def public_keys(path: Path | None) -> list[str]:
    """As PEM; none where no file is named, and then nobody can sign in."""
    if path is None:
        return []
    pem = path.read_bytes()
    private = b"PRIVATE KEY" in pem
    key = load_pem_private_key(pem, None).public_key() if private else load_pem_public_key(pem)
    return [key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()]

"""S/MIME and PGP: signed content is shown, encrypted content is named as what it is; nothing is checked or opened."""

from __future__ import annotations

from typing import Final

from mail.mime import Part

CONTAINERS: Final = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
SIGNATURES: Final = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
SECRET: Final = frozenset({"enveloped_data", "authenticated_enveloped_data", "encrypted_data"})


def is_container(part: Part) -> bool:
    return part.content_type in CONTAINERS or (
        part.content_type == "application/octet-stream" and part.name.lower().endswith(".p7m")
    )


def is_signature(part: Part) -> bool:
    return part.content_type in SIGNATURES


def is_secret(part: Part, kind: str) -> bool:
    """Encrypted: by what the bytes say, else by what the sender says."""
    declared = part.kind.parameters.get("smime-type", "").lower()
    return kind in SECRET or (not kind and declared in {"enveloped-data", "authenveloped-data"})


def unwrap(data: bytes) -> tuple[str, bytes]:
    """What the container is (`signed_data`, `enveloped_data`, …) and the signed content; empty where unreadable."""
    from asn1crypto import cms  # noqa: PLC0415 - only the cage needs it, and only for these mails

    kind = ""
    try:
        container = cms.ContentInfo.load(data)
        kind = str(container["content_type"].native)
        if kind != "signed_data":
            return kind, b""
        content = container["content"]["encap_content_info"]["content"].native
    except Exception:  # noqa: BLE001 - whatever a stranger's bytes make of a library: they are kept as they came
        return kind, b""
    return kind, content if isinstance(content, bytes) else b""

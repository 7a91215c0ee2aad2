"""winmail.dat and S/MIME as Outlook and other programs write them, made here byte by byte."""

from __future__ import annotations

import base64
import struct
from datetime import UTC, datetime, timedelta

from compressed_rtf import compress
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

MESSAGE, ATTACHMENT = 1, 2
BODY, MAPI_PROPS, CODE_PAGE, RENDERING, TITLE, DATA, MAPI_ATTACHMENT = (
    (0x800C, 2),
    (0x9003, 6),
    (0x9007, 6),
    (0x9002, 6),
    (0x8010, 1),
    (0x800F, 6),
    (0x9005, 6),
)
HTML_BODY, RTF_BODY, LONG_NAME, CONTENT_ID, DATA_OBJECT = 0x1013, 0x1009, 0x3707, 0x3712, 0x3701
BINARY, UNICODE, OBJECT = 0x0102, 0x001F, 0x000D
EMBEDDED = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"


def item(level: int, kind: tuple[int, int], data: bytes) -> bytes:
    return struct.pack("<BHHI", level, *kind, len(data)) + data + struct.pack("<H", sum(data) % 65536)


def props(*values: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(values))
    for name, kind, data in values:
        out += struct.pack("<HHII", kind, name, 1, len(data)) + data + bytes(-len(data) % 4)
    return out


def file(name: str, content: bytes, *more: tuple[int, int, bytes], title: bytes = b"FILE~1.BIN\0") -> bytes:
    named = (LONG_NAME, UNICODE, (name + "\0").encode("utf-16-le"))
    return (
        item(ATTACHMENT, RENDERING, bytes(14))
        + item(ATTACHMENT, TITLE, title)
        + item(ATTACHMENT, DATA, content)
        + item(ATTACHMENT, MAPI_ATTACHMENT, props(named, *more))
    )


def winmail(*items: bytes) -> bytes:
    page = item(MESSAGE, CODE_PAGE, struct.pack("<II", 1252, 0))
    return b"\x78\x9f\x3e\x22\x01\x00" + page + b"".join(items)


def plain(text: bytes) -> bytes:
    return item(MESSAGE, BODY, text + b"\0")


def html(text: bytes) -> bytes:
    return item(MESSAGE, MAPI_PROPS, props((HTML_BODY, BINARY, text)))


def rich(rtf: bytes) -> bytes:
    return item(MESSAGE, MAPI_PROPS, props((RTF_BODY, BINARY, compress(rtf))))


def message_within(name: str, inner: bytes) -> bytes:
    """Outlook's message attached to a message."""
    shown = (0x3001, UNICODE, (name + "\0").encode("utf-16-le"))
    inside = (DATA_OBJECT, OBJECT, EMBEDDED + inner)
    named = (LONG_NAME, UNICODE, (name + "\0").encode("utf-16-le"))
    return item(ATTACHMENT, RENDERING, bytes(14)) + item(ATTACHMENT, MAPI_ATTACHMENT, props(named, shown, inside))


def part(content: bytes, content_type: str, name: str = "") -> str:
    """A part in base64, for `messages.multipart`."""
    named = f'; name="{name}"' if name else ""
    return (
        f"Content-Type: {content_type}{named}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{base64.encodebytes(content).decode()}"
    )


class Signer:
    """Somebody with a certificate, as every S/MIME program makes one."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = certificate(self.key)

    def opaque(self, content: bytes) -> bytes:
        builder = (
            pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(self.certificate, self.key, hashes.SHA256())
        )
        return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])

    def clear(self, content: bytes) -> bytes:
        builder = (
            pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(self.certificate, self.key, hashes.SHA256())
        )
        return builder.sign(
            serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]
        )


def encrypted(content: bytes) -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(content).add_recipient(certificate(key))
    return builder.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ana Silva")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256())

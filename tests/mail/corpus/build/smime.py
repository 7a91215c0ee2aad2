"""Writes the S/MIME messages of `sealed/*.eml`: signed and encrypted by an invented person with a key of the moment.

`python -m tests.mail.corpus.build.smime` writes them anew; what is committed counts.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from tests.mail.corpus.build.letters import PDF, encoded, file, text, whole

DER: Final = serialization.Encoding.DER
BORN, DIES = datetime(2022, 11, 1, tzinfo=UTC), datetime(2032, 11, 1, tzinfo=UTC)


class Person:
    """Oskar Lind, who vouches for himself."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Oskar Lind (invented)")])
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        builder = builder.serial_number(4711).not_valid_before(BORN).not_valid_after(DIES)
        self.certificate = builder.sign(self.key, hashes.SHA256())

    def signed(self, content: bytes, *, apart: bool = False) -> bytes:
        options = [pkcs7.PKCS7Options.Binary] + ([pkcs7.PKCS7Options.DetachedSignature] if apart else [])
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
        return builder.add_signer(self.certificate, self.key, hashes.SHA256()).sign(DER, options)

    def encrypted(self, content: bytes) -> bytes:
        builder = pkcs7.PKCS7EnvelopeBuilder().set_data(content).add_recipient(self.certificate)
        return builder.encrypt(DER, [pkcs7.PKCS7Options.Binary])


def container(name: str, data: bytes, kind: str, *, declared: str = "application/pkcs7-mime") -> None:
    fields = (
        f'Content-Type: {declared}; {kind}name="smime.p7m"\r\nContent-Transfer-Encoding: base64\r\n'
        'Content-Disposition: attachment; filename="smime.p7m"'
    )
    whole(f"sealed/{name}", fields.encode(), encoded(data))


def main() -> None:
    oskar = Person()
    parts = [text("The signed order, Müller & Söhne."), file("order.pdf", PDF, declared="application/pdf")]
    body = b"".join(b"--=_in\r\n" + part + b"\r\n" for part in parts) + b"--=_in--\r\n"
    inner = b'Content-Type: multipart/mixed; boundary="=_in"\r\n\r\n' + body
    container("opaque-signed", oskar.signed(inner), "smime-type=signed-data; ")
    container(
        "opaque-signed-old-name",
        oskar.signed(text("Signed, under the old type.")),
        "",
        declared="application/x-pkcs7-mime",
    )
    container(
        "opaque-signed-octet-stream",
        oskar.signed(text("Signed, and called octet-stream.")),
        "",
        declared="application/octet-stream",
    )
    container(
        "signed-twice",
        oskar.signed(
            b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + encoded(oskar.signed(text("Two seals.")))
        ),
        "smime-type=signed-data; ",
    )
    container("encrypted", oskar.encrypted(inner), "smime-type=enveloped-data; ")
    container(
        "broken-container",
        b"\x30\x80\x06\x09*\x86H\x86\xf7\r\x01\x07\x02" + b"\xa0\x84\xff\xff\xff\xff" * 9,
        "smime-type=signed-data; ",
    )
    said = text("Signed beside the text.").rstrip(b"\r\n")
    seal = file("smime.p7s", oskar.signed(said + b"\r\n", apart=True), declared="application/pkcs7-signature")
    fields = b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="=_s"'
    body = b"--=_s\r\n" + said + b"\r\n\r\n--=_s\r\n" + seal + b"\r\n--=_s--\r\n"
    whole("sealed/clear-signed", fields, body)


if __name__ == "__main__":
    main()

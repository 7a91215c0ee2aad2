"""Certificates for servers of the tests: an authority of our own, and what it signed, also long ago."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


@dataclass
class Authority:
    """Signs certificates for addresses of this machine; `root` is what a client has to trust."""

    folder: Path
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def __post_init__(self) -> None:
        own = self.begun("Tests", self.key, days=3650).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self.root.write_bytes(own.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def begun(self, name: str, key: ec.EllipticCurvePrivateKey, *, days: int) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        begun = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named("Tests"))
        begun = begun.public_key(key.public_key()).serial_number(x509.random_serial_number())
        return begun.not_valid_before(now - timedelta(days=4000)).not_valid_after(now + timedelta(days=days))

    def certificate(self, address: str, *, expired: bool = False) -> Path:
        """Key and certificate in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        begun = self.begun(address, key, days=-1 if expired else 30).add_extension(names, critical=False)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path = self.folder / f"{'expired' if expired else 'good'}.pem"
        path.write_bytes(private + begun.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))
        return path

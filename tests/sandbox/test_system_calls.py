"""The profile of system calls: what it refuses, and that it says why it allows the rest."""

import json
from pathlib import Path

import pytest

from tests.sandbox.conftest import do
from tests.sandbox.test_run import code


@pytest.mark.docker
def test_system_calls_that_no_program_needs_are_refused(docker):
    """On x86-64; each would reach kernel code that a learner's program has no business in."""
    numbers = {
        "ptrace": 101,
        "unshare": 272,
        "setns": 308,
        "mount": 165,
        "keyctl": 250,
        "add_key": 248,
        "bpf": 321,
        "perf_event_open": 298,
        "userfaultfd": 323,
        "io_uring_setup": 425,
        "process_vm_readv": 310,
        "name_to_handle_at": 303,
        "clone3": 435,
        "pivot_root": 155,
        "shmget": 29,
    }
    source = code(f"""
        import ctypes, errno, os, platform, socket
        libc = ctypes.CDLL(None, use_errno=True)
        for name, number in {numbers!r}.items():
            got = libc.syscall(number, 0, 0, 0, 0, 0)
            refused = got == -1 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS)
            if not refused: print("allowed", name, ctypes.get_errno())
        if libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) != -1: print("allowed a user namespace")
        for family in (17, 38, 40, 15, 44):
            try: socket.socket(family, socket.SOCK_RAW if family == 17 else socket.SOCK_DGRAM); print("family", family)
            except OSError as error:
                if error.errno != errno.EPERM: print("family", family, error)
        print(platform.machine())
    """)
    story = do(docker, source)
    assert story.text() in ("x86_64\n",), story.text()


def test_every_line_of_the_profile_has_a_reason():
    profile = json.loads((Path(__file__).parents[2] / "sandbox/image/seccomp.json").read_text())
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    for rule in profile["syscalls"]:
        assert len(rule["comment"]) > 5, rule["names"]

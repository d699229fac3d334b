"""The process that every other one of a sandbox is forked from.

It is itself forked before the supervisor has read a request, and never holds one: what it is told is a role, user
ids and resource limits. So no test, expected answer or source of another learner can be found in a learner's
memory. Each role runs in a grandchild, which the supervisor (process 1, or a subreaper) adopts and waits for.
"""

import contextlib
import gc
import json
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any

from sandbox.explorer.stdlib import LIBRARY
from sandbox.guest import checker, learner, look, users, wipe
from sandbox.guest.users import Users

_MAX = 65536
LEARNER_DESCRIPTORS = (0, 1, 2, learner.CHANNEL, learner.CONTROL, learner.STACKS)
_CHECKER_CONTROL = 3


class Zygote:
    """The supervisor's handle."""

    def __init__(self, accounts: Users | None) -> None:
        self.users = accounts
        """Of the processes that are forked from now on."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        sys.stdout.flush()
        self.pid = os.fork()
        self.child_role: Callable[[], None] | None = None
        if self.pid == 0:
            ours.close()
            users.die_with_parent()
            self.child_role = _serve(theirs)
            return
        theirs.close()
        self._line = ours

    def fork(self, role: str, descriptors: list[int], **more: Any) -> int:
        """Starts a process in that role; the caller still has to close its copies of descriptors.

        Returns its process id. Raises OSError where none can be had.
        """
        order = {"role": role, "first_user": self.users.learner if self.users else None, **more}
        socket.send_fds(self._line, [json.dumps(order).encode()], descriptors)
        answer = json.loads(self._line.recv(_MAX) or b'{"error": "the zygote has gone"}')
        if "pid" not in answer:
            raise OSError(answer["error"])
        return int(answer["pid"])


def _serve(line: socket.socket) -> Callable[[], None] | None:
    """Forks until the supervisor goes. Returns only in a grandchild, with what it has to do."""
    with open(os.devnull, "r+b", buffering=0) as nothing:
        for number in (0, 1, 2):
            os.dup2(nothing.fileno(), number, inheritable=True)
    with LIBRARY.installed():
        pass  # the explorer's copies of the standard library: made here once, no process has to make them
    gc.freeze()  # and no collection in a process of the learner's goes through what they all share
    gc.enable()
    while True:
        data, descriptors, _, _ = socket.recv_fds(line, _MAX, 16)
        if not data:
            os._exit(0)
        role = _fork(line, json.loads(data), descriptors)
        if role is not None:
            return role
        for descriptor in descriptors:
            os.close(descriptor)


def _fork(line: socket.socket, order: dict[str, Any], descriptors: list[int]) -> Callable[[], None] | None:
    told, tell = os.pipe()
    try:
        middle = os.fork()
    except OSError as error:
        os.close(told)
        os.close(tell)
        line.send(json.dumps({"error": str(error)}).encode())
        return None
    if middle:
        os.close(tell)
        os.waitpid(middle, 0)  # before the answer: nobody shall count it
        line.send(os.read(told, _MAX))
        os.close(told)
        return None
    try:
        pid = os.fork()
    except OSError as error:
        os.write(tell, json.dumps({"error": str(error)}).encode())
        os._exit(1)
    if pid:
        os.write(tell, json.dumps({"pid": pid}).encode())
        os._exit(0)
    os.close(told)
    os.close(tell)
    line.close()
    return _prepare(order, descriptors)


def _prepare(order: dict[str, Any], given: list[int]) -> Callable[[], None]:
    """Takes the place of the role: descriptors, user, limits. Returns what it does."""
    accounts = None if order["first_user"] is None else Users.from_first(order["first_user"])
    match order["role"]:
        case "learner":
            _place(given, LEARNER_DESCRIPTORS)
            os.setsid()
            _raise_oom_score()
            for name, value in order["rlimits"].items():
                users.limit(name, value)
            users.become(accounts.learner if accounts else None)
            users.be_readable()
            return lambda: learner.main(order["folder"])
        case "checker":
            _place(given, (_CHECKER_CONTROL,))
            users.become(accounts.checker if accounts else None)
            return lambda: checker.main(_CHECKER_CONTROL)
        case "look":
            if accounts:
                users.become_keeper(accounts)
            _write_look(given[0], accounts, order["pids"])
        case "kill":
            if accounts:
                users.become_keeper(accounts)
                _kill_everything()
        case "wipe":
            if accounts:
                users.become(accounts.learner)
                wipe.all_of(accounts.learner)
        case other:
            raise AssertionError(f"unknown role {other!r}")
    os._exit(0)


def _place(given: list[int], wanted: tuple[int, ...]) -> None:
    """Moves descriptors to the numbers wanted and closes all others."""
    base = max(wanted) + 1
    high = [os.dup2(descriptor, base + index) for index, descriptor in enumerate(given)]
    for descriptor, number in zip(high, wanted, strict=True):
        os.dup2(descriptor, number, inheritable=number <= 2)
    keep = sorted({0, 1, 2, *wanted})
    for before, after in zip(keep, [*keep[1:], os.sysconf("SC_OPEN_MAX")], strict=True):
        os.closerange(before + 1, after)


def _raise_oom_score() -> None:
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")
    except OSError:
        pass


def _kill_everything() -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)


def _write_look(descriptor: int, accounts: Users | None, pids: list[int]) -> None:
    found = [each.to_wire() for each in look.threads(accounts.learner if accounts else None, pids)]
    body = json.dumps(found).encode()
    with open(descriptor, "wb") as pipe:
        pipe.write(struct.pack(">I", len(body)) + body)

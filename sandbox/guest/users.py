"""The three users of a sandbox, and becoming one of them."""

import ctypes
import os
import resource
from dataclasses import dataclass

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_CAPABILITY_VERSION_3 = 0x20080522
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Users:
    """User ids, which are group ids too, unique on the host as long as the sandbox lives.

    The keeper acts on the learner's processes with the learner's rights and cannot be signalled by them.
    """

    learner: int
    checker: int
    keeper: int

    @classmethod
    def from_first(cls, first: int) -> "Users":
        return cls(first, first + 1, first + 2)


def become(user: int | None) -> None:
    """Gives up root for good. None: there is only one user, nothing to give up."""
    if user is None:
        return
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def become_keeper(users: Users) -> None:
    """Takes the learner's rights under another real user id.

    A signal may be sent by who has the target's user id as its effective one, and is received by who has the
    sender's as its real or saved one: the keeper can kill the learner's processes and they cannot kill it.
    """
    os.setgroups([])
    os.setresgid(users.learner, users.learner, users.learner)
    os.setresuid(users.keeper, users.learner, users.keeper)


def give_up_capabilities() -> None:
    """Those that came with a user namespace: there is no other user to become here."""
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _libc.capset(ctypes.byref(header), ctypes.byref(nothing))


def be_readable() -> None:
    """Lets processes of the same user see this one in /proc, as usual for a process that was not root before."""
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)


def die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0)


def adopt_orphans() -> None:
    """Makes this process the parent of its descendants that lose theirs, where it is not process 1."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


_NOT_IN_GVISOR = {"MSGQUEUE"}
"""It has no message queues of this kind, and refuses to limit them."""


def limit(name: str, value: int) -> None:
    """Sets a resource limit, soft and hard, or as much of it as is still allowed."""
    which = getattr(resource, f"RLIMIT_{name}")
    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(which, (value, value))
    except ValueError:
        if name not in _NOT_IN_GVISOR:
            raise

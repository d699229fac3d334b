"""What the grader sees of sandboxes: a provider that leases them, whatever they are made of."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Literal, Self

from lockstep.limits import Limits
from sandbox.errors import SandboxUnavailableError
from sandbox.protocol import Event, Hello, Request
from sandbox.turns import Waiting, wait_quietly

Kind = Literal["docker", "local"]


class Lease(ABC):
    """One sandbox, held by one owner, for one request. A context manager: leaving it gives the sandbox back.

    That removes it, or keeps it for the next request of the same learner's.
    """

    id: str
    """Names the sandbox to its provider, such as a container's id."""
    hello: Hello
    first_user: int | None
    """The learner's user id and the first of three that belong to this sandbox; None where it has none of its own."""

    @abstractmethod
    def work(self, request: Request) -> Iterator[Event]:
        """Sends the request and yields what the supervisor says, up to and including Done or Fault.

        Bounded: where the supervisor outlives every limit of the request, the host ends it. Raises SandboxLostError
        where the sandbox goes away, is closed from another thread or breaks the protocol.
        """

    def alive(self) -> bool:
        """Whether its supervisor still waits for a request."""
        return True

    def renew(self) -> bool:
        """After a request that was Done: whether the sandbox is as new again, for the same learner's next request.

        Nothing of the last one is left in it then, and first_user is another. Where it is not, or where that cannot be
        seen for sure, it may only be closed.
        """
        return False

    @abstractmethod
    def close(self) -> None:
        """Gives the sandbox back and ends all that runs in it. Safe to call twice and from any thread."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class Sandbox(ABC):
    """A provider of sandboxes. Every method may be called from several threads."""

    kind: Kind

    @abstractmethod
    def check(self) -> str:
        """One line about what serves (engine, image), if it does. Raises SandboxUnavailableError with the remedy."""

    @abstractmethod
    def lease(self, limits: Limits, owner: str, waiting: Waiting = wait_quietly, learner: str = "") -> Lease:
        """A sandbox that is ready, for one test's limits at a time.

        learner is whose request it is, if it may run where the same learner's last one ran: anything but a graded
        submission. Without, nobody has ever used the sandbox.

        owner names who asked (a submission and attempt) and is what sweep() asks about. Where there are no more than
        so many at a time, the caller waits its turn: waiting is told its place in the line, 1 being the next, when
        that changes and every second, and what it raises ends the wait. Raises SandboxUnavailableError where none
        can be had now.
        """

    def close(self) -> None:  # noqa: B027 - most hold nothing
        """Gives back what the provider itself holds, such as sandboxes that wait. Leases that are out go on."""

    @abstractmethod
    def sweep(self, owner_lives: Callable[[str], bool]) -> int:
        """Removes the sandboxes that are past their longest life or whose owner no longer lives; says how many."""


def provider(
    kind: Literal["auto", "docker", "local"] = "auto",
    warm: tuple[int, int] | None = None,
    runtime: str = "runc",
) -> Sandbox:
    """The sandboxes that serve here; auto: Docker's where an engine answers, else local ones.

    runtime is Docker's: "runc", or "runsc" for gVisor.

    warm is how many sandboxes at least wait, ready, for the next lease, and how many at most wait, and at most are
    leased at a time: for a worker, which closes what it gets when it ends. None: each is made when it is asked for.
    Raises SandboxUnavailableError where the kind asked for cannot serve.
    """
    from sandbox.docker import DockerSandbox
    from sandbox.local import LocalSandbox
    from sandbox.warm import WarmPool

    found: Sandbox = LocalSandbox() if kind == "local" else DockerSandbox(runtime=runtime)
    if isinstance(found, DockerSandbox) and kind == "auto":
        try:
            found.ping()
        except SandboxUnavailableError:
            found = LocalSandbox()
    return WarmPool(found, *warm) if warm else found

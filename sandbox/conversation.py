"""The host's half of the protocol over any byte stream, and how long it waits."""

import random
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator

from lockstep.limits import Limits
from sandbox.errors import SandboxLostError, SandboxUnavailableError
from sandbox.pool import Lease
from sandbox.protocol import (
    VERSION,
    Decoder,
    Done,
    Event,
    Fault,
    Hello,
    Message,
    ProtocolError,
    Renew,
    Request,
    Tests,
    encode,
)

HELLO_SECONDS = 30.0
"""How long a new sandbox may take until it is ready."""
_GRACE_SECONDS = 30.0
"""What the supervisor may take beyond a test's wall limit: for checks.py, for stacks, for killing and wiping."""
_RENEW_SECONDS = 15.0


def unused_users() -> int:
    """The first of four user ids that, but for a chance of one in millions, nobody else on this host uses.

    Chosen at random because several workers share a host, and because RLIMIT_NPROC counts by user across containers.
    """
    return 2**20 + 4 * random.SystemRandom().randrange(2**28)


class Stream(ABC):
    """Bytes to and from a supervisor."""

    @abstractmethod
    def send(self, data: bytes) -> None:
        """Raises OSError."""

    @abstractmethod
    def receive(self, seconds: float) -> bytes | None:
        """What has come, b"" at the end of the stream, None when nothing came in time. Raises OSError."""

    @abstractmethod
    def complaint(self) -> str:
        """What the supervisor wrote to its standard error, if anything."""


class Conversation:
    """Hello, one request, events; after renew() another one. Used by one thread at a time."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._decoder = Decoder()
        self._messages: list[Message] = []
        self.done = False
        """Whether the last request was answered to its end and without a fault."""

    def hello(self, seconds: float = HELLO_SECONDS) -> Hello:
        """Waits for it. Raises SandboxUnavailableError."""
        try:
            message = self._next(time.monotonic() + seconds)
        except SandboxLostError as error:
            raise SandboxUnavailableError(f"a new sandbox did not become ready: {error}") from error
        if not isinstance(message, Hello) or message.version != VERSION:
            raise SandboxUnavailableError(f"a new sandbox does not speak version {VERSION} of the protocol: {message}")
        return message

    def renew(self) -> int | None:
        """Has the supervisor become as new; says its first user id then, and None where that cannot be."""
        if not self.done:
            return None
        users = unused_users()
        try:
            self._stream.send(encode(Renew(users)))
            self.hello(_RENEW_SECONDS)
        except (OSError, SandboxUnavailableError):
            return None
        return users

    def work(self, request: Request) -> Iterator[Event]:
        """As Lease.work()."""
        self.done = False
        each = Limits.from_mapping(request.limits).wall_seconds + _GRACE_SECONDS
        frame = encode(request)
        try:
            self._stream.send(frame)
        except OSError as error:
            raise SandboxLostError(f"the sandbox took no request: {error}{self._complaint()}") from error
        deadline = time.monotonic() + 2 * each
        while True:
            event = self._next(min(deadline, time.monotonic() + each))
            if isinstance(event, Request | Renew | Hello):
                raise SandboxLostError(f"the sandbox said {type(event).__name__} in the middle")
            if isinstance(event, Tests):
                deadline += len(event.tests) * each
            self.done = isinstance(event, Done)
            yield event
            if isinstance(event, Done | Fault):
                return

    def _next(self, deadline: float) -> Message:
        while not self._messages:
            try:
                data = self._stream.receive(max(0.0, deadline - time.monotonic()))
            except OSError as error:
                raise SandboxLostError(f"the sandbox's stream broke: {error}{self._complaint()}") from error
            if data is None:
                raise SandboxLostError(f"the sandbox outlived every limit{self._complaint()}")
            if not data:
                raise SandboxLostError(f"the sandbox went away{self._complaint()}")
            try:
                self._messages.extend(self._decoder.feed(data))
            except ProtocolError as error:
                raise SandboxLostError(f"the sandbox broke the protocol: {error}") from error
        return self._messages.pop(0)

    def _complaint(self) -> str:
        said = self._stream.complaint().strip()
        return f"; it said: {said[-1000:]}" if said else ""


class StreamLease(Lease):
    """A lease of a sandbox whose supervisor is at the other end of a stream. How it ends is for each kind to say."""

    def __init__(self, stream: Stream, first_user: int | None) -> None:
        self.first_user = first_user
        self._stream = stream
        self._conversation = Conversation(stream)
        self._closed = threading.Event()
        self._once = threading.Lock()

    def alive(self) -> bool:
        try:
            return self._stream.receive(0) is None
        except OSError:
            return False

    def work(self, request: Request) -> Iterator[Event]:
        if self._closed.is_set():
            raise SandboxLostError("the sandbox is closed")
        return self._conversation.work(request)

    def renew(self) -> bool:
        users = self._conversation.renew()
        self.first_user = users or self.first_user
        return users is not None

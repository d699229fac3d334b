"""The HTTP server of a real-mode test: on loopback, in a thread of the checker's process.

Whoever connects is the learner's program and may send anything: a request is one GET or POST with bounded headers and
body, and everything else closes the connection. One event loop serves all; nothing here decides a verdict.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from sandbox.kit.serve import PORT, Asked, Outcome, Page, Reply, Served, Service, Site

_HEADERS = 64
_BODY = 1024 * 1024
_CONNECTIONS = 600
_START_SECONDS = 10.0
_LOOK_SECONDS = 0.05
_REASONS = {200: "OK", 404: "Not Found", 410: "Gone", 500: "Internal Server Error"}


@dataclass(slots=True)
class _Request:
    name: Any
    began: float
    ended: float | None = None
    outcome: Outcome = "open"


class Gate:
    """Holds replies until enough requests are in flight. Lives in the event loop."""

    def __init__(self, hold: int, patience: float, linger: float, possible: Callable[[], int]) -> None:
        self._hold, self._patience, self._linger = hold, patience, linger
        self._possible = possible
        self._held: list[asyncio.Future[None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self.starved = False
        self.reached = 0

    @property
    def holds(self) -> bool:
        return self._hold > 0 and not self.starved

    async def passing(self) -> None:
        """Returns when the reply may be given."""
        if not self.holds:
            return
        here: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._held.append(here)
        self._consider()
        try:
            await here
        finally:
            if here in self._held:
                self._held.remove(here)

    def fewer_are_possible(self) -> None:
        """A request has ended: those that are held may be all that can still come."""
        if self._held:
            self._consider()

    def _consider(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        possible = self._possible()
        if len(self._held) < min(self._hold, possible):
            self._timer = loop.call_later(self._patience, self._give_up)
        elif self._linger and len(self._held) < possible:
            self._timer = loop.call_later(self._linger, self._release)
        else:
            self._release()

    def _give_up(self) -> None:
        self.starved, self.reached = True, len(self._held)
        self._release()

    def _release(self) -> None:
        held, self._held = self._held, []
        for each in held:
            if not each.done():
                each.set_result(None)


class HttpServer:
    """`with HttpServer(site) as server:` serves at server.url until the end of the block."""

    def __init__(self, what: Site | Service) -> None:
        self._site = what if isinstance(what, Site) else None
        self._service = what if isinstance(what, Service) else None
        self._requests: list[_Request] = []
        self._open: set[asyncio.Task[None]] = set()
        self._known = {what.start} if isinstance(what, Site) else set()
        linger = what.linger if isinstance(what, Site) else 0.0
        self._gate = Gate(what.hold, what.patience, linger, self._possible)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)
        self._failed: BaseException | None = None
        self._stop: asyncio.Event | None = None
        self._began = time.monotonic()
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(_START_SECONDS) or self._failed is not None:
            raise OSError(f"the test's HTTP server did not start: {self._failed}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def served(self) -> Served:
        """What has been asked so far."""
        now = self._now()
        asked = [
            Asked(each.name, each.began, now if each.ended is None else each.ended, each.outcome)
            for each in list(self._requests)
        ]
        return Served(asked, self._gate.starved, self._gate.reached)

    # ------------------------------------------------------------------------------------- the server's thread

    def _now(self) -> float:
        return time.monotonic() - self._began

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:  # told to whoever waits for the start
            self._failed = error
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, backlog=512)
        port = server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        try:
            if len(self._open) < _CONNECTIONS:
                self._open.add(task)
                while await self._one(reader, writer):
                    pass
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whatever that was, it was no HTTP, or nobody listens any more
        finally:
            self._open.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer. False: the connection is done with."""
        line = await reader.readline()
        words = line.decode("latin-1").split()
        if len(words) != 3 or words[0] not in ("GET", "HEAD", "POST"):
            return False
        headers = await _headers(reader)
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= _BODY:
            return False
        body = await reader.readexactly(length)
        goes_on = words[2] == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
        answer = self._page if self._site is not None else self._ask
        return await answer(words, body, reader, writer) and goes_on

    async def _page(
        self, words: list[str], _: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        assert self._site is not None
        parts = urlsplit(words[1])
        path = unquote(parts.path) + (f"?{parts.query}" if parts.query else "")
        page = self._site.pages.get(path, Page("<title>404</title>nothing here", status=404))
        request = self._begin(path)
        if not await self._held(request, reader):
            return False
        self._known.update(page.links)
        port = self.url.rpartition(":")[2]
        body = page.body.replace(PORT, port).encode() if isinstance(page.body, str) else page.body
        kind = f"Content-Type: {page.content_type}\r\n" if page.content_type is not None else ""
        # Ended before the answer leaves: whoever has it may ask for the next at once, and must not seem to be two.
        self._end(request, "failed" if page.broken else "answered")
        writer.write(
            f"HTTP/1.1 {page.status} {_REASONS.get(page.status, 'Status')}\r\n{kind}"
            f"Content-Length: {len(body) + (10 if page.broken else 0)}\r\n\r\n".encode("latin-1")
        )
        writer.write(b"" if words[0] == "HEAD" else body)
        await writer.drain()
        return not page.broken

    async def _ask(self, _: list[str], body: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        assert self._service is not None
        request = self._begin(json.loads(body))
        try:
            reply = self._service.reply(request.name)
        except Exception as error:  # the instructor's, whose verdict would else be missing
            self._failed = error
            reply = Reply(error="the test has no answer")
        if not await self._held(request, reader, reply.seconds):
            return False
        self._end(request, "answered" if reply.error is None else "failed")
        said = json.dumps({"value": reply.value, "error": reply.error}).encode()
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(said)}\r\n\r\n".encode("latin-1") + said)
        await writer.drain()
        return True

    async def _held(self, request: _Request, reader: asyncio.StreamReader, seconds: float = 0.0) -> bool:
        """Waits until the reply may be given. False: whoever asked has gone."""

        if not (self._gate.holds or seconds):
            return True

        async def wait() -> None:
            await self._gate.passing()
            await asyncio.sleep(seconds)

        gone = await _first(wait(), reader)
        if gone:
            self._end(request, "cancelled")
        return not gone

    def _possible(self) -> int:
        """How many requests could be in flight, by all that has been told."""
        if self._site is None:
            return _CONNECTIONS
        done = {each.name for each in self._requests if each.ended is not None}
        return max(1, len(self._known - done))

    def _begin(self, name: Any) -> _Request:
        request = _Request(name, self._now())
        self._requests.append(request)
        return request

    def _end(self, request: _Request, outcome: Outcome) -> None:
        request.ended, request.outcome = self._now(), outcome
        self._gate.fewer_are_possible()

    @property
    def fault(self) -> BaseException | None:
        """What the instructor's function raised, if it did."""
        return self._failed


async def _headers(reader: asyncio.StreamReader) -> dict[str, str]:
    found: dict[str, str] = {}
    for _ in range(_HEADERS):
        line = (await reader.readline()).decode("latin-1").strip()
        if not line:
            return found
        name, _, value = line.partition(":")
        found[name.strip().lower()] = value.strip()
    raise ValueError("too many headers")


async def _first(work: Coroutine[Any, Any, None], reader: asyncio.StreamReader) -> bool:
    """Does the work. True: the client has closed its end first."""
    doing = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_closed(reader))
    try:
        await asyncio.wait([doing, gone], return_when=asyncio.FIRST_COMPLETED)
        return not doing.done()
    finally:
        for each in (doing, gone):
            each.cancel()
        await asyncio.gather(doing, gone, return_exceptions=True)


async def _closed(reader: asyncio.StreamReader) -> None:
    while not reader.at_eof():
        await asyncio.sleep(_LOOK_SECONDS)

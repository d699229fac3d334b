"""The third argument of a scenario whose test has a server: asking the checker, in the learner's process."""

import json
from collections.abc import Callable
from typing import Any, NoReturn

from sandbox.explorer.world import W

_MOST = 20_000


class Server:
    """What a scenario may do with its server."""

    url = ""
    """Where a server of pages is, such as http://127.0.0.1:40001."""

    def call(self, request: Any) -> Any:
        """The answer to a request (whatever JSON can say); raises ConnectionError where that is the answer."""
        raise NotImplementedError

    async def fetch(self, request: Any) -> Any:
        """The same, to be awaited."""
        raise NotImplementedError


class VirtualServer(Server):
    """In explore mode and virtual time: the answer comes at once, and is given when its virtual seconds have passed."""

    def __init__(self, ask: Callable[[Any], dict[str, Any]]) -> None:
        self._ask = ask
        self._requests: list[list[Any]] = []

    def told(self) -> list[list[Any]]:
        """[request, began, ended, outcome] of each request so far, for the checker."""
        now = round(W.now, 9)
        return [[*said, now if ended is None else ended, outcome] for *said, ended, outcome in self._requests]

    def call(self, request: Any) -> Any:
        import time

        record, answer = self._begin(request)
        try:
            time.sleep(answer["seconds"])
        except BaseException:
            self._end(record, "cancelled")
            raise
        return self._finish(record, answer)

    async def fetch(self, request: Any) -> Any:
        import asyncio

        record, answer = self._begin(request)
        try:
            await asyncio.sleep(answer["seconds"])
        except BaseException:
            self._end(record, "cancelled")
            raise
        return self._finish(record, answer)

    def _begin(self, request: Any) -> tuple[list[Any], dict[str, Any]]:
        if len(self._requests) >= _MOST:
            raise ConnectionError(f"more than {_MOST:,} requests")
        request = _plain(request)
        answer = self._ask(request)
        record = [request, round(W.now, 9), None, "open"]
        self._requests.append(record)
        return record, answer

    def _end(self, record: list[Any], outcome: str) -> None:
        record[2], record[3] = round(W.now, 9), outcome

    def _finish(self, record: list[Any], answer: dict[str, Any]) -> Any:
        self._end(record, "answered" if answer["error"] is None else "failed")
        return _result(answer)


class RealServer(Server):
    """In real mode: every request is one to the checker's HTTP server, from whichever thread or process it comes."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, request: Any) -> Any:
        import urllib.request

        asking = urllib.request.Request(self.url, json.dumps(_plain(request)).encode())  # noqa: S310
        with urllib.request.urlopen(asking) as answer:  # noqa: S310
            return _result(json.load(answer))

    async def fetch(self, request: Any) -> Any:
        import asyncio

        host, _, port = self.url.rpartition("/")[2].partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            body = json.dumps(_plain(request)).encode()
            writer.write(b"POST / HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            said = await reader.read()
        finally:
            writer.close()
        return _result(json.loads(said.partition(b"\r\n\r\n")[2]))


def _plain(request: Any) -> Any:
    """What JSON can say of it, or its repr: a program may ask for whatever it likes."""
    try:
        return json.loads(json.dumps(request))
    except (TypeError, ValueError, RecursionError):
        return repr(request)[:1000]


def _result(answer: dict[str, Any]) -> Any:
    if answer["error"] is not None:
        _refuse(str(answer["error"]))
    return answer["value"]


def _refuse(text: str) -> NoReturn:
    raise ConnectionError(text)

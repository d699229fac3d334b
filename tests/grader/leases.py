"""A lease that says what a test tells it to, for what no real sandbox does on demand."""

import threading
from collections.abc import Iterable, Iterator

from sandbox.pool import Lease
from sandbox.protocol import VERSION, Event, Hello, Request


class ScriptedLease(Lease):
    """Yields the given events; an exception among them is raised."""

    def __init__(self, script: Iterable[Event | Exception] = ()) -> None:
        self.id = "scripted"
        self.hello = Hello(VERSION, "3.13.5", gil=True)
        self.first_user = None
        self.script = script
        self.requests: list[Request] = []
        self.closes = 0
        self.closed = threading.Event()

    def work(self, request: Request) -> Iterator[Event]:
        self.requests.append(request)
        for event in self.script:
            if isinstance(event, Exception):
                raise event
            yield event

    def close(self) -> None:
        self.closes += 1
        self.closed.set()

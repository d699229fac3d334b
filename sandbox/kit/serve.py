"""Answering what the learner's program asks, from the checker's side: a fetch, a handler, a page.

    def server(self, case):                                      # a method of a Test, called for each execution
        return serve({"a": Reply("page a", seconds=2), "b": Reply(error="gone")})
        return serve_http({"/": Page("<title>Home</title>")}, hold=4)

The scenario gets it as its third argument; see sandbox/guest/served.py for what it can do there. Afterwards
`result.served` says what was asked, and how many requests were in flight together.

The answers never are in the learner's process before it asks. What the learner's process says about a request is a
claim; what reaches the checker itself (the request, and in real mode its order and time) is not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["answered", "failed", "cancelled", "open"]
_MOST = 100_000

PORT = "{{port}}"
"""In the text of a page: the server's port."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request is answered with."""

    value: Any = None
    """Whatever JSON can say."""
    seconds: float = 0.0
    """How long the answer takes: virtual seconds, real ones in real mode."""
    error: str | None = None
    """Raised as ConnectionError(error) instead of an answer."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a path of an HTTP server is answered with."""

    body: str | bytes = ""
    """In a text, {{port}} stands for the server's port."""
    content_type: str | None = "text/html; charset=utf-8"
    """None: the header is left out."""
    status: int = 200
    broken: bool = False
    """Whether the connection is closed in the middle of the answer."""
    links: tuple[str, ...] = ()
    """Paths that whoever has read the page may ask for next: so that hold knows how much there is to do."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    request: Any
    began: float
    """Seconds: virtual ones since the execution began; in real mode by the checker's clock."""
    ended: float
    """The same, of the answer; where there was none, of the end of the execution."""
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Served:
    """What was asked in one execution, in the order in which it came."""

    requests: list[Asked] = field(default_factory=list)
    starved: bool = False
    """Whether replies that were held had to be given though too few were in flight."""
    reached: int = 0
    """How many were in flight when that happened."""

    @property
    def most_in_flight(self) -> int:
        """The most requests that were in flight at once. One that ends and one that begins at a time do not overlap."""
        moments = sorted(
            [(each.began, 1) for each in self.requests if each.ended > each.began]
            + [(each.ended, -1) for each in self.requests if each.ended > each.began]
        )
        most = now = 0
        for _, change in moments:
            now += change
            most = max(most, now)
        return max(most, 1 if self.requests else 0)

    def in_flight_at(self, moment: float) -> int:
        """How many requests were in flight right after that moment."""
        return sum(each.began <= moment < each.ended for each in self.requests)


Answer = Mapping[Any, Any] | Callable[[Any], Any]


class Service:
    """Answers the requests of one execution."""

    def __init__(self, answer: Answer, hold: int = 0, patience: float = 5.0) -> None:
        self._answer = answer
        self.hold = hold
        self.patience = patience
        self.asked: list[Any] = []
        """Every request, in the order in which it came."""

    def reply(self, request: Any) -> Reply:
        """The answer, which is a Reply or becomes one. An unknown request is answered with an error."""
        if len(self.asked) < _MOST:
            self.asked.append(request)
        if callable(self._answer):
            found = self._answer(request)
        else:
            try:
                found = self._answer.get(request, Reply(error="there is nothing of that name"))
            except TypeError:  # what cannot be a key is no name of anything
                found = Reply(error="that is no name of anything")
        return found if isinstance(found, Reply) else Reply(found)


@dataclass(frozen=True, slots=True)
class Site:
    """A real HTTP server on loopback, for real mode."""

    pages: Mapping[str, Page]
    """By path. A path that is not here is answered with 404."""
    start: str = "/"
    hold: int = 0
    patience: float = 5.0
    linger: float = 0.0


def serve(answer: Answer, *, hold: int = 0, patience: float = 5.0) -> Service:
    """Answers requests, whatever the mode.

    answer: a mapping or a function from a request to its Reply, or to the value of one. hold (in real mode): no reply
    is given before that many requests are in flight, or patience seconds have passed since the last came in vain;
    then nothing is held any more and `result.served.starved` is true. In explore mode and virtual time use the
    seconds of a Reply instead: they cost nothing, and what overlaps is exact.
    """
    _check(hold, patience)
    return Service(answer, hold, patience)


def serve_http(
    pages: Mapping[str, Page], *, start: str = "/", hold: int = 0, patience: float = 5.0, linger: float = 0.0
) -> Site:
    """A real HTTP server, for real mode; the scenario's third argument has its `url`.

    hold: no page is given before that many requests are in flight, or all that whoever has read the pages given so far
    (and knows start) can ask for. After patience seconds in vain as in serve(). linger: how many seconds must pass
    without another request before held pages are given, so that whoever asks for too many at once shows it; none pass
    where there is nothing left to ask for.
    """
    _check(hold, patience)
    return Site(dict(pages), start, hold, patience, linger)


def _check(hold: int, patience: float) -> None:
    if type(hold) is not int or not 0 <= hold <= 256:
        raise ValueError(f"hold={hold!r}: use a whole number from 0 to 256")
    if not 0 < patience <= 60:
        raise ValueError(f"patience={patience!r}: use seconds, up to 60")

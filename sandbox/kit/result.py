"""What a check sees of one execution.

It is built from what the learner's process said, which may be anything, and from what the supervisor measured.
Whatever the learner's process said, a check meets plain values of the types named here.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, cast

from sandbox.kit.judgement import ChallengeError, CheckFailedError
from sandbox.kit.serve import Asked, Outcome, Served

_NAMES = 2000


class BadResultError(Exception):
    """What the learner's process said is not a result."""


class Opaque:
    """A value that is not JSON, known by its repr only. Whatever a check does with it fails the check."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return id(self)

    def _refuse(self, *_: Any) -> NoReturn:
        raise CheckFailedError("The result is not a value of the kind asked for.", f"got {self._text}")

    __lt__ = __le__ = __gt__ = __ge__ = __len__ = __iter__ = __getitem__ = __contains__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __float__ = __int__ = __index__ = _refuse
    __call__ = __bool__ = __abs__ = __round__ = _refuse

    def __getattr__(self, name: str) -> NoReturn:
        self._refuse()


@dataclass(frozen=True, slots=True)
class Line:
    """One line that the program printed, without its end."""

    text: str
    thread: str | None
    late: bool = False
    """Whether it was printed after the scenario had returned."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception of the learner's program."""

    kind: str
    name: str
    """Of its class."""
    text: str
    traceback: str
    line: int | None
    thread: str | None = None
    owner: str | None = None
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """That one thread waited for another, at least once."""

    thread: str
    """The name of the thread that waited."""
    for_thread: str
    """The name of the one that held the lock, or that notified."""
    kind: Literal["lock", "try", "notify"]
    """"lock": it waited for a lock that the other held. "try": it asked for that lock and did not wait. "notify": it
    waited at a condition, semaphore, event or queue until the other woke it."""


_WAIT_KINDS = ("lock", "try", "notify")


@dataclass(frozen=True, slots=True)
class Result:
    """One execution of a scenario."""

    value: Any
    """What the scenario returned, through JSON: tuples are lists, keys text; Opaque where JSON cannot say it."""
    printed: list[Line]
    """Standard output, in the order in which the lines were ended."""
    stdout: str
    """Standard output as it came."""
    stderr: str
    elapsed: float
    """Seconds from the call of the scenario to its return, by the supervisor's clock."""
    alive: list[str]
    """Names of the threads that were still there when the scenario returned."""
    threads_left: list[str]
    """Those of them that did not end in a short grace."""
    tasks_left: list[str]
    """Names of the asyncio tasks that were still there when their event loop was closed; none in real mode."""
    threads_started: int
    processes_started: int
    processes_together: int
    """The most that the program had started and not yet waited for, whichever the way to start them."""
    processes_left: int
    """Seen by the supervisor after the grace."""
    error: Failure | None = None
    """The exception that came out of the scenario."""
    lost: list[Failure] = field(default_factory=list)
    """Exceptions that ended a thread or a task unnoticed."""
    waits: list[Wait] | None = None
    """Which thread waited for which; None where that cannot be known, which is in real mode. See contention."""
    served: Served | None = None
    """What was asked of the test's server; None where it has none."""
    steps: int | None = None
    """Visible operations, and turns of event loops; None in real mode. Whoever polls takes many."""
    extra: dict[str, Any] = field(default_factory=dict)
    """What a mode adds."""

    @property
    def contention(self) -> list[Wait]:
        """Which thread waited for which, each pair once. Raises ChallengeError in real mode, where nobody can know."""
        if self.waits is None:
            raise ChallengeError("contention is known in explore mode and in virtual time, not in real mode")
        return self.waits

    def waits_between(self, *threads: str) -> list[Wait]:
        """Of the contention, the waits of these threads, by name, for each other."""
        return [wait for wait in self.contention if wait.thread in threads and wait.for_thread in threads]

    def printed_by(self, thread: str) -> list[str]:
        """The lines that the thread of that name printed."""
        return [line.text for line in self.printed if line.thread == thread]

    @property
    def lines(self) -> list[str]:
        """The text of every line printed."""
        return [line.text for line in self.printed]


def from_wire(said: dict[str, Any]) -> Result:
    """The result in a message of the learner's process with the supervisor's measurements. Raises BadResultError."""
    try:
        measured = said["measured"]
        pieces = [(str(stream), thread, str(text), bool(late)) for stream, thread, text, late in measured["printed"]]
        value = Opaque(_text(said["repr"])) if "repr" in said else said.get("value")
        return Result(
            value=value,
            printed=_lines(pieces),
            stdout="".join(text for stream, _, text, _ in pieces if stream == "stdout"),
            stderr="".join(text for stream, _, text, _ in pieces if stream == "stderr"),
            elapsed=float(measured["elapsed"]),
            alive=_names(said.get("alive", [])),
            threads_left=_names(said["threads_left"]),
            tasks_left=_names(said.get("tasks_left", [])),
            threads_started=_count(said["threads_started"]),
            processes_started=_count(said["processes_started"]),
            processes_together=_count(said["processes_together"]),
            processes_left=int(measured["processes_left"]),
            error=None if said["error"] is None else failure_from_wire(said["error"]),
            lost=[failure_from_wire(each) for each in _list(said["lost"])],
            waits=_waits(said["contention"], _names(said["threads"])) if "contention" in said else None,
            steps=_count(said["steps"]) if "steps" in said else None,
            extra=_extra(said.get("extra", {})),
        )
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise BadResultError(str(error)) from None


def _lines(pieces: list[tuple[str, str | None, str, bool]]) -> list[Line]:
    """Whole lines, put together for each thread from the pieces that it printed."""
    begun: dict[str | None, str] = {}
    lines: list[Line] = []
    for stream, thread, text, late in pieces:
        if stream != "stdout":
            continue
        *whole, rest = (begun.get(thread, "") + text).split("\n")
        lines.extend(Line(each, thread, late) for each in whole)
        begun[thread] = rest
    lines.extend(Line(rest, thread) for thread, rest in begun.items() if rest)
    return lines


def failure_from_wire(said: Any) -> Failure:
    """An exception as the learner's process described it. Raises KeyError and TypeError."""
    line = said["line"]
    return Failure(
        kind=_text(said["kind"]),
        name=_text(said["name"]),
        text=_text(said["text"]),
        traceback=_text(said["traceback"]),
        line=line if type(line) is int and line > 0 else None,
        thread=_optional(said.get("thread")),
        owner=_optional(said.get("owner")),
        missing=_optional(said.get("missing")),
    )


def _waits(value: Any, threads: list[str]) -> list[Wait]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    found = []
    for waiting, awaited, kind in value:
        if kind not in _WAIT_KINDS:
            raise ValueError("no kind of wait")
        names = threads[_count(waiting)], threads[_count(awaited)]
        found.append(Wait(*names, cast("Literal['lock', 'try', 'notify']", kind)))
    return found


_OUTCOMES = ("answered", "failed", "cancelled", "open")


def served_from_wire(said: Any, asked: list[Any]) -> Served:
    """What the learner's process says about when its requests began and ended, of which asked is our own record.

    Raises BadResultError.
    """
    try:
        if len(said) != len(asked):
            raise ValueError("not as many requests as were asked")
        requests = []
        for request, (_, began, ended, outcome) in zip(asked, said, strict=True):
            if outcome not in _OUTCOMES:
                raise ValueError("no outcome")
            requests.append(Asked(request, float(began), float(ended), cast("Outcome", outcome)))
        return Served(requests)
    except (TypeError, ValueError) as error:
        raise BadResultError(str(error)) from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not text")
    return value[:50_000]


def _optional(value: Any) -> str | None:
    return None if value is None else _text(value)[:200]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value[:_NAMES]


def _names(value: Any) -> list[str]:
    return [_text(each) for each in _list(value)]


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("not a count")
    return value


def _extra(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value

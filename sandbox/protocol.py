"""The wire schema between the host and the supervisor inside a sandbox.

A frame is a 4-byte big-endian length followed by that many bytes of UTF-8 JSON: one object whose "type" names one
of the messages below. The conversation is: the supervisor says Hello as soon as it is ready, the host sends one
Request, the supervisor answers with events and closes with Done or Fault. After Done the host may send Renew: the
supervisor then says Hello again, or ends where nothing may or can be used again. Nothing else ever crosses.

Decoding is strict: an unknown type or field, a missing field or a value of the wrong type raises ProtocolError,
because a field that one side ignores is a limit that nobody enforces. Both sides carry VERSION; Hello tells a host
that its image is of another version.

Only the supervisor writes frames to the host. What a learner's process says reaches the host as fields of these
messages, already bounded, and is a claim about its own result and nothing else.

Standard library only: this file is imported on both sides.
"""

import dataclasses
import functools
import json
import math
import struct
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Union

from lockstep import rules
from sandbox.exploration import Exploration, Finding, Move

VERSION = 5

MAX_REQUEST = 4 * 1024 * 1024
"""Bytes of the largest frame the host may send."""
MAX_EVENT = 1 * 1024 * 1024
"""Bytes of the largest frame the supervisor may send; longer texts are cut before they are framed."""

MOST_SCHEDULES = 100_000
"""That anybody may ask of one exploration."""

PROGRAM = "main.py"
"""The name of the learner's file, in its folder and so in every stack and traceback."""

_LENGTH = struct.Struct(">I")


class ProtocolError(Exception):
    """The other side sent what the schema does not allow."""


# ---------------------------------------------------------------------------------------- parts of messages


@dataclass(frozen=True, slots=True)
class Challenge:
    """The part of a challenge revision that grading needs."""

    scenario: str
    """Source of scenario.py; goes into the learner's process."""
    checks: str
    """Source of checks.py; goes to the checker only."""
    stop_at_first_failure: bool = False
    forbid: dict[str, Any] = field(default_factory=lambda: dict[str, Any](rules.effective({})))
    """What the submission may not use, as lockstep.rules.effective gives it."""


@dataclass(frozen=True, slots=True)
class TestInfo:
    """One test as the learner may know it before it runs."""

    name: str
    visible: bool
    """Whether its output, inputs and details may be shown to the learner."""
    mode: str
    """"real" (the program as it is), and others as the kit gains them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a stack, innermost last in a list of them."""

    file: str
    line: int
    function: str
    text: str = ""
    """The source line, stripped; empty where it is not known."""


@dataclass(frozen=True, slots=True)
class ThreadStack:
    """Where one thread of the learner's was when it was looked at."""

    name: str
    waits_for: Literal["lock", "sleep", "io", "process", "nothing", "unknown"]
    """What the thread is blocked on: "lock" is any wait without a time limit that only another thread can end
    (a lock, a join, a queue); "nothing" means that it runs or could run."""
    frames: list[Frame]


@dataclass(frozen=True, slots=True)
class Measured:
    """What the supervisor measured of the learner's processes, never what they say."""

    wall_seconds: float
    cpu_seconds: float
    memory_peak_bytes: int
    processes_peak: int
    """The most processes and threads seen at once."""
    output_bytes: int
    """What was printed, including what was cut off."""
    limit: Literal["wall", "cpu", "memory", "processes", "output", "deadlock"] | None = None
    """The limit that ended it, or "deadlock" where every thread was seen waiting for another for good. "processes"
    also stands here when the limit on processes was met and the program ended by itself."""
    exit_code: int | None = None
    """Of the learner's main process; None when a signal ended it."""
    signal: int | None = None
    stacks: list[ThreadStack] = field(default_factory=list)
    """Every thread at the moment a wall, cpu or deadlock limit ended it."""
    left_processes: int = 0
    """Processes of the learner's that were still there after its main process had ended, and were killed."""


@dataclass(frozen=True, slots=True)
class Report:
    """What the checker, which the learner's code cannot reach, found out in one test."""

    verdict: str
    """A word of lockstep.verdicts.Verdict. Measured limits weigh more: see grader/verdict.py."""
    message: str
    """May always be shown: the instructor's words, or ours without a value of the test."""
    detail: str = ""
    """For visible tests only: expected and got, the case, the traceback."""
    line: int | None = None
    """The line of the learner's program that it is about, where there is one."""
    schedule: str | None = None
    """The text form of the schedule that shows the failure; None in real mode."""
    executions: int = 0
    """How often the scenario ran."""
    finding: Finding | None = None
    """For visible tests in explore mode only: the execution that failed, step by step."""


# ------------------------------------------------------------------------------------------- host to guest


@dataclass(frozen=True, slots=True)
class Request:
    """What to do with one learner's source."""

    version: int
    id: str
    kind: Literal["run", "explore", "move", "grade"]
    source: str
    seed: int
    limits: dict[str, Any]
    """As lockstep.limits.Limits.to_mapping gives it; for each test anew."""
    challenge: Challenge | None = None
    """None but to grade."""
    stdin: str = ""
    """What the program may read from its standard input."""
    schedules: int = 0
    """To explore: how many at most."""
    schedule: str = ""
    """To explore: replay this one and no other. To move: where the program is."""
    until: int = 0
    """To move: stop at the first choice at or after this step."""


@dataclass(frozen=True, slots=True)
class Renew:
    """Become as new, for another request of the same learner's, under these user ids."""

    first_user: int


# ------------------------------------------------------------------------------------------- guest to host


@dataclass(frozen=True, slots=True)
class Hello:
    """The supervisor is ready for a request."""

    version: int
    python: str
    """Such as "3.13.5"."""
    gil: bool


@dataclass(frozen=True, slots=True)
class Tests:
    """The tests of the challenge in order, before the first runs."""

    tests: list[TestInfo]


@dataclass(frozen=True, slots=True)
class Started:
    """A test begins, or (None) the run does: the learner's process exists."""

    test: int | None


@dataclass(frozen=True, slots=True)
class Output:
    """Text that the learner's program printed, in the order in which it did."""

    test: int | None
    stream: Literal["stdout", "stderr"]
    text: str
    """Valid Unicode: what was not UTF-8 has become U+FFFD."""
    thread: str | None = None
    """The name of the thread that printed it, where known."""


@dataclass(frozen=True, slots=True)
class OutputCut:
    """The output limit was reached: nothing more of this test's (or run's) output follows."""

    test: int | None
    limit_bytes: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a test (or, None, an exploration) is, such as 2 of 5 repeats or 120 of 300 schedules."""

    test: int | None
    done: int
    total: int
    unit: str


@dataclass(frozen=True, slots=True)
class TestDone:
    """One test has ended. report is None when the learner's process was ended before the checker could decide."""

    test: int
    report: Report | None
    measured: Measured


@dataclass(frozen=True, slots=True)
class Explored:
    """What an exploration found."""

    report: Exploration | None
    whole: bool = True
    """False: the program's process ended before the exploration did, and this is what had been found until then."""
    problem: str = ""
    """Where there is no report: why what was asked for cannot be done, such as a schedule of another program."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a move led."""

    move: Move | None
    problem: str = ""
    """Where there is none: why the schedule cannot be followed."""


@dataclass(frozen=True, slots=True)
class RunDone:
    """The run or exploration has ended, by itself or at a limit. What Python said of it is in the output."""

    measured: Measured
    syntax_error: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """The request has been dealt with; the last frame."""


@dataclass(frozen=True, slots=True)
class Fault:
    """It could not be dealt with, and not by the learner's fault; the last frame."""

    blame: Literal["sandbox", "challenge"]
    """Ours, or the instructor's scenario.py or checks.py."""
    message: str


Event = Hello | Tests | Started | Output | OutputCut | Progress | TestDone | Explored | Moved | RunDone | Done | Fault
Message = Request | Renew | Event

_MESSAGES: dict[str, type[Any]] = {cls.__name__: cls for cls in typing.get_args(Message)}

# ------------------------------------------------------------------------------------------------- encoding


def encode(message: Message) -> bytes:
    """The message as one frame. Raises ProtocolError where it is longer than its side may send."""
    body = json.dumps(
        {"type": type(message).__name__, **_members(message)},
        default=_members,
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode("utf-8", "replace")
    limit = MAX_REQUEST if isinstance(message, Request | Renew) else MAX_EVENT
    if len(body) > limit:
        raise ProtocolError(f"a {type(message).__name__} of {len(body):,} bytes is over the limit of {limit:,}")
    return _LENGTH.pack(len(body)) + body


def _members(message: Any) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__dataclass_fields__}


def decode(body: bytes) -> Message:
    """The message in a frame's body. Raises ProtocolError on anything that the schema does not name."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"a frame that is not JSON: {error}") from None
    if not isinstance(found, dict):
        raise ProtocolError(f"a frame that is not an object: {type(found).__name__}")
    name = found.pop("type", None)
    if not isinstance(name, str) or name not in _MESSAGES:
        raise ProtocolError(f"unknown message type {name!r}")
    message: Message = _converted(_MESSAGES[name], found, name)
    return message


def accept(shape: type[Any], value: Any, most: int) -> Any:
    """value, which a learner's process said, as a shape of sandbox.exploration.

    Raises ProtocolError where it has another shape, or more than `most` bytes as JSON.
    """
    found = _converted(shape, value, shape.__name__)
    size = len(json.dumps(value, separators=(",", ":")))
    if size > most:
        raise ProtocolError(f"{shape.__name__} of {size:,} bytes; at most {most:,} are allowed")
    return found


class Decoder:
    """Cuts a byte stream into messages, whatever the pieces it arrives in."""

    def __init__(self, limit: int = MAX_EVENT) -> None:
        self._limit = limit
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Every message that data completes. Raises ProtocolError on a frame over the limit."""
        self._buffer += data
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > self._limit:
                raise ProtocolError(f"a frame of {length:,} bytes is over the limit of {self._limit:,}")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield decode(body)

    @property
    def pending(self) -> bool:
        """Whether a frame has begun and not ended: at the end of a stream it was cut off."""
        return bool(self._buffer)


# --------------------------------------------------------------------------------------------------- strict

Converter = Callable[[Any], Any]
"""Gives what JSON holds in another type. Raises _MisfitError."""


class _MisfitError(Exception):
    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.path = ""

    def inside(self, part: str) -> "_MisfitError":
        self.path = part + self.path
        return self


def _converted(hint: Any, value: Any, name: str) -> Any:
    try:
        return _converter(hint)(value)
    except _MisfitError as error:
        raise ProtocolError(f"{name}{error.path} {error}") from None


@functools.cache
def _converter(hint: Any) -> Converter:
    """Made once for each type, since a trace has thousands of values."""
    origin = typing.get_origin(hint)
    if hint is Any:
        return lambda value: value
    if origin is Literal:
        return _one_of(typing.get_args(hint))
    if origin in (Union, types.UnionType):
        (inner,) = (option for option in typing.get_args(hint) if option is not type(None))
        convert = _converter(inner)
        return lambda value: None if value is None else convert(value)
    if origin is list:
        return _list_of(_converter(typing.get_args(hint)[0]))
    if typing.is_typeddict(hint):
        return _object_of(_fields(hint))
    if dataclasses.is_dataclass(hint):
        return _instance_of(typing.cast("type[Any]", hint))
    if hint is float:
        return _finite
    return _exactly(origin or hint)


def _fields(cls: type[Any]) -> dict[str, Converter]:
    return {name: _converter(hint) for name, hint in typing.get_type_hints(cls).items()}


def _one_of(options: tuple[Any, ...]) -> Converter:
    def convert(value: Any) -> Any:
        if isinstance(value, str) and value in options:
            return value
        raise _MisfitError(f"is {value!r}, not one of {options}")

    return convert


def _list_of(inner: Converter) -> Converter:
    def convert(value: Any) -> Any:
        if not isinstance(value, list):
            raise _MisfitError(f"is {type(value).__name__}, not a list")
        done: list[Any] = []
        try:
            for item in value:
                done.append(inner(item))
        except _MisfitError as error:
            raise error.inside(f"[{len(done)}]") from None
        return done

    return convert


def _object_of(fields: dict[str, Converter]) -> Converter:
    """For an object that has exactly the members of a TypedDict."""

    def convert(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _MisfitError(f"is {type(value).__name__}, not an object")
        if value.keys() != fields.keys():
            raise _MisfitError(f"has the members {sorted(value)}, not {sorted(fields)}")
        return _members_of(fields, value)

    return convert


def _instance_of(cls: type[Any]) -> Converter:
    fields = _fields(cls)
    needed = [
        each.name
        for each in dataclasses.fields(cls)
        if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
    ]

    def convert(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _MisfitError(f"is {type(value).__name__}, not an object")
        for name in value:
            if name not in fields:
                raise _MisfitError(f"has an unknown field {name!r}")
        for name in needed:
            if name not in value:
                raise _MisfitError(f"lacks the field {name!r}")
        return cls(**_members_of(fields, value))

    return convert


def _members_of(fields: dict[str, Converter], value: dict[str, Any]) -> dict[str, Any]:
    done: dict[str, Any] = {}
    name = ""
    try:
        for name, item in value.items():
            done[name] = fields[name](item)
    except _MisfitError as error:
        raise error.inside(f".{name}") from None
    return done


def _finite(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise _MisfitError(f"is {type(value).__name__}, not float")


def _exactly(kind: Any) -> Converter:
    def convert(value: Any) -> Any:
        if type(value) is kind:
            return value
        raise _MisfitError(f"is {type(value).__name__}, not {'an object' if kind is dict else kind.__name__}")

    return convert

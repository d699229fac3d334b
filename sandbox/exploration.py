"""What an exploration found, as JSON: the shape that crosses from the sandbox to the host and on to a browser.

The explorer makes it (explorer/told.py bounds its size), telling.py puts it into words. The learner's process, which
runs the explorer, says it: so protocol.accept() checks it wherever it leaves that process. Standard library only: this
file is imported on both sides.
"""

from typing import TypedDict

MOST_BYTES = 512 * 1024
"""Of an exploration as JSON."""
MOST_FINDING_BYTES = 256 * 1024
"""Of the finding of one test, the execution beside it included."""
MOST_OUTCOMES = 200
MOST_TRACES = 12
"""Of the outcomes that are told, the first so many come with a trace."""


class Ending(TypedDict):
    """What one sees of an execution."""

    kind: str
    """finished, exception, lost exception, deadlock, livelock, endless, output limit or not modelled."""
    detail: str
    output: str
    """What it printed to standard output; long ones are cut and end in "…"."""
    value: str


class Event(TypedDict):
    """One line of a trace; explorer/trace.py says what each field is."""

    step: int
    tid: int
    line: int
    function: str
    op: str
    what: str
    """As the program names it; of several under one name the second is `name #2`, the third `name #3`."""
    value: str
    before: str
    site: int
    preempted: bool


class Wait(TypedDict):
    """One thread that waits at the end; explorer/waits.py says what each field is."""

    thread: str
    tid: int
    kind: str
    what: str
    holder: str | None
    holder_tid: int | None
    line: int
    function: str
    holds: list[str]
    for_good: bool


class Waits(TypedDict):
    """The wait-for graph."""

    waits: list[Wait]
    cycle: list[int]
    """Thread ids: each waits for what the next holds, the last for the first."""


class Lost(TypedDict):
    """An exception that ended a thread or a task and that nobody saw."""

    tid: int
    error: str


class Trace(TypedDict):
    """One execution, step by step."""

    outcome: Ending
    schedule: str
    """Replays it; empty where it is too long to be told."""
    steps: int
    preemptions: int
    elapsed: float
    """Virtual seconds."""
    threads: list[str]
    """Names by thread id."""
    lost: list[Lost]
    left: list[str]
    left_tasks: list[str]
    waits: Waits | None
    events: list[Event]
    dropped: int
    """Later events that are not told."""


class Access(TypedDict):
    """One side of a race."""

    thread: str
    line: int
    write: bool
    text: str


class Race(TypedDict):
    """Two accesses that nothing orders."""

    what: str
    first: Access
    second: Access


class SeenOutcome(Ending):
    """One distinct outcome of a program."""

    count: int
    schedule: str
    """One that leads to it, with the fewest preemptions seen; empty where it is too long to be told."""
    preemptions: int
    found_at: int
    problem: str | None
    trace: Trace | None


class Failure(Trace):
    """The execution to show: shrunk, and confirmed by replaying it."""

    found_at: int
    problem: str | None
    confirmed: bool
    fewest: bool
    realism: str
    """"gil": this interpreter could show it; "language": only the language allows it."""


class Exploration(TypedDict):
    """All that is told of the exploration of a program, or (one outcome, one execution) of the replay of a schedule."""

    format: int
    python: str
    executions: int
    seconds: float
    outcomes: list[SeenOutcome]
    """The plain schedule's first, then failing ones, then by count."""
    left_out: int
    """Distinct outcomes beyond those that are told."""
    finding: Failure | None
    races: list[Race]
    complete_bound: int | None
    exhausted: bool
    sites: int
    """Places in the program that are steps."""
    diverged: str | None
    out_of_time: bool


class Choosable(TypedDict):
    """One thread at a choice; explorer/play.py says what each field is."""

    tid: int
    name: str
    state: str
    op: str
    what: str
    line: int
    function: str


class Position(TypedDict):
    """Where an execution stopped for a choice; explorer/play.py says what each field is."""

    step: int
    default: int
    running: int
    free: bool
    threads: list[Choosable]


class Move(TypedDict):
    """What came of a move of somebody who is the scheduler."""

    python: str
    trace: Trace
    """Up to the choice, or to the end."""
    position: Position | None
    """None: the execution has ended."""
    schedules: int | None
    """How many the program has: counted with the first move, where they are few."""


class Finding(Trace):
    """What a visible test in explore mode shows of its failure."""

    confirmed: bool
    fewest: bool
    realism: str
    races: list[Race]
    other: Trace | None
    """Where the verdict is that executions differ: the one with the other result."""
    parts_at: int | None
    """The first step at which the schedules of the two part."""

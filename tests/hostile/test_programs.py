"""Programs that mean harm, graded: each gets a verdict it has earned, and the next submission is graded as ever.

Each file of programs/ names in its first line the verdicts that it may get; ACCEPTED is never among them. Where a
line after it names rules (`# allow: gc`), the challenge allows what they forbid: what holds then does not rest on them;
`# only: docker` is for what a local sandbox does not promise. Those of programs/explored/ have a counter that is not
safe, and try to get past a test that explores.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.verdict import of_test
from lockstep import rules
from lockstep.limits import Limits
from lockstep.verdicts import Verdict
from sandbox import protocol
from sandbox.errors import SandboxError
from sandbox.pool import Sandbox
from tests.hostile.holdings import holdings, left_of, nothing_kept
from tests.sandbox.conftest import request_of
from tests.sandbox.test_explore import HAMMER
from tests.sandbox.test_grade import GOOD, HIDDEN, SCENARIO

FOLDER = Path(__file__).parent / "programs"
PROGRAMS = sorted(FOLDER.glob("*.py"))
EXPLORED = sorted((FOLDER / "explored").glob("*.py"))
QUICK = {
    "closes_every_descriptor",
    "disk_fill",
    "equal_to_everything",
    "exit_at_once",
    "fights_back",
    "fork_bomb",
    "frames_by_rule",
    "hang_at_import",
    "huge_frame_to_the_supervisor",
    "inherited_descriptors",
    "killed_supervisor",
    "memory_in_children",
    "nested_json_to_the_supervisor",
    "network",
    "patched_world",
    "reads_proc",
    "setsid_double_fork",
    "stdout_flood",
    "takes_the_line",
    "walks_frames",
}
"""One of each kind; all of them, everywhere, are for the full tests."""
AT_ONCE = 3
LIMITS = Limits(wall_seconds=3, cpu_seconds=3, memory_mib=128, processes=64, output_bytes=100_000, file_mib=8)
AMPLE = Limits(wall_seconds=30, cpu_seconds=30)
"""For whoever shall not meet one, on a machine that has much else to do."""
HONEST = protocol.Challenge(SCENARIO, HIDDEN)


class Program:
    """A file of programs/."""

    def __init__(self, path: Path) -> None:
        head = [line for line in path.read_text().splitlines()[:3] if line.startswith("# ")]
        said = {word: rest.split() for word, _, rest in (line[2:].partition(": ") for line in head)}
        self.name = path.stem
        self.expected = {Verdict(word) for word in said["expect"]}
        assert self.expected, f"{self.name} names no verdict in its first line"
        assert Verdict.ACCEPTED not in self.expected
        self.only = said.get("only", ["docker", "local"])
        self.source = path.read_text().replace("NESTED", "(" * 30_000 + ")" * 30_000)
        allowed = said.get("allow", [])
        assert set(allowed) <= rules.ALLOWABLE
        explored = path in EXPLORED
        self.limits = AMPLE if explored else LIMITS
        checks = HAMMER.replace("VISIBLE", "False") if explored else HIDDEN
        self.challenge = protocol.Challenge(SCENARIO, checks, forbid={**rules.effective({"allow": allowed})})


def _verdict(
    sandbox: Sandbox, source: str, challenge: protocol.Challenge, limits: Limits = LIMITS
) -> tuple[str, list[protocol.Event]]:
    events: list[protocol.Event] = []
    users: set[int] = set()
    containers: set[str] = set()
    folder = Path("/none")
    try:
        with sandbox.lease(limits, "a-test") as lease:
            folder = getattr(lease, "_folder", folder)  # of a local one
            if lease.first_user is not None:
                users.update(range(lease.first_user, lease.first_user + 3))
            containers.add(lease.id)
            events.extend(lease.work(request_of(source, limits, challenge)))
    except SandboxError:
        return Verdict.INTERNAL_ERROR, events
    finally:
        assert left_of(users, containers) == []
        assert not folder.exists()
    if isinstance(events[-1], protocol.Fault):
        return Verdict.INTERNAL_ERROR, events
    (test,) = (event for event in events if isinstance(event, protocol.TestDone))
    assert test.report is None or test.report.detail == ""  # of a hidden test
    return of_test(test.report, test.measured, limits).verdict, events


def survives(sandbox: Sandbox, program: Program) -> None:
    """It gets a verdict that it has earned, and an honest submission after it is accepted."""
    verdict, events = _verdict(sandbox, program.source, program.challenge, program.limits)
    assert verdict in program.expected, f"{program.name}: {verdict}, {events}"
    for event in events:
        assert not isinstance(event, protocol.Output), f"{program.name}: the output of a hidden test"
    honest, events = _verdict(sandbox, GOOD, HONEST, AMPLE)
    assert honest == Verdict.ACCEPTED, f"after {program.name}: {honest}, {events}"


def all_survive(sandbox: Sandbox, programs: Iterable[Path], at_once: int = AT_ONCE) -> None:
    """Several at a time, as a worker does it; afterwards the worker and the machine hold no more than before."""
    mine = [program for program in map(Program, programs) if sandbox.kind in program.only]
    _verdict(sandbox, GOOD, HONEST, AMPLE)  # what is kept for good (connections, the image's name) is there now
    before = holdings(sandbox)
    with ThreadPoolExecutor(at_once) as workers:
        outcomes = [workers.submit(survives, sandbox, program) for program in mine]
    problems = [str(error) for outcome in outcomes if (error := outcome.exception()) is not None]
    assert problems == []
    # Each thread keeps a connection to the engine of its own until it ends.
    nothing_kept(before, holdings(sandbox), sockets=2 * at_once)


def _name(program: Path) -> str:
    return program.stem


def test_there_are_enough_of_them():
    assert {program.stem for program in PROGRAMS} >= QUICK
    assert len(PROGRAMS) >= 60


@pytest.mark.timeout(300)
def test_quick(best):
    all_survive(best, [program for program in PROGRAMS if program.stem in QUICK])


@pytest.mark.timeout(300)
def test_who_would_not_be_explored(best):
    all_survive(best, EXPLORED)


@pytest.mark.full
@pytest.mark.parametrize("program", PROGRAMS + EXPLORED, ids=_name)
def test_everywhere(sandbox, program):
    all_survive(sandbox, [program], at_once=1)

"""Programs that mean harm, graded: each gets a verdict it has earned, and the next submission is graded as ever.

Each file of programs/ names in its first line the verdicts that it may get; ACCEPTED is never among them. Where a
second one names rules (`# allow: gc`), the challenge allows what they forbid: what holds then does not rest on them.
"""

import os
import resource
import subprocess
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.verdict import of_test
from lockstep import rules
from lockstep.limits import MIB, Limits
from lockstep.verdicts import Verdict
from sandbox import protocol
from sandbox.docker import DockerSandbox
from sandbox.errors import SandboxError
from sandbox.pool import Sandbox
from tests.sandbox.conftest import INSTALLATION, request_of
from tests.sandbox.test_grade import GOOD, HIDDEN, SCENARIO

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
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
    "setsid_double_fork",
    "stdout_flood",
    "walks_frames",
}
"""One of each kind; all of them, everywhere, are for the full tests."""
AT_ONCE = 3
LIMITS = Limits(wall_seconds=3, cpu_seconds=3, memory_mib=128, processes=64, output_bytes=100_000, file_mib=8)
HONEST = protocol.Challenge(SCENARIO, HIDDEN)


def _challenge(program: Path) -> protocol.Challenge:
    second = program.read_text().split("\n")[1]
    allowed = second.removeprefix("# allow:").split() if second.startswith("# allow:") else []
    assert set(allowed) <= rules.ALLOWABLE
    return protocol.Challenge(SCENARIO, HIDDEN, forbid={**rules.effective({"allow": allowed})})


def _source(program: Path) -> tuple[set[str], str]:
    first, _, body = program.read_text().partition("\n")
    expected = set(first.removeprefix("# expect:").split())
    assert expected, f"{program.name} names no verdict in its first line"
    assert "ACCEPTED" not in expected
    for word in expected:
        Verdict(word)
    return expected, body.replace("NESTED", "(" * 30_000 + ")" * 30_000)


def _verdict(sandbox: Sandbox, source: str, challenge: protocol.Challenge) -> tuple[str, list[protocol.Event]]:
    events: list[protocol.Event] = []
    users: set[int] = set()
    try:
        with sandbox.lease(LIMITS, "a-test") as lease:
            if lease.first_user is not None:
                users.update(range(lease.first_user, lease.first_user + 3))
            events.extend(lease.work(request_of(source, LIMITS, challenge)))
    except SandboxError:
        return Verdict.INTERNAL_ERROR, events
    finally:
        assert _processes_of(users) == []
    if isinstance(events[-1], protocol.Fault):
        return Verdict.INTERNAL_ERROR, events
    (test,) = (event for event in events if isinstance(event, protocol.TestDone))
    return of_test(test.report, test.measured, LIMITS).verdict, events


def _processes_of(users: set[int]) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "uid=,pid=,stat=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if int(line.split()[0]) in users]


def _containers(sandbox: Sandbox) -> list[str]:
    if not isinstance(sandbox, DockerSandbox):
        return []
    found = sandbox._api.containers(all=True, filters={"label": f"lockstep.sandbox={INSTALLATION}"})
    return [each["Id"] for each in found]


def _descriptors() -> set[str]:
    found = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            found.add(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:  # listdir's own
            continue
    return found


def _survives(sandbox: Sandbox, program: Path) -> None:
    expected, source = _source(program)
    verdict, events = _verdict(sandbox, source, _challenge(program))
    assert verdict in expected, f"{program.stem}: {verdict}, {events}"
    for event in events:
        assert not isinstance(event, protocol.Output), f"{program.stem}: the output of a hidden test"
    honest, events = _verdict(sandbox, GOOD, HONEST)
    assert honest == Verdict.ACCEPTED, f"after {program.stem}: {honest}, {events}"


def _all_survive(sandbox: Sandbox, programs: Iterable[Path]) -> None:
    """Several at a time, as a worker does it; afterwards the worker holds no more than before."""
    _verdict(sandbox, GOOD, HONEST)  # what is kept for good (connections, the image's name) is there now
    before, memory = _descriptors(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with ThreadPoolExecutor(AT_ONCE) as workers:
        outcomes = [workers.submit(_survives, sandbox, program) for program in programs]
    problems = [str(error) for outcome in outcomes if (error := outcome.exception()) is not None]
    assert problems == []
    assert _containers(sandbox) == []
    # Each thread keeps a connection to the engine of its own until it ends.
    left = {name for name in _descriptors() - before if not name.startswith("socket:")}
    assert left == set()
    assert len(_descriptors() - before) <= 2 * AT_ONCE
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) * 1024 < 64 * MIB


def _name(program: Path) -> str:
    return program.stem


def test_there_are_enough_of_them():
    assert {program.stem for program in PROGRAMS} >= QUICK
    assert len(PROGRAMS) >= 60


@pytest.mark.timeout(300)
def test_quick(best):
    _all_survive(best, [program for program in PROGRAMS if program.stem in QUICK])


@pytest.mark.full
@pytest.mark.parametrize("program", PROGRAMS, ids=_name)
def test_everywhere(sandbox, program):
    _survives(sandbox, program)
    assert _containers(sandbox) == []

"""Sandboxes for tests: the real ones, Docker's and the local ones."""

import subprocess
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

import pytest

from lockstep import rules
from lockstep.limits import Limits
from sandbox import protocol
from sandbox.docker import DockerSandbox
from sandbox.errors import SandboxUnavailableError
from sandbox.local import LocalSandbox
from sandbox.pool import Sandbox
from sandbox.protocol import (
    VERSION,
    Challenge,
    Done,
    Event,
    Fault,
    Output,
    OutputCut,
    Report,
    Request,
    RunDone,
)

INSTALLATION = f"lockstep-tests-{uuid.uuid4().hex}"
"""So that test sessions side by side leave each other's containers alone."""


@cache
def docker_sandbox() -> DockerSandbox | str:
    """Docker's, or why there is none."""
    provider = DockerSandbox(installation=INSTALLATION)
    try:
        provider.check()
    except SandboxUnavailableError as error:
        provider.close()
        return str(error)
    return provider


def docker_or_skip() -> Iterator[DockerSandbox]:
    provider = docker_sandbox()
    if isinstance(provider, str):
        pytest.skip(provider)
    yield provider
    assert provider.sweep(lambda owner: False) == 0, "a test left a container behind"
    provider.close()


@pytest.fixture(scope="session", params=[pytest.param("docker", marks=pytest.mark.docker), "local"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Each provider, where it can serve; nothing of it is left at the end."""
    if request.param == "local":
        yield LocalSandbox()
        return
    yield from docker_or_skip()


@pytest.fixture(scope="session")
def docker() -> Iterator[DockerSandbox]:
    """Docker's alone."""
    yield from docker_or_skip()


@dataclass
class Story:
    """What happened in one request, put in order for asserting."""

    events: list[Event] = field(default_factory=list)

    def text(self, stream: str = "stdout", test: int | None = None) -> str:
        return "".join(each.text for each in self.outputs(stream, test))

    def outputs(self, stream: str | None = None, test: int | None = None) -> list[Output]:
        found = [each for each in self.events if isinstance(each, Output) and each.test == test]
        return [each for each in found if stream in (None, each.stream)]

    @property
    def run(self) -> RunDone:
        (found,) = (each for each in self.events if isinstance(each, RunDone))
        return found

    @property
    def explored(self) -> protocol.Explored:
        """The last of them."""
        return [each for each in self.events if isinstance(each, protocol.Explored)][-1]

    @property
    def tests(self) -> list[protocol.TestDone]:
        return [each for each in self.events if isinstance(each, protocol.TestDone)]

    @property
    def report(self) -> Report:
        """Of the only test."""
        (test,) = self.tests
        assert test.report is not None, test
        return test.report

    @property
    def verdicts(self) -> list[str | None]:
        return [each.report.verdict if each.report else each.measured.limit for each in self.tests]

    @property
    def cut(self) -> bool:
        return any(isinstance(each, OutputCut) for each in self.events)

    @property
    def fault(self) -> Fault:
        last = self.events[-1]
        assert isinstance(last, Fault), last
        return last


def request_of(source: str, limits: Limits, challenge: Challenge | None = None, **more: Any) -> Request:
    kind = more.pop("kind", "run" if challenge is None else "grade")
    return Request(VERSION, "test", kind, source, more.pop("seed", 7), limits.to_mapping(), challenge, **more)


def do(  # noqa: PLR0917 - the first three are what every test gives
    sandbox: Sandbox,
    source: str,
    challenge: Challenge | None = None,
    on_event: Callable[[Event], None] = lambda _: None,
    stdin: str = "",
    seed: int = 7,
    more: Mapping[str, Any] = MappingProxyType({}),
    **limits: Any,
) -> Story:
    """One request in a sandbox of its own. more: other fields of the request."""
    bounds = Limits(**limits)
    story = Story()
    with sandbox.lease(bounds, "a-test") as lease:
        for event in lease.work(request_of(source, bounds, challenge, stdin=stdin, seed=seed, **more)):
            story.events.append(event)
            on_event(event)
    if not isinstance(story.events[-1], Done):
        assert isinstance(story.events[-1], Fault), story.events
        assert story.events[-1].blame == "challenge", story.events[-1].message
    return story


Run = Callable[..., Story]


@pytest.fixture
def run(sandbox: Sandbox) -> Run:
    """run(source, **limits) of a program in either sandbox."""
    return lambda source, **more: do(sandbox, source, **more)


@pytest.fixture
def explore(sandbox: Sandbox) -> Run:
    """explore(source, schedules=…, schedule=…, **limits) of a program in either sandbox.

    With time enough for a machine that has much else to do, or it would stop early and say so.
    """

    def explored(source: str, schedules: int = 100, schedule: str = "", **more: Any) -> Story:
        asked = {"kind": "explore", "schedules": schedules, "schedule": schedule}
        return do(sandbox, source, more=asked, **{"wall_seconds": 60.0, **more})

    return explored


@pytest.fixture
def grade(sandbox: Sandbox) -> Run:
    """grade(source, scenario, checks, allow=(), **limits)."""

    def graded(source: str, scenario: str, checks: str, allow: Sequence[str] = (), **more: Any) -> Story:
        forbid: dict[str, Any] = {**rules.effective({"allow": allow})}
        return do(sandbox, source, Challenge(scenario, checks, forbid=forbid), **more)

    return graded


@pytest.fixture
def processes() -> Callable[[str], int]:
    """How many processes on this machine have a word in their command line."""

    def count(word: str) -> int:
        listed = subprocess.run(["pgrep", "-fc", word], capture_output=True, text=True, check=False)
        return int(listed.stdout)

    return count

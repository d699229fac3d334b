"""Whatever is killed in the middle: every submission gets exactly one verdict, soon, and nothing is left behind."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from grader import pipeline
from lockstep.verdicts import State, Verdict
from playground import streams, submissions
from playground.models import Learner, Submission
from playground.models.submission import Kind
from sandbox.image import ensure_image
from tests.grader.conftest import wait_for, worker
from tests.playground.conftest import Broker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.docker, pytest.mark.usefixtures("valkey")]

SLOW = "import time\nprint('on', flush=True)\ntime.sleep({seconds})\nprint('end')\n"
WITHIN = 60
"""Seconds within which what was interrupted has its verdict."""


def done(submission: Submission) -> bool:
    submission.refresh_from_db()
    return submission.state == State.DONE


def working(submission: Submission) -> bool:
    """It runs, and the learner's program has printed."""
    submission.refresh_from_db()
    key = streams.key(submission.id, submission.attempt)
    return submission.state == State.RUNNING and b"output" in str(streams.client().xrange(key)).encode()


def containers(client: docker.DockerClient) -> list[str]:
    """The names of the containers that this installation's workers made."""
    # The plain list: docker-py's objects ask again for each container, which may be gone by then.
    found = client.api.containers(all=True, filters={"label": "lockstep.owner"})
    return [str(each["Names"]) for each in found if pipeline.is_ours(each["Labels"]["lockstep.owner"])]


@pytest.fixture
def engine() -> Iterator[docker.DockerClient]:
    client = docker.from_env()
    ensure_image()
    yield client
    client.close()


def test_a_killed_worker(learner: Learner, engine: docker.DockerClient) -> None:
    with worker("docker") as first:
        run = submissions.submit(learner, Kind.RUN, SLOW.format(seconds=2))
        wait_for("the program to print", lambda: working(run))
        first.kill()
    with worker("docker"):
        wait_for("the run to end", lambda: done(run), WITHIN)
        wait_for("no container to be left", lambda: not containers(engine), WITHIN)
    assert (run.verdict, run.attempt) == ("", 2)
    assert "".join(piece["text"] for piece in run.output) == "on\nend\n"


def test_a_worker_that_is_asked_to_stop_gives_back_what_it_has(learner: Learner, engine: docker.DockerClient) -> None:
    with worker("docker") as first:
        run = submissions.submit(learner, Kind.RUN, SLOW.format(seconds=9))
        wait_for("the program to print", lambda: working(run))
        first.stop()
    run.refresh_from_db()
    assert (run.state, run.failures) == (State.QUEUED, 0)
    assert not containers(engine)
    submissions.cancel(run.id)


def test_a_restarted_broker(learner: Learner, broker: Broker, settings: Any) -> None:
    settings.IN_FLIGHT_PER_LEARNER = 10
    with worker("local", REDIS_URL=f"unix://{broker.path}"):
        running = submissions.submit(learner, Kind.RUN, SLOW.format(seconds=3))
        wait_for("the program to print", lambda: working(running))
        waiting = [submissions.submit(learner, Kind.RUN, SLOW.format(seconds=0)) for _ in range(5)]
        broker.kill()
        homeless = submissions.submit(learner, Kind.RUN, SLOW.format(seconds=0))
        broker.start()
        for submission in [running, *waiting, homeless]:
            wait_for("its end", lambda s=submission: done(s), WITHIN)  # type: ignore[misc]
            assert submission.verdict == ""
            assert "".join(piece["text"] for piece in submission.output) == "on\nend\n"


class Engine:
    """A Docker engine of the test's own, which it may stop."""

    def __init__(self, folder: Path) -> None:
        self.url = f"unix://{folder}/engine.sock"
        self._log = folder / "log"
        self._pid = folder / "pid"
        self._command = [
            "dockerd",
            *("--data-root", str(folder / "data"), "--exec-root", str(folder / "exec"), "-p", str(self._pid)),
            *("-H", self.url, "--bridge=none", "--iptables=false", "--ip6tables=false"),
        ]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(self._command, stdout=log, stderr=log, start_new_session=True)
        wait_for("the engine", self._answers, 60)

    def _answers(self) -> bool:
        assert self.process
        assert self.process.poll() is None, self._log.read_text()[-2000:]
        return subprocess.run(["docker", "-H", self.url, "version"], capture_output=True, check=False).returncode == 0

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.process:
            self.process.send_signal(number)
            self.process.wait(60)
            self.process = None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may start a Docker engine to stop")
@pytest.mark.timeout(240)
def test_a_stopped_engine(learner: Learner, engine: docker.DockerClient, request: pytest.FixtureRequest) -> None:
    # The engine makes sockets below its folder, whose paths may have 107 bytes: pytest's own folders are too deep.
    folder = tempfile.TemporaryDirectory(prefix="lockstep-engine-")
    request.addfinalizer(folder.cleanup)
    own = Engine(Path(folder.name))
    own.start()
    try:
        there = docker.DockerClient(own.url)
        there.images.load(b"".join(engine.images.get(ensure_image()).save(named=True)))
        there.close()
        with worker("docker", DOCKER_HOST=own.url):
            run = submissions.submit(learner, Kind.RUN, SLOW.format(seconds=8))
            wait_for("the program to print", lambda: working(run))
            own.stop()
            wait_for("the learner to be told", lambda: _delayed(run), WITHIN)
            late = submissions.submit(learner, Kind.RUN, SLOW.format(seconds=0))
            wait_for("the other learner to be told", lambda: _delayed(late), WITHIN)
            own.start()
            began = time.monotonic()
            for submission in (run, late):
                wait_for("its end", lambda s=submission: done(s), WITHIN)  # type: ignore[misc]
                assert submission.verdict == "", submission.message
                assert "".join(piece["text"] for piece in submission.output) == "on\nend\n"
            assert time.monotonic() - began < WITHIN
            wait_for("no container to be left", lambda: not containers(there), WITHIN)
    finally:
        own.stop()


def _delayed(submission: Submission) -> bool:
    submission.refresh_from_db()
    assert submission.state != State.DONE, (submission.verdict, submission.message)
    return submission.state == State.QUEUED and "kept" in submission.delayed


def test_every_end_is_an_end(learner: Learner) -> None:
    """A program that takes its worker with it does not go round for ever."""
    run = submissions.submit(learner, Kind.RUN, "print()")
    for _ in range(submissions.MOST_FAILURES):
        assert submissions.claim(run.id)
        Submission.objects.filter(id=run.id).update(lease="2000-01-01T00:00:00Z")
        submissions.take_back()
    assert done(run)
    assert run.verdict == Verdict.INTERNAL_ERROR
    assert submissions.claim(run.id) is None

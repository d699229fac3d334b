"""Whatever is killed in the middle: every submission gets exactly one verdict, soon, and nothing is left behind."""

import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import docker
import pytest

from grader import pipeline
from lockstep.verdicts import State, Verdict
from playground import streams, submissions
from playground.models import Learner, Submission
from playground.models.submission import Kind
from sandbox.image import ensure_image
from tests.engine import needs_root, own_engine
from tests.grader.conftest import worker
from tests.playground.conftest import Broker
from tests.waiting import wait_for

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


@needs_root
@pytest.mark.timeout(240)
def test_a_stopped_engine(learner: Learner) -> None:
    with own_engine() as own, worker("docker", DOCKER_HOST=own.url):
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
        there = docker.DockerClient(own.url)
        wait_for("no container to be left", lambda: not containers(there), WITHIN)
        there.close()


def _delayed(submission: Submission) -> bool:
    submission.refresh_from_db()
    assert submission.state != State.DONE, (submission.verdict, submission.message)
    return submission.state == State.QUEUED and "kept" in submission.delayed


LEASES = 200
WORKERS = 2
BETWEEN = 8, 30
"""How many submissions are done between two accidents."""


@needs_root
@pytest.mark.full
@pytest.mark.timeout(1800)
def test_two_hundred_leases_among_accidents(transactional_db: None, settings: Any) -> None:
    """Engines are restarted and killed, workers are killed: each submission ends once and whole, and nothing stays."""
    settings.IN_FLIGHT_PER_LEARNER = settings.PROGRAMS_PER_MINUTE = LEASES
    seed = random.SystemRandom().randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    learners = [Learner.objects.create() for _ in range(LEASES // 4)]
    with own_engine() as own, ExitStack() as left:
        workers = [left.enter_context(worker("docker", DOCKER_HOST=own.url)) for _ in range(WORKERS)]
        every = [
            submissions.submit(chance.choice(learners), Kind.RUN, SLOW.format(seconds=round(chance.uniform(0, 2), 2)))
            for _ in range(LEASES)
        ]
        ended = 0
        while ended < LEASES:
            ended = min(LEASES, ended + chance.randint(*BETWEEN))
            wait_for(f"{ended} ends", lambda n=ended: _ended() >= n, 300)  # type: ignore[misc]
            if chance.random() < 0.5:
                number = chance.choice([signal.SIGTERM, signal.SIGKILL])
                print(f"after {_ended()}: the engine gets {number.name}")
                own.stop(number)
                own.start()
            else:
                print(f"after {_ended()}: a worker is killed")
                workers.pop(chance.randrange(WORKERS)).kill()
                workers.append(left.enter_context(worker("docker", DOCKER_HOST=own.url)))
        for submission in every:
            assert done(submission)
            assert submission.verdict == "", (submission.verdict, submission.message)
            assert "".join(piece["text"] for piece in submission.output) == "on\nend\n"
        print("tried more than once:", sum(submission.attempt > 1 for submission in every))
        there = docker.DockerClient(own.url)
        left.callback(there.close)
        left.callback(lambda: print(*_all(there).items(), sep="\n"))
        wait_for("no container to be left", lambda: not containers(there), WITHIN)
        wait_for("those of killed workers to be gone", lambda: len(_boots(there)) <= WORKERS, WITHIN)
        for each in workers:
            each.stop()
        stale = _all(there).keys()
        with worker("docker", DOCKER_HOST=own.url):
            wait_for("what they left to be gone", lambda: not stale & _all(there).keys(), WITHIN)


def _ended() -> int:
    return Submission.objects.filter(state=State.DONE).count()


def _all(client: docker.DockerClient) -> dict[str, tuple[str, str, str]]:
    """Of every container its state, its owner and the worker, dead or alive, that made it."""
    return {
        each["Id"]: (each["State"], each["Labels"]["lockstep.owner"], each["Labels"]["lockstep.boot"])
        for each in client.api.containers(all=True)
    }


def _boots(client: docker.DockerClient) -> set[str]:
    return {boot for _, _, boot in _all(client).values()}


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

"""A pool hands out each sandbox once, or again to the same learner; fills up by itself, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lockstep.limits import Limits
from sandbox.docker import DockerSandbox
from sandbox.errors import SandboxLostError, SandboxUnavailableError
from sandbox.pool import Lease, Sandbox
from sandbox.protocol import Done, Output
from sandbox.warm import WarmPool
from tests.sandbox.conftest import INSTALLATION, request_of
from tests.sandbox.test_leases import until


@pytest.fixture
def pool(docker: DockerSandbox) -> Iterator[WarmPool]:
    made = WarmPool(docker, floor=2, ceiling=3)
    assert until(lambda: made.ready == 2)
    yield made
    made.close()
    assert made.ready == 0


def output_of(sandbox: WarmPool, limits: Limits, source: str) -> str:
    with sandbox.lease(limits, "a-test") as lease:
        return "".join(event.text for event in lease.work(request_of(source, limits)) if isinstance(event, Output))


@pytest.mark.docker
def test_each_sandbox_is_handed_out_once_and_another_takes_its_place(pool):
    seen = set()
    for _ in range(5):
        with pool.lease(Limits(), "a-test") as lease:
            seen.add(lease.id)
            events = list(lease.work(request_of("print(1)", Limits())))
            assert isinstance(events[-1], Done)
    assert len(seen) == 5
    assert until(lambda: pool.ready >= 2)


@pytest.mark.docker
def test_a_warm_sandbox_does_not_make_one_wait(pool, docker):
    started = time.monotonic()
    with pool.lease(Limits(), "a-test"):
        warm = time.monotonic() - started
    started = time.monotonic()
    with docker.lease(Limits(), "a-test"):
        cold = time.monotonic() - started
    assert warm < cold / 3, (warm, cold)


@pytest.mark.docker
def test_limits_of_the_request_hold_in_a_warm_sandbox(pool):
    limits = Limits(memory_mib=64, processes=10)
    source = "x = []\nwhile True: x.append(bytearray(10**6))\n"
    with pool.lease(limits, "a-test") as lease:
        done = list(lease.work(request_of(source, limits)))[-2]
    assert done.measured.limit == "memory"


@pytest.mark.docker
def test_limits_that_do_not_fit_get_a_sandbox_of_their_own(pool):
    ready = pool.ready
    limits = Limits(memory_mib=512, file_mib=32)
    source = "import os\ns = os.statvfs('/tmp')\nprint(s.f_blocks * s.f_frsize // 2**20)"
    assert output_of(pool, limits, source) == "32\n"
    assert pool.ready == ready


@pytest.mark.docker
def test_one_that_died_while_it_waited_is_not_handed_out(pool, docker):
    for made in list(pool._ready):
        docker._api.kill(made.lease.id)
        docker._api.wait(made.lease.id)
    assert output_of(pool, Limits(), "print('alive')") == "alive\n"


@pytest.mark.docker
def test_an_empty_pool_grows_to_its_ceiling_and_no_further(pool):
    for _ in range(2):
        leases = [pool.lease(Limits(), "a-test") for _ in range(3)]
        for lease in leases:
            lease.close()
    assert until(lambda: pool.ready == 3)
    assert pool._wanted == 3


@pytest.mark.docker
def test_no_more_than_the_ceiling_are_out_and_who_comes_then_waits_in_turn(pool):
    told: list[list[int]] = [[], []]
    got: list[int] = []
    done = threading.Event()

    def ask(number: int) -> None:
        with pool.lease(Limits(memory_mib=512), "a-test", told[number].append):  # one that has to be made
            got.append(number)
            done.wait()

    held = [pool.lease(Limits(), "a-test") for _ in range(3)]
    askers = [threading.Thread(target=ask, args=(number,)) for number in range(2)]
    for number, asker in enumerate(askers):
        asker.start()
        assert until(lambda: len([places for places in told if places]) > number)  # noqa: B023 - called at once
    assert [places[0] for places in told] == [1, 2]
    held[0].close()
    assert until(lambda: got == [0])
    assert until(lambda: told[1][-1] == 1)
    held[1].close()
    assert until(lambda: got == [0, 1])
    done.set()
    for asker in askers:
        asker.join()
    held[2].close()


@pytest.mark.docker
def test_a_sandbox_that_could_not_be_made_takes_nobodys_turn():
    docker = DockerSandbox(installation=INSTALLATION)
    pool = WarmPool(docker, floor=1, ceiling=1)
    assert until(lambda: pool.ready == 1)
    try:
        docker.runtime = "none-such"
        with pytest.raises(SandboxUnavailableError):
            pool.lease(Limits(memory_mib=512), "a-test")
        places: list[int] = []
        with pool.lease(Limits(), "a-test", places.append):
            assert places == []
    finally:
        pool.close()


class Small:
    """A pool with one sandbox at a time."""

    def __init__(self, pool: WarmPool) -> None:
        self.pool = pool

    def lease(self, learner: str, **more: Any) -> Lease:
        """One that is to be had at once."""

        def at_once(place: int) -> None:
            pytest.fail(f"a sandbox is to be had at once, and the place is {place}")

        return self.pool.lease(Limits(**more), "a-test", at_once, learner)

    def run(self, learner: str, source: str = "print(1)", **more: Any) -> tuple[str, int | None]:
        """The sandbox's name and its user."""
        with self.lease(learner, **more) as lease:
            assert isinstance(list(lease.work(request_of(source, Limits(**more))))[-1], Done)
            return lease.id, lease.first_user


@pytest.fixture
def small(sandbox: Sandbox) -> Iterator[Small]:
    made = WarmPool(sandbox, floor=1, ceiling=1)
    yield Small(made)
    made.close()
    assert (made.ready, made.kept) == (0, 0)


def test_a_learner_has_the_same_sandbox_again_under_another_user(small: Small) -> None:
    runs = [small.run("ada") for _ in range(3)]
    assert len({sandbox for sandbox, _ in runs}) == 1
    assert len({user for _, user in runs}) == 3
    assert small.pool.kept == 1


def test_nobody_else_has_it_and_it_makes_room_at_once(small: Small) -> None:
    first, _ = small.run("ada")
    with small.lease("grace") as lease:
        assert lease.id != first
        assert small.pool.kept == 0
    assert small.run("")[0] not in (first, lease.id)
    assert small.pool.kept == 0


def test_other_limits_and_a_limit_that_was_met_end_it(small: Small) -> None:
    first, _ = small.run("ada")
    second, _ = small.run("ada", output_bytes=2048)
    assert second != first
    third, _ = small.run("ada", "print('x' * 10_000)", output_bytes=2048)
    assert (third, small.pool.kept) == (second, 0)
    assert small.run("ada", output_bytes=2048)[0] != second


def test_who_waits_has_the_turn_and_what_was_kept_goes(small: Small) -> None:
    waits = threading.Event()
    got: list[Lease] = []
    held = small.lease("ada")
    asker = threading.Thread(
        target=lambda: got.append(small.pool.lease(Limits(), "a-test", lambda _: waits.set(), "grace"))
    )
    asker.start()
    assert waits.wait(20)
    assert isinstance(list(held.work(request_of("print(1)", Limits())))[-1], Done)
    held.close()
    asker.join()
    assert small.pool.kept == 0
    assert got[0].id != held.id
    got[0].close()


def test_whoever_comes_while_it_is_wiped_has_it(sandbox: Sandbox) -> None:
    pool = WarmPool(sandbox, floor=1, ceiling=3)
    try:
        first = pool.lease(Limits(), "a-test", learner="ada")
        assert isinstance(list(first.work(request_of("print(1)", Limits())))[-1], Done)
        got: list[Lease] = []
        asker = threading.Thread(target=lambda: got.append(pool.lease(Limits(), "a-test", learner="ada")))
        asker.start()
        first.close()
        asker.join()
        assert got[0].id == first.id
        got[0].close()
    finally:
        pool.close()


def test_what_is_given_back_in_the_middle_is_not_kept_and_cannot_be_used(small: Small) -> None:
    lease = small.lease("ada")
    events = lease.work(request_of("print('on', flush=True)\nwhile True: pass", Limits()))
    next(event for event in events if isinstance(event, Output))
    lease.close()
    assert small.pool.kept == 0
    with pytest.raises(SandboxLostError, match="closed"):
        list(lease.work(request_of("print(1)", Limits())))


def test_one_that_died_while_it_was_kept_is_replaced(small: Small) -> None:
    first, _ = small.run("ada")
    small.pool._kept["ada"].lease.close()
    assert small.run("ada")[0] != first


def test_one_that_nobody_comes_for_goes(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.warm._KEEP_SECONDS", 0.5)
    lease = small.lease("ada")
    list(lease.work(request_of("print(1)", Limits())))
    lease.close()
    assert until(lambda: small.pool.kept == 0)
    assert until(lambda: not lease.made.lease.alive())  # type: ignore[attr-defined]


@pytest.mark.docker
def test_what_a_killed_worker_held_ends_by_itself_and_is_swept(docker, tmp_path):
    script = tmp_path / "worker.py"
    script.write_text(
        "import sys\n"
        "from sandbox.docker import DockerSandbox\n"
        "from sandbox.warm import WarmPool\n"
        f"pool = WarmPool(DockerSandbox(installation={INSTALLATION!r}), 1, 1)\n"
        "while not pool.ready: pass\n"
        "print('ready', flush=True)\n"
        "sys.stdin.read()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    label = {"label": f"lockstep.sandbox={INSTALLATION}"}
    with subprocess.Popen(
        [sys.executable, script], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        (held,) = docker._api.containers(filters=label)
        worker.send_signal(signal.SIGKILL)
    assert until(lambda: docker._api.containers(filters=label) == [])
    assert docker.sweep(lambda owner: True) == 1
    assert held["Id"] not in [each["Id"] for each in docker._api.containers(all=True, filters=label)]

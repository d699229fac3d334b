"""`python -m bench.sandbox`: what a sandbox costs, in one run on one machine, against what it is made of.

    latency      lease to first event and lease to finished of a small program: warm, with the pool full, and while it
                 makes the one that the last lease took; cold `docker run` of the same image's Python; a bare subprocess
                 of this Python
    throughput   graded submissions a second, each in a fresh container of the pool, and the CPU seconds of each (of the
                 whole machine, as /proc/stat has it), against creating, starting and removing a container that does
                 nothing: under the same options, and without some of them, which shows what they cost
    growth       many submissions in a row: containers, resident memory and descriptors before and after

One JSON object on standard output, tables on standard error. Nothing else should run: CPU is the whole machine's.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lockstep.limits import Limits
from sandbox.docker import DockerSandbox
from sandbox.protocol import VERSION, Challenge, Done, Request, TestDone
from sandbox.warm import WarmPool

PROGRAM = "print('hello')\n"
SOLUTION = "def f():\n    return 1\n"
CHALLENGE = Challenge(
    "def call(solution, case):\n    return solution.f()\n",
    'from kit import Test, real\nclass T(Test):\n    """T."""\n    scenario = "call"\n'
    "    def check(self, case, result):\n        self.equal(result.value, 1)\n",
)
LIMITS = Limits()
FLOOR = 3
"""Sandboxes that the pool keeps ready."""
_TICK = os.sysconf("SC_CLK_TCK")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def request(source: str, challenge: Challenge | None = None) -> Request:
    kind: Any = "run" if challenge is None else "grade"
    return Request(VERSION, "bench", kind, source, 1, LIMITS.to_mapping(), challenge)


def percentiles(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        "p50_ms": round(statistics.median(ordered) * 1000, 2),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] * 1000, 2),
        "max_ms": round(ordered[-1] * 1000, 2),
    }


def machine_cpu() -> float:
    """Seconds that all processors of this machine have worked."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq) / _TICK


# ------------------------------------------------------------------------------------------------------- latency


def warm(pool: WarmPool, times: int, ready: int) -> dict[str, Any]:
    """With so many sandboxes ready at each lease."""
    first, finished = [], []
    for _ in range(times):
        while pool.ready < ready:
            time.sleep(0.01)
        began = time.perf_counter()
        with pool.lease(LIMITS, "bench") as lease:
            seen = None
            for event in lease.work(request(PROGRAM)):
                seen = seen or time.perf_counter()
                if isinstance(event, Done):
                    finished.append(time.perf_counter() - began)
            assert seen is not None
            first.append(seen - began)
    return {"first_event": percentiles(first), "finished": percentiles(finished)}


def command(words: list[str], times: int) -> dict[str, Any]:
    first, finished = [], []
    for _ in range(times):
        began = time.perf_counter()
        with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline()
            first.append(time.perf_counter() - began)
        finished.append(time.perf_counter() - began)
    return {"first_event": percentiles(first), "finished": percentiles(finished)}


# ---------------------------------------------------------------------------------------------------- throughput


def costs(doing: Callable[[], None], times: int, at_once: int) -> dict[str, float]:
    cpu, began = machine_cpu(), time.perf_counter()
    with ThreadPoolExecutor(at_once) as workers:
        for outcome in [workers.submit(doing) for _ in range(times)]:
            outcome.result()
    seconds = time.perf_counter() - began
    return {
        "per_second": round(times / seconds, 2),
        "cpu_seconds_each": round((machine_cpu() - cpu) / times, 4),
    }


def grade(sandbox: WarmPool | DockerSandbox) -> None:
    with sandbox.lease(LIMITS, "bench") as lease:
        events = list(lease.work(request(SOLUTION, CHALLENGE)))
    (done,) = (event for event in events if isinstance(event, TestDone))
    assert done.report is not None
    assert done.report.verdict == "ACCEPTED", done


def nothing(docker: DockerSandbox, image: str, **options: Any) -> None:
    """A container that does nothing, created, started and removed."""
    api = docker._api
    host = api.create_host_config(**options)
    container = api.create_container(image, entrypoint=["/bin/true"], host_config=host, labels={"bench": "1"})["Id"]
    try:
        api.start(container)
        api.wait(container)
    finally:
        api.remove_container(container, force=True)


def without(same: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The options of a sandbox with something left out each time, by what that is."""
    limits = ("pids_limit", "mem_limit", "memswap_limit", "cpu_shares", "nano_cpus")
    return {
        "no seccomp": {**same, "security_opt": ["no-new-privileges", "seccomp=unconfined"]},
        "no tmpfs": {name: value for name, value in same.items() if name != "tmpfs"},
        "no limits": {name: value for name, value in same.items() if name not in limits},
        "no options": {"network_mode": "none"},
    }


# -------------------------------------------------------------------------------------------------------- growth


def holdings(docker: DockerSandbox) -> dict[str, int]:
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        "containers": len(docker._api.containers(all=True, filters={"label": "lockstep.sandbox=lockstep-bench"})),
        "resident_kib": int(status["VmRSS"].split()[0]),
        "descriptors": len(os.listdir("/proc/self/fd")),
    }


def growth(docker: DockerSandbox, times: int, at_once: int) -> dict[str, Any]:
    def some(count: int) -> None:
        for _ in range(count):
            grade(docker)

    with ThreadPoolExecutor(at_once) as workers:
        list(workers.map(some, [5] * at_once))
        before = holdings(docker)
        list(workers.map(some, [times // at_once] * at_once))
        after = holdings(docker)
    return {"submissions": times // at_once * at_once, "before": before, "after": after}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=40, help="leases of each kind (40)")
    parser.add_argument("--row", type=int, default=100, help="submissions in a row (100; 1,000 for a release)")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="submissions at a time")
    options = parser.parse_args()
    docker = DockerSandbox(installation="lockstep-bench")
    image = docker.check().rsplit(maxsplit=1)[-1]
    found: dict[str, Any] = {"load_before": os.getloadavg()[0], "processors": os.cpu_count()}
    pool = WarmPool(docker, floor=FLOOR, ceiling=8)
    docker_run = ["docker", "run", "--rm", "--network=none", "--entrypoint=python3.13", image, "-c", PROGRAM]
    found["latency"] = {
        "warm": warm(pool, options.times, FLOOR),
        "warm, refilling": warm(pool, options.times, 1),
        "docker run": command(docker_run, max(5, options.times // 4)),
        "subprocess": command([sys.executable, "-c", PROGRAM], options.times),
    }
    for name, kind in found["latency"].items():
        say(f"{name:16} first event {kind['first_event']}  finished {kind['finished']}")
    found["throughput"] = {"graded": costs(lambda: grade(pool), options.times, options.at_once)}
    pool.close()
    same: dict[str, Any] = {**docker._host_config(LIMITS)}
    found["throughput"]["empty, same options"] = costs(
        lambda: nothing(docker, image, **same), options.times, options.at_once
    )
    for left_out, options_left in without(same).items():
        found["throughput"][f"empty, {left_out}"] = costs(
            lambda given=options_left: nothing(docker, image, **given),  # type: ignore[misc]
            options.times,
            options.at_once,
        )
    for name, cost in found["throughput"].items():
        say(f"{name:20} {cost}")
    found["growth"] = growth(docker, options.row, options.at_once)
    say(f"growth {found['growth']}")
    docker.sweep(lambda owner: False)
    docker.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()

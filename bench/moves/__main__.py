"""How long somebody who is the scheduler waits: `python -m bench.moves [--rounds N] [--sandbox docker|local]`.

Starts a Lockstep of its own and asks it for moves over its API, in each round one of each length; in the same rounds,
so that all meet the same load, the same replay is made in this process, which has all of the explorer in memory and
none of a sandbox, and a bare `python` runs the program. Then many learners play at a time, and what Lockstep and its
sandboxes hold in memory is told before, meanwhile, and when nobody has moved for a minute. Nothing else of Lockstep's
should run: its sandboxes would be counted.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.latency.__main__ import BARE, lockstep, quantile
from bench.latency.client import Learner
from sandbox.docker import DockerSandbox
from sandbox.explorer import load, told
from sandbox.explorer.play import play

PROGRAM = """\
import threading

total = 0


def add():
    global total
    for _ in range(200):
        total += 1


threads = [threading.Thread(target=add) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(total)
"""
STEPS = (10, 100, 1000)
MINUTE = 60
"""After which an idle sandbox is gone; a little more until it is removed."""
_MIB = 2**20


def bare() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], stdout=subprocess.DEVNULL, check=True)


def replay(schedule: str, steps: int) -> None:
    json.dumps(told.moved(play(load(PROGRAM, "main.py"), schedule, steps)))


def variants(learner: Learner, schedule: str) -> dict[str, Callable[[], Any]]:
    own = str(play(load(PROGRAM, "main.py"), "", 1).execution.schedule)  # it names the Python that it was found with
    found: dict[str, Callable[[], Any]] = {"the first, which looks for the steps": lambda: learner.move(PROGRAM)}
    for steps in STEPS:
        found[f"a move at step {steps:,}"] = lambda steps=steps: learner.move(PROGRAM, schedule, steps)  # type: ignore[misc]
        found[f"replay alone to step {steps:,}"] = lambda steps=steps: replay(own, steps)  # type: ignore[misc]
    found[BARE] = bare
    return found


def table(figures: dict[str, list[float]]) -> list[str]:
    """p50 and p95 in milliseconds, and each as a multiple of a bare python's p50."""
    peer = quantile(figures[BARE], 0.5)
    lines = [f"  {'':<38}{'n':>5}{'p50 ms':>10}{'p95 ms':>10}{'p50 vs ' + BARE:>20}{'p95':>8}"]
    for name, values in figures.items():
        middle, high = quantile(values, 0.5), quantile(values, 0.95)
        times = f"{middle / peer:>19.2f}x{high / peer:>7.2f}x"
        lines.append(f"  {name:<38}{len(values):>5}{middle * 1e3:>10.1f}{high * 1e3:>10.1f}{times}")
    return lines


# -------------------------------------------------------------------------------------------------------- memory


def family(pid: int) -> set[int]:
    """A process and all that descend from it."""
    found, waiting = set(), [pid]
    while waiting:
        found.add(each := waiting.pop())
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            waiting += [int(child) for child in task.read_text().split()]
    return found


def resident(pid: int) -> int:
    """Bytes of a process, of what it shares its part; 0 where it is gone."""
    try:
        rolled = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in rolled.splitlines() if line.startswith("Pss:"))


def holdings(docker: DockerSandbox | None, server: int) -> dict[str, float]:
    """What Lockstep's processes and its sandboxes hold."""
    processes = family(server)
    local = {pid for pid in processes if b"sandbox.guest" in _command(pid)}
    held: list[set[int]] = [{pid} for pid in local]
    if docker is not None:
        running = docker._api.containers(filters={"label": "lockstep.sandbox=lockstep"})
        held = [family(docker._api.inspect_container(each["Id"])["State"]["Pid"]) for each in running]
    return {
        "sandboxes": len(held) if docker is not None else sum(_is_first(pid, local) for pid in local),
        "sandboxes_mib": round(sum(resident(pid) for group in held for pid in group) / _MIB, 1),
        "lockstep_mib": round(sum(resident(pid) for pid in processes - local) / _MIB, 1),
    }


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _is_first(pid: int, of: set[int]) -> bool:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) not in of
    except OSError:
        return False


def sessions(address: str, server: int, docker: DockerSandbox | None, count: int, at_once: int) -> dict[str, Any]:
    """Many learners, each of whom comes, and moves three times in a row."""
    found: dict[str, Any] = {"sessions": count, "before": holdings(docker, server)}
    learners = [Learner(address) for _ in range(count)]
    waits: list[float] = []

    def visit(learner: Learner) -> None:
        for steps in (10, 20, 30):
            began = time.perf_counter()
            learner.move(PROGRAM, schedule, steps)
            waits.append(time.perf_counter() - began)

    schedule = learners[0].move(PROGRAM)["trace"]["schedule"]
    with ThreadPoolExecutor(at_once) as players:
        began = time.perf_counter()
        list(players.map(visit, learners))
        found["moves_per_second"] = round(3 * count / (time.perf_counter() - began), 1)
    found["alive"] = holdings(docker, server)
    time.sleep(MINUTE + 10)
    found["after_a_minute"] = holdings(docker, server)
    found["move_ms"] = {name: round(quantile(waits, share) * 1e3, 1) for name, share in (("p50", 0.5), ("p95", 0.95))}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.moves", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--sandbox", choices=("docker", "local"), default="docker")
    parser.add_argument("--sessions", type=int, default=200, help="learners who play at a time (200; 0: none)")
    parser.add_argument("--at-once", type=int, default=2, help="of them who wait for a move at the same moment (2)")
    parser.add_argument("--json", type=Path, help="also write every sample, in seconds, to this file")
    options = parser.parse_args()
    waits: dict[str, list[float]] = {}
    held: dict[str, Any] = {}
    load_before = os.getloadavg()[0]
    docker = DockerSandbox() if options.sandbox == "docker" else None
    with lockstep(options.sandbox) as (address, server):
        learner = Learner(address)
        asked = variants(learner, learner.move(PROGRAM)["trace"]["schedule"])
        for sample in asked.values():
            sample()  # the first of each warms caches that a server has warm
        for _ in range(options.rounds):
            for name, sample in asked.items():
                began = time.perf_counter()
                sample()
                waits.setdefault(name, []).append(time.perf_counter() - began)
        if options.sessions:
            held = sessions(address, server, docker, options.sessions, options.at_once)
    if docker is not None:
        docker.close()
    print(f"{platform.platform()}, Python {platform.python_version()}")
    print(f"{os.cpu_count()} processors, load {load_before:.1f} before, {os.getloadavg()[0]:.1f} after")
    print(f"From the click to the answer of a move ({options.sandbox}), {options.rounds} rounds")
    print("\n".join(table(waits)))
    if held:
        move = held["move_ms"]
        print(f"{held['sessions']} learners, three moves each, {options.at_once} of them at a time")
        print(f"  {held['moves_per_second']} moves a second, p50 {move['p50']} ms, p95 {move['p95']} ms")
        for when in ("before", "alive", "after_a_minute"):
            each = held[when]
            told_as = f"{each['sandboxes']:>3} sandboxes with {each['sandboxes_mib']:>7.1f} MiB"
            print(f"  {when.replace('_', ' '):<16}{told_as}, the rest of Lockstep {each['lockstep_mib']:>7.1f} MiB")
    if options.json:
        options.json.write_text(json.dumps({"waits": waits, "sessions": held}))


if __name__ == "__main__":
    main()

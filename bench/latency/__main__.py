"""How long a learner waits: `python -m bench.latency [--rounds N] [--sandbox docker|local] [--json FILE]`.

Starts a Lockstep of its own and sends it a small program, again and again; in the same rounds, so that all meet the
same load, the same program goes to a bare `python` and, cold, to `docker run` with the sandbox's image. Two figures:
from the click to the end (of a submission: to the verdict), and from each print to its arrival. Clocks are this
machine's, which containers share.
"""

import argparse
import json
import math
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.latency.client import Learner
from sandbox.image import ensure_image

ROOT = Path(__file__).parent.parent.parent
CHALLENGE = "thread-safe-counter"
PROGRAM = """
import threading
import time


class Counter:
    def __init__(self):
        self.value = 0
        self._lock = threading.Lock()

    def increment(self):
        with self._lock:
            self.value += 1


if __name__ == "__main__":
    counter = Counter()
    threads = [threading.Thread(target=counter.increment) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _ in range(10):
        print(f"{time.time():.6f} {counter.value}", flush=True)
        time.sleep(0.02)
"""

Sample = tuple[float, list[float]]
"""Seconds to the end, and from each print to its arrival."""


def bare(command: Sequence[str]) -> Sample:
    """The program on the standard input of a command that runs Python."""
    begun = time.time()
    prints = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(PROGRAM)
        process.stdin.close()
        for line in process.stdout:
            prints.append(time.time() - float(line.split()[0]))
    assert process.returncode == 0, f"{command} ended with {process.returncode}"
    return time.time() - begun, prints


def run(learner: Learner) -> Sample:
    seen = learner.submit(PROGRAM)
    assert len(seen.stamps()) == 10, seen.events
    return seen.seconds, seen.stamps()


def grade(learner: Learner) -> Sample:
    seen = learner.submit(PROGRAM, CHALLENGE)
    assert seen.verdict == "ACCEPTED", seen.events[-1]
    return seen.seconds, []


@contextmanager
def lockstep(sandbox: str) -> Iterator[tuple[str, int]]:
    """The address of a Lockstep of our own, and the process that it all descends from."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="lockstep-bench-") as var:
        environment = {**os.environ, "LOCKSTEP_VAR": var, "PORT": str(port), "SANDBOX": sandbox}
        # One machine plays a whole class.
        environment |= dict.fromkeys(("GUESTS_PER_MINUTE", "PROGRAMS_PER_MINUTE", "MOVES_PER_MINUTE"), "100000")
        for name in ("REDIS_URL", "DATABASE_URL"):
            environment.pop(name, None)
        log = Path(var) / "up.log"
        with log.open("w") as file:
            command = [sys.executable, "manage.py", "up", "--with-parent"]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=file)
        try:
            while "ready:" not in log.read_text():
                if process.poll() is not None:
                    raise SystemExit(f"Lockstep did not start:\n{log.read_text()}")
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait()


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of all values does not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def table(title: str, figures: dict[str, list[float]]) -> list[str]:
    """p50 and p95 in milliseconds, and how p50 compares with the two that are no Lockstep."""
    peers = [name for name in (BARE, COLD) if name in figures]
    lines = [title, f"  {'':<34}{'n':>5}{'p50 ms':>10}{'p95 ms':>10}" + "".join(f"{'vs ' + p:>24}" for p in peers)]
    for name, values in figures.items():
        row = f"  {name:<34}{len(values):>5}{quantile(values, 0.5) * 1e3:>10.1f}{quantile(values, 0.95) * 1e3:>10.1f}"
        for peer in peers:
            row += f"{quantile(values, 0.5) / quantile(figures[peer], 0.5):>23.2f}x"
        lines.append(row)
    return lines


BARE = "bare python"
COLD = "cold docker run"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.latency", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--sandbox", choices=("docker", "local"), default="docker")
    parser.add_argument("--json", type=Path, help="also write every sample, in seconds, to this file")
    options = parser.parse_args()
    waits: dict[str, list[float]] = {}
    prints: dict[str, list[float]] = {}
    with lockstep(options.sandbox) as (address, _):
        learner = Learner(address)
        variants: dict[str, Callable[[], Sample]] = {
            f"Lockstep, run ({options.sandbox})": lambda: run(learner),
            f"Lockstep, submit ({options.sandbox})": lambda: grade(learner),
            BARE: lambda: bare([sys.executable, "-u", "-"]),
        }
        if options.sandbox == "docker":
            variants[COLD] = lambda: bare(cold())
        for sample in variants.values():
            sample()  # the first of each warms caches that a server has warm
        for _ in range(options.rounds):
            for name, sample in variants.items():
                wait, arrivals = sample()
                waits.setdefault(name, []).append(wait)
                if arrivals:
                    prints.setdefault(name, []).extend(arrivals)
    print(f"{platform.platform()}, Python {platform.python_version()}")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}; {options.rounds} rounds")
    print("The program itself sleeps 200 ms.")
    print("\n".join(table("From the click to the end (submit: to the verdict)", waits)))
    print("\n".join(table("From a print to its arrival", prints)))
    if options.json:
        options.json.write_text(json.dumps({"waits": waits, "prints": prints}))


def cold() -> list[str]:
    """`docker run` of the sandbox's image, as somebody would use it by hand."""
    image = ensure_image()
    return ["docker", "run", "--rm", "--interactive", "--network=none", "--entrypoint=python3", image, "-u", "-"]


if __name__ == "__main__":
    main()

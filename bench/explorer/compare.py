"""The explorer against frontrun and interleave-test, in one run.

    python -m bench.explorer.compare          (Python 3.12 or newer, with requirements/bench.txt)

Each number comes from a process of its own; times are CPU seconds, so that a busy machine does not change them much.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SHAPES = sorted(each.name for each in (ROOT / "tests/shapes/programs").iterdir() if each.is_dir())


def measure(*arguments: object, timeout: float = 120) -> dict[str, Any] | None:
    """One line of one.py; None when it failed or took too long."""
    command = [sys.executable, "-m", "bench.explorer.one", *map(str, arguments)]
    if str(arguments[0]).startswith("frontrun"):
        # It wants to be started by its own command.
        command.insert(0, str(Path(sys.executable).with_name("frontrun")))
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0 or not done.stdout.strip():
        print(f"  {' '.join(map(str, arguments))} failed: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def rates() -> None:
    print("Schedules per CPU second (peak MiB)")
    print(f"{'':24}{'2-thread counter':>22}{'3 x 3 locked':>22}")
    for tool, counts in (("explorer", (5000, 5000)), ("interleave", (200, 100)), ("frontrun", (100, 60))):
        cells = []
        for what, count in zip(("counter", "locked"), counts, strict=True):
            got = measure(f"{tool}-{what}", count)
            cells.append("-" if got is None else f"{got['schedules'] / got['seconds']:,.0f} ({got['peak_mib']:.0f})")
        print(f"{tool:24}{cells[0]:>22}{cells[1]:>22}")


def sizes() -> None:
    print("\nOne schedule of n threads x m locked increments; what a switch, and choosing it, adds to a step")
    print(
        f"{'threads x times':24}{'steps':>10}{'plain s':>10}{'random s':>10}{'switches':>10}"
        f"{'us/step':>10}{'us/switch':>11}{'MiB':>8}"
    )
    for threads, times in ((2, 10), (3, 3), (10, 100), (30, 100), (100, 100), (100, 1000)):
        plain, walk = measure("explorer-single", threads, times), measure("explorer-random", threads, times)
        if plain is None or walk is None:
            continue
        print(
            f"{f'{threads} x {times}':24}{plain['steps']:>10,}{plain['seconds']:>10.4f}{walk['seconds']:>10.4f}"
            f"{walk['switches']:>10,}{1e6 * plain['seconds'] / plain['steps']:>10.2f}"
            f"{1e6 * (walk['seconds'] - plain['seconds']) / walk['switches']:>11.2f}{plain['peak_mib']:>8.0f}"
        )


def shapes(schedules: int = 200) -> None:
    print(f"\nShapes found within {schedules} schedules (frontrun does not control threads that a program starts)")
    for tool in ("explorer", "interleave"):
        results = [measure(f"{tool}-shape", name, schedules, timeout=20) for name in SHAPES]
        told = [each for each in results if each is not None]
        found = sum(each["found"] for each in told)
        seconds = sum(each["seconds"] for each in told)
        print(f"{tool:24}{found} of {len(SHAPES)} ({len(SHAPES) - len(told)} failed or took over 20 s), "
              f"{seconds:.1f} CPU s, {found / seconds if seconds else 0:.1f} bugs per CPU s")  # fmt: skip


if __name__ == "__main__":
    rates()
    sizes()
    if "--quick" not in sys.argv:
        shapes()

"""Measure one tool on one thing, in a process of its own: prints one JSON line. Called by compare.py."""

import contextlib
import io
import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.explorer import programs

SHAPES = Path(__file__).parents[2] / "tests/shapes/programs"


def explorer_rate(source: str, schedules: int) -> dict[str, Any]:
    """Random walks as the others do, everything included: compiling, finding, confirming, tracing."""
    from sandbox.explorer import Settings, explore, load

    began = time.process_time()
    report = explore(load(source, "measured.py"), settings=Settings(schedules=schedules, strategy="random"))
    return {"schedules": report.executions, "seconds": time.process_time() - began}


def interleave_rate(source: str, schedules: int) -> dict[str, Any]:
    import interleave_test  # type: ignore[import-not-found]

    code = compile(source.replace("assert", "assert True or"), __file__, "exec")
    began = time.process_time()
    interleave_test.explore(
        lambda: exec(code, {"__name__": "measured"}), iterations=schedules, seed=1, timeout=600, raise_on_failure=False
    )
    return {"schedules": schedules, "seconds": time.process_time() - began}


class _Locked:
    def __init__(self) -> None:
        import threading

        self.value = 0
        self.lock = threading.Lock()

    def work(self) -> None:
        for _ in range(3):
            with self.lock:
                self.value += 1


class _Counter:
    def __init__(self) -> None:
        self.value = 0

    def work(self) -> None:
        self.value += 1


def frontrun_rate(shared: Callable[[], Any], threads: int, schedules: int) -> dict[str, Any]:
    import frontrun  # type: ignore[import-not-found]

    began = time.process_time()
    result = frontrun.explore(
        setup=shared,
        workers=lambda state: state.work(),
        count=threads,
        invariant=lambda state: True,
        strategy="random",
        max_attempts=schedules,
    )
    return {"schedules": getattr(result, "num_explored", schedules), "seconds": time.process_time() - began}


def explorer_single(threads: int, times: int) -> dict[str, Any]:
    """One execution, after the program was compiled."""
    from sandbox.explorer import load
    from sandbox.explorer.execution import Runner
    from sandbox.explorer.strategies.fixed import NoPreemption

    program = load(programs.locked(threads, times), "measured.py")
    with Runner(program) as runner:
        runner.run(NoPreemption())
        program.sharing.grow()
        began = time.process_time()
        execution = runner.run(NoPreemption())
        seconds = time.process_time() - began
    assert not execution.outcome.failed, execution.outcome
    return {"steps": execution.steps, "seconds": seconds}


def explorer_random(threads: int, times: int) -> dict[str, Any]:
    """One random walk, which chooses at every step."""
    from random import Random

    from sandbox.explorer import load
    from sandbox.explorer.execution import Runner
    from sandbox.explorer.strategies.fixed import NoPreemption
    from sandbox.explorer.strategies.random_walk import RandomWalk

    program = load(programs.locked(threads, times), "measured.py")
    with Runner(program) as runner:
        runner.run(NoPreemption())
        program.sharing.grow()
        began = time.process_time()
        execution = runner.run(RandomWalk(Random(1)))
        seconds = time.process_time() - began
    assert not execution.outcome.failed, execution.outcome
    return {"steps": execution.steps, "switches": len(execution.switches), "seconds": seconds}


def expected_output(name: str) -> str:
    """What the corrected twin prints in a plain run."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile((SHAPES / name / "fixed.py").read_text(), "fixed.py", "exec"), {"__name__": "__main__"})
    return printed.getvalue()


def explorer_shape(name: str, schedules: int) -> dict[str, Any]:
    from sandbox.explorer import Settings, explore, load

    path = SHAPES / name / "buggy.py"
    began = time.process_time()
    report = explore(
        load(path.read_bytes(), str(path)),
        settings=Settings(schedules=schedules, stop_at_failure=True, most_traced=0),
    )
    return {"found": report.finding is not None, "seconds": time.process_time() - began}


def interleave_shape(name: str, schedules: int) -> dict[str, Any]:
    import interleave_test

    path = SHAPES / name / "buggy.py"
    code = compile(path.read_text(), str(path), "exec")
    wanted = expected_output(name)

    def model() -> None:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(code, {"__name__": "measured"})
        assert printed.getvalue() == wanted

    began = time.process_time()
    with contextlib.redirect_stderr(io.StringIO()):
        result = interleave_test.explore(model, iterations=schedules, seed=1, timeout=30, raise_on_failure=False)
    # A model that deadlocks never comes back from its redirection.
    sys.stdout = sys.__stdout__
    return {"found": getattr(result, "failure", None) is not None, "seconds": time.process_time() - began}


MEASURES: dict[str, Callable[..., dict[str, Any]]] = {
    "explorer-counter": lambda n: explorer_rate(programs.COUNTER, n),
    "explorer-locked": lambda n: explorer_rate(programs.locked(3, 3), n),
    "interleave-counter": lambda n: interleave_rate(programs.COUNTER, n),
    "interleave-locked": lambda n: interleave_rate(programs.locked(3, 3), n),
    "frontrun-counter": lambda n: frontrun_rate(_Counter, 2, n),
    "frontrun-locked": lambda n: frontrun_rate(_Locked, 3, n),
    "explorer-single": explorer_single,
    "explorer-random": explorer_random,
    "explorer-shape": explorer_shape,
    "interleave-shape": interleave_shape,
}


if __name__ == "__main__":
    arguments = [int(each) if each.isdigit() else each for each in sys.argv[2:]]
    measured = MEASURES[sys.argv[1]](*arguments)
    measured["peak_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print(json.dumps(measured))

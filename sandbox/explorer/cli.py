"""`python -m sandbox.explorer program.py`: explore a program from a terminal, with no server at all."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import cast

from sandbox import telling
from sandbox.exploration import Exploration, Trace
from sandbox.explorer import report as reports
from sandbox.explorer.errors import DivergenceError, ExplorerError, UsageError
from sandbox.explorer.explore import DEFAULT_SCHEDULES, Settings, explore, replay
from sandbox.explorer.program import Program, load
from sandbox.explorer.strategies import NAMES

NOTHING_FOUND, FOUND, USAGE, FAILED = 0, 1, 2, 3


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0: nothing found; 1: a failure or differing outcomes; 2: bad usage; 3: the explorer failed."""
    options = _parser().parse_args(arguments)
    try:
        _check(options)
        path = os.path.abspath(options.program)
        program = load(_read(options.program), path)
        sys.path.insert(0, os.path.dirname(path))
        if options.replay is not None:
            return _replay(program, options)
        return _explore(program, options)
    except UsageError as error:
        print(f"explorer: {error}", file=sys.stderr)
        return USAGE
    except DivergenceError as error:
        print(f"explorer: {error}", file=sys.stderr)
        return FOUND
    except ExplorerError as error:
        print(f"explorer: internal error: {error}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.explorer",
        description="Run a program under many thread schedules and show every distinct outcome.",
        epilog="Exit code: 0 nothing found, 1 a failure or differing outcomes, 2 bad usage.",
    )
    parser.add_argument("program", help="a Python file")
    parser.add_argument("--schedules", type=int, default=DEFAULT_SCHEDULES, metavar="N", help="how many (%(default)s)")
    parser.add_argument("--budget", type=float, metavar="SECONDS", help="stop after this long")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the random choices (%(default)s)")
    parser.add_argument("--strategy", choices=NAMES, default="portfolio", help="how schedules are chosen (%(default)s)")
    parser.add_argument("--replay", metavar="SCHEDULE", help="run one schedule again and show its steps")
    parser.add_argument("--stop", action="store_true", help="stop at the first failure")
    parser.add_argument("--stdin", default="", metavar="TEXT", help="what the program can read from its standard input")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _check(options: argparse.Namespace) -> None:
    if options.schedules < 1:
        raise UsageError(f"--schedules {options.schedules} is too few: use 1 or more")
    if options.budget is not None and not options.budget > 0:
        raise UsageError(f"--budget {options.budget} is not a time: use a number of seconds above 0")


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"cannot read {name!r}: {error}") from None


def _explore(program: Program, options: argparse.Namespace) -> int:
    settings = Settings(
        schedules=options.schedules,
        seconds=options.budget,
        seed=options.seed,
        strategy=options.strategy,
        stop_at_failure=options.stop,
        stdin=options.stdin,
    )
    report = explore(program, settings=settings)
    said = reports.to_json(report)
    if options.json:
        print(json.dumps({"program": options.program, **said}, ensure_ascii=False))
    else:
        replay = f"python -m sandbox.explorer {options.program} --replay"
        print(telling.of_exploration(cast("Exploration", said), options.program, replay))
    return NOTHING_FOUND if report.ok and not report.diverged else FOUND


def _replay(program: Program, options: argparse.Namespace) -> int:
    execution, tracer = replay(program, options.replay, stdin=options.stdin)
    shown = reports.execution_to_json(execution, tracer.events, tracer.dropped)
    if options.json:
        print(json.dumps(shown, ensure_ascii=False))
    else:
        print("\n".join(telling.of_trace(cast("Trace", shown))))
        outcome = execution.outcome
        print(f"\n{outcome.kind}{': ' + outcome.detail if outcome.detail else ''}")
        if outcome.output:
            print(f"printed:\n{outcome.output}", end="" if outcome.output.endswith("\n") else "\n")
    return FOUND if execution.outcome.failed else NOTHING_FOUND


def run() -> None:
    """The process's entry: string hashes decide the order of sets, so that they must not differ between processes."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        os.execve(  # noqa: S606 - ourselves again
            sys.executable, [sys.executable, "-m", "sandbox.explorer", *sys.argv[1:]], environment
        )
    try:
        sys.exit(main())
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(FOUND)

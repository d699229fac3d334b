"""The command: exit codes, both forms of output, clear errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUGGY = ROOT / "tests/shapes/programs/lock_order/buggy.py"
FIXED = ROOT / "tests/shapes/programs/lost_update/fixed.py"


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox.explorer", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_nothing_found_is_exit_code_0() -> None:
    done = run(FIXED, "--schedules", "50")
    assert done.returncode == 0, done.stderr
    assert "1 outcome in 50 schedules" in done.stdout


def test_a_failure_is_exit_code_1_with_the_table_and_the_cycle() -> None:
    done = run(BUGGY)
    assert done.returncode == 1, done.stderr
    assert "Deadlock, a cycle:" in done.stdout
    assert "waits for b, held by Thread-2 (two)" in done.stdout
    assert "with 1 preemption (the fewest possible)" in done.stdout
    columns = next(line for line in done.stdout.splitlines() if line.startswith(" step"))
    assert columns.split("  ")[1:] != []
    schedule = next(line for line in done.stdout.splitlines() if "--replay" in line).split("--replay ")[1]
    again = run(BUGGY, "--replay", schedule)
    assert again.returncode == 1
    assert "deadlock: " in again.stdout


def test_json_holds_outcomes_events_and_waits() -> None:
    done = run(BUGGY, "--json")
    report = json.loads(done.stdout)
    assert report["format"] == 1
    assert report["finding"]["outcome"]["kind"] == "deadlock"
    assert report["finding"]["waits"]["cycle"] == [1, 2]
    assert {event["op"] for event in report["finding"]["events"]} >= {"start", "acquire", "wait"}
    assert sum(outcome["count"] for outcome in report["outcomes"]) == report["executions"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("missing.py",), "cannot read missing.py: No such file"),
        ((".",), "cannot read .: Is a directory"),
        ((BUGGY, "--schedules", "0"), "--schedules 0 is too few"),
        ((BUGGY, "--budget", "-1"), "--budget -1.0 is not a time"),
        ((BUGGY, "--budget", "nan"), "--budget nan is not a time"),
        ((BUGGY, "--strategy", "magic"), "invalid choice: 'magic'"),
        ((BUGGY, "--replay", "x"), "'x' is not a schedule"),
        ((), "required: program"),
    ],
)
def test_bad_usage_is_exit_code_2_and_says_why(arguments: tuple[str | Path, ...], message: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_program_that_is_no_python_is_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text("def f(:\n")
    (tmp_path / "latin.py").write_bytes(b"# \xe9\n")
    wrong = run(tmp_path / "bad.py")
    assert wrong.returncode == 2
    assert "line 1" in wrong.stderr
    undecodable = run(tmp_path / "latin.py")
    assert undecodable.returncode == 2
    assert "is not UTF-8: byte 0xe9" in undecodable.stderr

"""`manage.py explore`: the pipeline without a server."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

COUNTER = """import threading
n = int(input())
def increment():
    global n
    n += 1
threads = [threading.Thread(target=increment) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
print(n)
"""


@pytest.fixture
def explore(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """explore(source, *options): the exit code and what it printed."""

    def run(source: str, *options: str) -> tuple[int, str]:
        file = tmp_path / "program.py"
        file.write_text(source)
        code = 0
        try:
            call_command("explore", str(file), "--sandbox", "local", "--seed", "1", *options)
        except SystemExit as ended:
            code = int(ended.code or 0)
        except CommandError as error:
            return error.returncode, str(error)
        return code, capsys.readouterr().out

    return run


def test_outcomes_that_differ_are_told_with_the_shortest_interleaving(explore: Any) -> None:
    code, said = explore(COUNTER, "--stdin", "3\n", "--schedules", "50")
    assert code == 1
    assert "2 outcomes in 50 schedules" in said
    assert "with 1 preemption (the fewest possible)" in said
    assert "n = 4 -> 4" in said
    schedule = said.partition("--schedule ")[2].split()[0]
    assert explore(COUNTER, "--stdin", "3\n", "--schedule", schedule)[1].endswith("finished\nprinted:\n4\n")


def test_json_has_the_whole_report(explore: Any) -> None:
    code, said = explore(COUNTER, "--stdin", "3\n", "--schedules", "50", "--json")
    found = json.loads(said)
    assert (code, found["verdict"], found["seed"]) == (1, None, 1)
    assert [outcome["output"] for outcome in found["report"]["outcomes"]] == ["5\n", "4\n"]


def test_nothing_found_is_exit_code_0(explore: Any) -> None:
    code, said = explore("print('one')\n", "--schedules", "5")
    assert (code, "1 outcome in" in said) == (0, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--schedules", "0"), "--schedules is 0: use 1 to 100,000"),
        (("--schedule", "27.0."), "was found on Python 2.7"),
        (("--schedule", "this one"), "is not a schedule: copy the whole text"),
    ],
)
def test_a_wrong_call_is_exit_code_2(explore: Any, options: tuple[str, ...], words: str) -> None:
    code, said = explore("print('one')\n", *options)
    assert code == 2
    assert words in said


def test_a_program_that_python_cannot_read_has_its_verdict(explore: Any) -> None:
    code, said = explore("x = = 1\n")
    assert code == 1
    assert said.startswith("SYNTAX_ERROR")

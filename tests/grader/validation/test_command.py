"""`manage.py validate` on challenges of its own, in real sandboxes: what it finds, says and exits with."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from lockstep.pack import Pack, write_pack
from tests.lockstep.packs import pack

ROOT = Path(__file__).resolve().parents[3]

SCENARIO = "def double(solution, case):\n    return solution.double(case['n'])\n"
CHECKS = '''\
from kit import Test


class _Doubles(Test):
    scenario = "double"

    def check(self, case, result):
        self.equal(result.value, 2 * case["n"])


class Small(_Doubles):
    """Small numbers."""

    def cases(self, rng):
        yield {"n": 3}


class Even(_Doubles):
    """Even numbers, or odd ones."""

    def cases(self, rng):
        yield {"n": 10 + rng.randint(0, 1)}
'''
STATEMENT = "Double it.\n\n```python sample\nprint(double(4))\n```\n\n```output\n8\n```\n"


def solution(verdict: str, returned: str) -> str:
    return f"# verdict: {verdict}\ndef double(n):\n    return {returned}\n"


SOLUTIONS = {
    "adds.py": solution("ACCEPTED", "n + n"),
    "shifts.py": solution("ACCEPTED", "n << 1"),
    "adds_three.py": solution("WRONG_ANSWER", "n + 3"),
    "squares.py": solution("WRONG_ANSWER", "n * n"),
    "forgets.py": solution("WRONG_ANSWER", "None"),
    "divides.py": solution("RUNTIME_ERROR", "n // 0"),
}


def challenge(slug: str = "double", **changes: Any) -> Pack:
    given = {
        "statement": STATEMENT,
        "explanation": "Why.\n",
        "starter": "def double(n): ...\n",
        "scenario": SCENARIO,
        "checks": CHECKS,
        "solutions": SOLUTIONS,
        "lesson": "",
        **changes,
    }
    return pack(slug, **given)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return tmp_path


def validate(content: Path, *given: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "manage.py", "validate", "--sandbox", "local", "--content", str(content), *given]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)


def put(content: Path, *packs: Pack) -> None:
    for one in packs:
        write_pack(one, content / "challenges" / one.slug)


def test_a_good_challenge_is_green(content: Path) -> None:
    put(content, challenge())
    done = validate(content, "--seeds", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    table = [line.split() for line in done.stdout.splitlines()]
    assert ["+", "adds.py", "ok", "ok", "ACCEPTED"] in [line[:5] for line in table]
    assert ["-", "adds_three.py", "ok", "wrong", "WRONG_ANSWER"] in [line[:5] for line in table]
    assert "challenges: 1, levels: 0, with errors: 0; gradings: 7, seeds: 1, " in done.stdout
    assert done.stderr.startswith("0 of 8 gradings, about ")


def test_everything_that_is_wrong_is_said_at_once(content: Path) -> None:
    solutions = {
        "adds.py": SOLUTIONS["adds.py"],
        "shifts.py": solution("ACCEPTED", "n * n"),
        "squares.py": solution("RACE", "n * n"),
        "lucky.py": solution("WRONG_ANSWER", "2 * n + (n == 11)"),
        "also_right.py": solution("WRONG_ANSWER", "n * 2"),
    }
    bad = challenge("bad", solutions=solutions, starter=SOLUTIONS["adds.py"], statement=STATEMENT.replace("8", "9"))
    faulty = challenge("faulty", checks="from kit import Tset\n")
    put(content, bad, faulty)
    done = validate(content, "--seeds", "3", "--json", "--jobs", "3")
    assert done.returncode == 1, done.stderr
    said = json.loads(done.stdout)
    assert (said["green"], said["seeds"]) == (False, 3)
    found = {one["slug"]: [problem["text"] for problem in one["problems"]] for one in said["challenges"]}
    (fault,) = found["faulty"]
    assert "cannot import name 'Tset'" in fault
    expected = [
        "shifts.py is right and gets WRONG_ANSWER (seed 1: Small numbers: The result is not the expected one.)",
        "also_right.py is wrong and accepted; it declares WRONG_ANSWER (seed 1)",
        "squares.py gets WRONG_ANSWER, and declares RACE",
        "starter.py is accepted: the learner would have nothing to do (seed 1)",
        "The sample in line 3 of the statement does not come out with adds.py: WRONG_ANSWER",
        "the tests catch it only by luck; it declares WRONG_ANSWER",
        "3 wrong solutions: write 4, each wrong in a way of its own",
    ]
    for text in expected:
        assert sum(text in each for each in found["bad"]) == 1, (text, found["bad"])
    assert len(found["bad"]) == len(expected)


LOSES = (ROOT / "content" / "levels" / "lose-an-increment" / "program.py").read_text()


def level(content: Path, slug: str, program: str, goal: str = "exception", par: int = 1) -> None:
    folder = content / "levels" / slug
    folder.mkdir(parents=True)
    (folder / "level.toml").write_text(f'title = "T"\nsummary = "S"\ngoal = "{goal}"\npar = {par}\n')
    (folder / "program.py").write_text(program)
    for name in ("text.md", "explanation.md"):
        (folder / name).write_text("Words.\n")


def test_levels_are_tried_and_what_is_wrong_with_them_is_said(content: Path) -> None:
    level(content, "good", LOSES)
    level(content, "by-itself", LOSES.replace("assert count == 2", "assert count == 1"))
    level(content, "never", LOSES, goal="deadlock")
    level(content, "two-for-par", LOSES, par=2)
    level(content, "a-process", "import os\nos.fork()\n")
    done = validate(content, "good", "by-itself", "never", "two-for-par", "a-process", "--json")
    assert done.returncode == 1, done.stderr
    said = {
        one["slug"]: (one["fewest"], [each["text"] for each in one["problems"]])
        for one in json.loads(done.stdout)["levels"]
    }
    assert said["good"] == (1, [])
    assert said["by-itself"] == (None, ["the plain schedule ends with an exception: nothing is left to be done"])
    assert said["two-for-par"] == (1, ["par is 2, and the fewest interruptions that do it are 1"])
    fewest, (problem,) = said["never"]
    assert (fewest, problem.partition(" schedules ")[2]) == (None, "ends with a deadlock")
    fewest, (problem,) = said["a-process"]
    assert (fewest, problem.partition(": ")[0]) == (None, "its program cannot be explored")
    assert "os.fork" in problem
    green = validate(content, "good")
    assert green.returncode == 0, green.stdout
    assert "good\n  level: reached with 1 (par 1), " in green.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["nothing"], "there is no challenge 'nothing': use double"),
        (["../double"], "there is no challenge '../double': use double"),
        (["--seeds", "0"], "--seeds is 0: use 1 to 1,000,000"),
        (["--jobs", "257"], "--jobs is 257: use 1 to 256"),
    ],
)
def test_a_wrong_call_is_refused_with_the_remedy(content: Path, given: list[str], said: str) -> None:
    put(content, challenge())
    with pytest.raises(CommandError) as refused:
        call_command("validate", "--content", str(content), *given)
    assert (refused.value.returncode, said in str(refused.value)) == (2, True)


def test_a_challenge_that_is_not_in_the_format_is_named(content: Path) -> None:
    put(content, challenge())
    (content / "challenges" / "double" / "checks.py").unlink()
    with pytest.raises(CommandError, match=r"challenge double: checks\.py is missing") as refused:
        call_command("validate", "--content", str(content))
    assert refused.value.returncode == 2

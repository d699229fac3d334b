"""A statement's samples are run after a solution, in a real sandbox, and compared with what they say they print."""

import pytest

from grader.judge import Work, judge
from grader.samples import samples_as_tests
from lockstep.verdicts import Verdict
from playground import submissions
from sandbox.pool import provider
from tests.lockstep.packs import pack

SOLUTION = """\
import threading


class Counter:
    value = 0

    def count(self, name):
        self.value += 1
        print(name)


def race(counter):
    threads = [threading.Thread(target=counter.count, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def sample(code: str, output: str, *, how: str = "", lines: str = "") -> str:
    return f"```python sample {how}\n{code}\n```\n\n```output {lines}\n{output}\n```\n\n"


def asked(*statement: str) -> list[submissions.TestRow]:
    tests = samples_as_tests(pack(statement="".join(statement), stop_at_first_failure=True))
    assert tests is not None
    return judge(Work("grade", SOLUTION, 1, tests), provider("local"), "test", lambda event: None).tests


def test_a_statement_without_samples_has_nothing_to_run() -> None:
    assert samples_as_tests(pack(statement="Write it.\n")) is None


def test_each_sample_is_a_test_of_its_own() -> None:
    found = asked(
        sample("counter = Counter()\ncounter.count('x')\nprint(counter.value)", "x\n1"),
        sample("print('''a\\n{}'''.format(Counter.value))", "a\n1"),
        sample("race(Counter())", "b\na", lines="unordered"),
        sample("race(Counter())", "b\nb", lines="unordered"),
        sample("import time\ntime.sleep(3600)\nprint(1)", "1"),
        sample("import subprocess\nsubprocess.run(['true'])\nprint(1)", "1", how="real"),
        sample("", ""),
    )
    right = [row.verdict == Verdict.ACCEPTED for row in found]
    assert right == [True, False, True, False, True, True, True], [(row.verdict, row.message) for row in found]
    assert "expected: 'a\\n1'" in found[1].detail
    assert found[1].name == "The sample in line 12 of the statement."


@pytest.mark.parametrize("code", ["undefined()", "raise ValueError", "x ="])
def test_a_sample_that_fails_is_no_match(code: str) -> None:
    (found,) = asked(sample(code, ""))
    assert found.verdict == Verdict.RUNTIME_ERROR

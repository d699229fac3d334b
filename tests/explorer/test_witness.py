"""A witness sees a scheduler that does its work in every honest program, and one that does not in others."""

from pathlib import Path
from textwrap import dedent

import pytest

from sandbox.explorer import Settings, explore, load
from sandbox.explorer.execution import Runner
from sandbox.explorer.witness import Witness
from sandbox.explorer.world import World
from tests.explorer.running import program
from tests.shapes.shapes import PROGRAMS as SHAPES

HONEST = [*sorted((Path(__file__).parent / "programs").glob("*.py")), *sorted(SHAPES.glob("*/*.py"))]
SEEDS = 20

COUNTER = """
    import threading

    class Counter:
        def __init__(self):
            self.value = 0

        def increment(self):
            {before}
            self.value += 1
            {after}

    def work():
        for _ in range(3):
            counter.increment()

    counter = Counter()
    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def watched(source: str, seed: str = "0") -> Witness:
    witness = Witness(seed)
    with Runner(program(source)) as runner:
        runner.run(witness)
    return witness


@pytest.mark.parametrize("file", HONEST, ids=lambda file: f"{file.parent.stem}-{file.stem}")
def test_an_honest_program_is_not_accused(file: Path) -> None:
    loaded = load(file.read_bytes(), str(file))
    with Runner(loaded) as runner:
        for seed in range(SEEDS):
            witness = Witness(str(seed))
            runner.run(witness)
            assert witness.silent == 0, f"seed {seed}"
            assert witness.probes > 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("W.stop = NEVER", ""),
        ("W.atomic += 1", "W.atomic -= 1"),
        ("others, W.enabled = W.enabled, W.current.bit", "W.enabled = others"),
        ("W.plan = NoPreemption()", ""),
        ("live, W.live = W.live, 1", "W.live = live"),
    ],
)
def test_a_scheduler_that_is_held_up_is_silent(before: str, after: str) -> None:
    reach = "from sandbox.explorer.strategies.fixed import NoPreemption\nfrom sandbox.explorer.world import NEVER, W"
    source = dedent(COUNTER.format(before=before, after=after))
    assert watched(COUNTER.format(before="", after="")).silent == 0
    assert watched(f"{reach}\n{source}").silent > 0


@pytest.mark.parametrize("broken", ["decide", "switch", "point"])
def test_a_scheduler_that_was_taken_apart_is_silent(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(World, broken, lambda *_: None)
    assert watched(COUNTER.format(before="", after="")).silent > 0


def test_witnesses_change_nothing_of_what_is_found() -> None:
    source = COUNTER.format(before="", after="") + "    print(counter.value)\n"
    without, with_them = (
        explore(program(source), settings=Settings(schedules=200, seed=5, witnesses=count)) for count in (0, 3)
    )
    assert [len(report.witnessed) for report in (without, with_them)] == [0, 3]
    assert [(seen.outcome, seen.count) for seen in without.outcomes] == [
        (seen.outcome, seen.count) for seen in with_them.outcomes
    ]
    assert without.complete_bound == with_them.complete_bound
    assert without.executions == with_them.executions

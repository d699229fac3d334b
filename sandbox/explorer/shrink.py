"""From a failing schedule to one with as few preemptions as can be found.

Deviations are taken away one by one (delta debugging, Zeller and Hildebrandt 2002) in coordinates that survive the
removal of others: a thread and how far it has come. Then whole segments are moved to where they cost no preemption
(Jalbert and Sen, FSE 2010). What remains is run again and written down in exact steps.
"""

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from sandbox.explorer.execution import Execution, Runner
from sandbox.explorer.strategies.few import FewPreemptions
from sandbox.explorer.strategies.fixed import Guided, Lenient, Recording, Segmenting

MOST_STEPS = 1_000_000
"""What all executions together may take, in steps and not by a clock: the same on every machine; a second or two."""
EACH = 500
"""What an execution costs besides its own steps."""
SAMPLES = 500
"""Executions that look for the same failure with fewer preemptions than are left, for each time that it is found."""

_Segments = list[tuple[int, int | None]]


def shrink(
    runner: Runner, found: Execution, still: Callable[[Execution], bool], enough: Callable[[], bool], least: int = 0
) -> Execution:
    """An execution that is `still` what we look for, with the fewest preemptions found before it is `enough`.

    least: preemptions without which it cannot be had, as is known already.
    """
    return _Shrinking(runner, found, still, enough, least).run()


class _Shrinking:
    def __init__(
        self,
        runner: Runner,
        found: Execution,
        still: Callable[[Execution], bool],
        enough: Callable[[], bool],
        least: int,
    ) -> None:
        self._runner = runner
        self._still = still
        self._best = found
        self._enough = enough
        self._least = least
        self._left = MOST_STEPS

    def run(self) -> Execution:
        self._take_away()
        self._move()
        self._sample()
        return self._best

    def _goes_on(self) -> bool:
        return self._left > 0 and not self._enough()

    def _run(self, plan: Any) -> Execution:
        execution = self._runner.run(plan)
        self._left -= execution.steps + EACH
        return execution

    def _take_away(self) -> None:
        recording = Recording(self._best.schedule.deviations)
        if not self._still(self._runner.run(recording)):
            return
        wanted = recording.noted
        size = max(len(wanted) // 2, 1)
        while wanted and self._goes_on():
            removed = False
            at = 0
            while at < len(wanted) and self._goes_on():
                candidate = wanted[:at] + wanted[at + size :]
                execution = self._run(Lenient(candidate))
                if self._still(execution) and _cost(execution) <= _cost(self._best):
                    wanted, self._best, removed = candidate, execution, True
                else:
                    at += size
            if size == 1 and not removed:
                return
            size = max(size // 2, 1)

    def _move(self) -> None:
        while self._best.preemptions > self._least and self._move_one():
            pass

    def _move_one(self) -> bool:
        noting = Segmenting(self._best.schedule.deviations)
        segments = noting.segments(self._runner.run(noting).switches)
        for candidate in _moves(segments):
            if not self._goes_on():
                return False
            execution = self._run(Guided(candidate))
            if execution.preemptions < self._best.preemptions and self._still(execution):
                self._best = execution
                return True
        return False

    def _sample(self) -> None:
        """Other orders at free switches may need fewer preemptions."""
        rng = Random(0)
        while self._best.preemptions > self._least and self._sample_fewer(rng):
            pass

    def _sample_fewer(self, rng: Random) -> bool:
        strategy = FewPreemptions(rng, self._best.preemptions - 1, self._best.steps)
        for _ in range(SAMPLES):
            if not self._goes_on():
                return False
            plan = strategy.next_plan()
            execution = self._run(plan)
            strategy.observe(plan, execution.steps)
            if execution.preemptions < self._best.preemptions and self._still(execution):
                self._best = execution
                return True
        return False


def _moves(segments: _Segments) -> Iterator[_Segments]:
    """Ways to keep a segment that ends in a preemption from costing one."""
    for index, (tid, until) in enumerate(segments):
        if until is None:
            continue
        following = next((at for at in range(index + 1, len(segments)) if segments[at][0] == tid), None)
        if following is not None:
            # Its thread goes on at once,
            rest = segments[index + 1 : following] + segments[following + 1 :]
            yield [*segments[:index], segments[following], *rest]
        for at in range(index + 1, len(segments)):
            # or it runs later, perhaps where it blocks.
            yield [*segments[:index], *segments[index + 1 : at + 1], segments[index], *segments[at + 1 :]]


def _cost(execution: Execution) -> tuple[int, int]:
    return execution.preemptions, len(execution.schedule.deviations)

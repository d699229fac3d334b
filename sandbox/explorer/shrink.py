"""From a failing schedule to one with as few preemptions as can be found.

Deviations are taken away one by one (delta debugging, Zeller and Hildebrandt 2002) in coordinates that survive the
removal of others: a thread and how far it has come. Then whole segments are moved to where they cost no preemption
(Jalbert and Sen, FSE 2010). What remains is run again and written down in exact steps.
"""

from collections.abc import Callable, Iterator
from random import Random

from sandbox.explorer.execution import Execution, Runner
from sandbox.explorer.strategies.few import FewPreemptions
from sandbox.explorer.strategies.fixed import Guided, Lenient, Recording, Segmenting

MOST_EXECUTIONS = 800
SAMPLES = 500
"""Executions that look for the same failure with fewer preemptions than are left, for each number of preemptions."""

_Segments = list[tuple[int, int | None]]


def shrink(
    runner: Runner, found: Execution, still: Callable[[Execution], bool], enough: Callable[[], bool]
) -> Execution:
    """An execution that is `still` what we look for, with the fewest preemptions found before it is `enough`."""
    return _Shrinking(runner, found, still, enough).run()


class _Shrinking:
    def __init__(
        self, runner: Runner, found: Execution, still: Callable[[Execution], bool], enough: Callable[[], bool]
    ) -> None:
        self._runner = runner
        self._still = still
        self._best = found
        self._enough = enough
        self._left = MOST_EXECUTIONS

    def run(self) -> Execution:
        self._take_away()
        self._move()
        self._sample()
        return self._best

    def _goes_on(self) -> bool:
        return self._left > 0 and not self._enough()

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
                self._left -= 1
                execution = self._runner.run(Lenient(candidate))
                if self._still(execution) and _cost(execution) <= _cost(self._best):
                    wanted, self._best, removed = candidate, execution, True
                else:
                    at += size
            if size == 1 and not removed:
                return
            size = max(size // 2, 1)

    def _move(self) -> None:
        while self._best.preemptions and self._move_one():
            pass

    def _move_one(self) -> bool:
        noting = Segmenting(self._best.schedule.deviations)
        segments = noting.segments(self._runner.run(noting).switches)
        for candidate in _moves(segments):
            if not self._goes_on():
                return False
            self._left -= 1
            execution = self._runner.run(Guided(candidate))
            if execution.preemptions < self._best.preemptions and self._still(execution):
                self._best = execution
                return True
        return False

    def _sample(self) -> None:
        """Other orders at free switches may need fewer preemptions."""
        rng = Random(0)
        for preemptions in range(self._best.preemptions):
            strategy = FewPreemptions(rng, preemptions, self._best.steps)
            for _ in range(SAMPLES):
                if self._enough():
                    return
                plan = strategy.next_plan()
                execution = self._runner.run(plan)
                strategy.observe(plan, execution.steps)
                if execution.preemptions < self._best.preemptions and self._still(execution):
                    self._best = execution
                    return


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

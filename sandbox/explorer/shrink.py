"""From a failing schedule to one with as few preemptions as can be found.

Deviations are taken away one by one (delta debugging, Zeller and Hildebrandt 2002) in coordinates that survive the removal of
others: a thread and how many choices it has had. What remains is run again and written down in exact steps.
"""

from collections.abc import Callable

from sandbox.explorer.execution import Execution, Runner
from sandbox.explorer.strategies.fixed import Lenient, Recording

MOST_EXECUTIONS = 400


def shrink(runner: Runner, found: Execution, still: Callable[[Execution], bool]) -> tuple[Execution, int]:
    """An execution that is `still` what we look for, with the fewest deviations found; and how many executions it took."""
    recording = Recording(found.schedule.deviations)
    first = runner.run(recording)
    if not still(first):
        return found, 1
    wanted = recording.noted
    best = found
    executions = 1
    size = max(len(wanted) // 2, 1)
    while wanted and executions < MOST_EXECUTIONS:
        removed = False
        at = 0
        while at < len(wanted) and executions < MOST_EXECUTIONS:
            candidate = wanted[:at] + wanted[at + size :]
            plan = Lenient(candidate)
            execution = runner.run(plan)
            executions += 1
            if still(execution) and _cost(execution) <= _cost(best):
                wanted, best, removed = candidate, execution, True
            else:
                at += size
        if size == 1 and not removed:
            break
        size = max(size // 2, 1)
    return best, executions


def _cost(execution: Execution) -> tuple[int, int]:
    return execution.preemptions, len(execution.schedule.deviations)

"""All schedules with at most 0, then 1, then 2 ... preemptions (Musuvathi and Qadeer, PLDI 2007).

Each execution follows a prefix of deviations and the default rule after it, and notes where another thread could have
run. Every such place is a new prefix, of the same level when the switch was free and of the next one when it is a
preemption, so each schedule is executed exactly once.
"""

from collections import deque
from collections.abc import Iterator

from sandbox.explorer.strategies.base import bits, default
from sandbox.explorer.world import NEVER, Fiber, Plan

CHOICES_KEPT = 20_000
"""Places per execution that are branched; more make the search incomplete."""

_Prefix = tuple[tuple[int, int], ...]


class Bounded:
    """The search. `level` is the bound being worked on; `complete` the highest bound that is exhausted, or -1."""

    name = "bounded"

    def __init__(self, most: int = 1 << 30, share: tuple[int, ...] = ()) -> None:
        """`share`: how many executions each level may use; unlimited where it has no entry."""
        self._most = most
        self._share = share
        self.restart()

    def restart(self) -> None:
        self.level = 0
        self.complete = -1
        self.truncated = False
        self._beyond = False
        self._used = 0
        self._same: deque[Iterator[_Prefix]] = deque([iter([()])])
        self._next: deque[Iterator[_Prefix]] = deque()

    def next_plan(self) -> "_Prefixed | None":
        while True:
            if self.level >= len(self._share) or self._used < self._share[self.level]:
                while self._same:
                    for prefix in self._same[0]:
                        self._used += 1
                        return _Prefixed(prefix)
                    self._same.popleft()
                if not self.truncated:
                    self.complete = self.level
            else:
                self.truncated = True
            if self.level >= self._most or not self._next:
                if not self.truncated and not self._next and not self._beyond:
                    # No schedule has more preemptions: every bound is exhausted.
                    self.complete = 1 << 30
                return None
            self.level += 1
            self._used = 0
            self._same, self._next = self._next, deque()

    def observe(self, plan: Plan, steps: int) -> None:
        assert isinstance(plan, _Prefixed)
        if plan.overflow:
            self.truncated = True
        prefix = plan.prefix
        choices = plan.choices
        if any(free for _, _, _, free in choices):
            self._same.append(_branch(prefix, choices, free=True))
        if not all(free for _, _, _, free in choices):
            if self.level < self._most:
                self._next.append(_branch(prefix, choices, free=False))
            else:
                self._beyond = True


_Choice = tuple[int, int, int, bool]
"""(step, enabled, default thread, free)"""


def _branch(prefix: _Prefix, choices: list[_Choice], free: bool) -> Iterator[_Prefix]:
    for step, enabled, chosen, was_free in choices:
        if was_free is free:
            for tid in bits(enabled):
                if tid != chosen:
                    yield (*prefix, (step, tid))


class _Prefixed:
    """One prefix, then the default rule, noting the choices."""

    def __init__(self, prefix: _Prefix) -> None:
        self.prefix = prefix
        self._at = 0
        self.stop = prefix[0][0] if prefix else 0
        self.choices: list[_Choice] = []
        self.overflow = False

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        prefix = self.prefix
        at = self._at
        if at < len(prefix):
            planned, tid = prefix[at]
            self._at = at = at + 1
            self.stop = prefix[at][0] if at < len(prefix) else 0
            if step == planned:
                return tid
            self.overflow = True
            return default(current.tid, enabled)
        tid = default(current.tid, enabled)
        if len(self.choices) < CHOICES_KEPT:
            self.choices.append((step, enabled, tid, free))
        else:
            self.overflow = True
            self.stop = NEVER
        return tid

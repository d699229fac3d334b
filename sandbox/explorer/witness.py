"""Executions that watch the scheduler: whether every step of the program still is one at which others may go on.

Exploring happens in the interpreter of a program that may want nobody to look. A witness is an execution of the same
program whose hooks, woven into its code, do more: each is a step of its own, wants the scheduler to be as the threads'
own state says that it has to be, and wants the witness, which is the plan too, to have been asked who goes on and to
have been obeyed. What such a probe does not get makes it a silent one. A program that leaves the scheduler alone has
none.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from sandbox.explorer.errors import Abort
from sandbox.explorer.instrument import HOOK
from sandbox.explorer.strategies.base import bits, default
from sandbox.explorer.world import Fiber, W

_SWITCHES = 0.25
"""How often it lets another thread go on, of the times it is asked."""
_PROBING = [hook for name, hook in HOOK.items() if name not in ("loop", "Abort")]


class Witness:
    """A plan, and the hooks that go with it; for one execution."""

    stop = 0

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)
        self._chosen: dict[int, int] = {}
        """What each thread was told last: which goes on in its place."""
        self.probes = 0
        """How often the program could have been interrupted, and was asked about."""
        self.silent = 0
        """How often of these the scheduler did not do what it has to."""

    def choose(self, current: Fiber, enabled: int, free: bool, step: int) -> int:
        others = enabled & ~current.bit
        if others and self._random.random() < _SWITCHES:
            chosen = self._random.choice(bits(others))
        else:
            chosen = default(current.tid, enabled)
        self._chosen[current.tid] = chosen
        return chosen

    def hooks(self, quiet: Mapping[str, Any]) -> dict[str, Any]:
        """Those of ordinary executions, each after a probe."""
        return {**quiet, **{name: self._probing(quiet[name]) for name in _PROBING}}

    def _probing(self, hook: Callable[..., Any]) -> Callable[..., Any]:
        def probing(*given: Any) -> Any:
            if not W.aborting:
                self._probe()
            return hook(*given)

        return probing

    def _probe(self) -> None:
        self.probes += 1
        self.silent += 1  # until it has shown that it is not: what it calls may never return here
        me = W.current
        others = [fiber for fiber in W.fibers if fiber is not me and not fiber.died and fiber.blocked_on is None]
        sound = (
            W.plan is self
            and W.stop == self.stop
            and W.running
            and not W.atomic
            and W.live == sum(not fiber.died for fiber in W.fibers)
            and all(W.enabled & fiber.bit for fiber in (me, *others))
        )
        switches = len(W.switches)
        first = W.step == me.first  # of the thread's steps, which is no choice
        self._chosen.pop(me.tid, None)
        try:
            W.point(None, "witness")
        except Abort:  # the execution is over
            self.silent -= sound
            raise
        chosen = self._chosen.get(me.tid)
        asked = chosen is not None or first or not others
        obeyed = chosen in (None, me.tid) or len(W.switches) >= switches + 2  # there, and back again
        self.silent -= sound and asked and obeyed and W.current is me

"""What the threads of a learner's process are doing, when nothing moves any more or a limit ends it.

A deadlock is what two looks with no context switch in between agree on: every thread of every process of the learner's
waits, without a time limit, for what only another of them could do. The stacks are asked of the program itself, by
signals; they are its own word and decide nothing, except that it can say that an alarm is set.
"""

import json
import os
import time
from collections.abc import Callable
from typing import Any

from sandbox.guest import stacks
from sandbox.guest.look import ThreadLook
from sandbox.guest.yard import Yard
from sandbox.protocol import Frame, ThreadStack

_CHUNK = 65536
_ANSWER_SECONDS = 1.0
_QUIET_SECONDS = 0.1


class Diagnosis:
    """Of one learner's process and its descendants. answers is where its signal handlers write to."""

    def __init__(self, yard: Yard, answers: int, living: Callable[[], list[int]]) -> None:
        os.set_blocking(answers, False)
        self._yard = yard
        self._answers = answers
        self._living = living
        self.stacks: list[ThreadStack] = []
        self.alarm = False
        """Whether the program has set a timer that would wake it by a signal."""

    def look(self) -> list[ThreadLook]:
        """What every thread is blocked on; empty where it cannot be seen."""
        read_from, write_to = os.pipe()
        os.set_blocking(read_from, False)
        try:
            with self._yard.meter.apart():
                try:
                    pid = self._yard.zygote.fork("look", [write_to], pids=self._living())
                finally:
                    os.close(write_to)
                data = self._collect(read_from, stacks.complete)
                self._yard.wait_for(pid, _ANSWER_SECONDS)
            return [ThreadLook(**each) for each in json.loads(data[4:] or b"[]")]
        except OSError:
            return []
        finally:
            os.close(read_from)

    def deadlocked(self, first: list[ThreadLook]) -> bool:
        """Whether first, a look of just now, shows a deadlock. Waits for children count: all processes are in it."""
        if not first or any(each.waits_for not in ("lock", "process") for each in first):
            return False
        return self.look() == first

    def ask(self, found: list[ThreadLook], send: Callable[[int], None], source: list[str]) -> None:
        """Has the program say where its threads are.

        found is what they were seen to wait for, send sends the program's main process a signal.
        """
        waits = {each.tid: each.waits_for for each in found}
        send(stacks.ASK)
        answer = self._collect(self._answers, stacks.complete)
        if stacks.complete(answer):
            threads, self.alarm = stacks.parse(answer)
            self.stacks = [_stack(name, waits.get(tid or 0, "unknown"), frames) for tid, name, frames in threads]
        if not self.stacks:
            send(stacks.ASK_HARD)
            text = self._collect(self._answers, lambda _: False, quiet=_QUIET_SECONDS).decode("utf-8", "replace")
            self.stacks = [
                _stack(name, "nothing" if current else "unknown", frames)
                for current, name, frames in stacks.parse_faulthandler(text, source)
            ]

    def _collect(self, descriptor: int, enough: Callable[[bytes], bool], quiet: float = _ANSWER_SECONDS) -> bytes:
        """Reads until there is enough, or nothing more has come for quiet seconds."""
        got = bytearray()
        begun = last = time.monotonic()
        while not enough(bytes(got)) and len(got) <= stacks.ANSWER_BYTES:
            now = time.monotonic()
            if now - last > (quiet if got else _ANSWER_SECONDS) or now - begun > 2 * _ANSWER_SECONDS:
                break
            try:
                data = os.read(descriptor, _CHUNK)
            except BlockingIOError:
                self._yard.loop.poll(0.005)
                continue
            if not data:
                break
            got += data
            last = now
        return bytes(got)

    def close(self) -> None:
        os.close(self._answers)


def _stack(name: str, waits_for: str, frames: list[Frame]) -> ThreadStack:
    known: Any = {"timed": "sleep"}.get(waits_for, waits_for)
    return ThreadStack(name=name, waits_for=known, frames=frames)

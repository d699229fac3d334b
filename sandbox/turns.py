"""Who may have a sandbox now, and who waits for one: first come, first served, and everybody knows their place."""

import threading
from collections import deque
from collections.abc import Callable

_TELL_SECONDS = 1.0

Waiting = Callable[[int], None]
"""Is told a place in the line, 1 being the next."""


def wait_quietly(place: int) -> None:
    """For whom it is enough to get a turn in the end."""


class Turns:
    """So many at a time. May be used from several threads."""

    def __init__(self, most: int) -> None:
        self._free = most
        self._line: deque[object] = deque()
        self._changed = threading.Condition()

    def take(self, waiting: Waiting = wait_quietly) -> None:
        """Returns when it is the caller's turn, which lasts until give().

        While it is not, waiting is told the place when it changes and every second; what it raises ends the wait.
        """
        me = object()
        with self._changed:
            self._line.append(me)
        place = -1
        try:
            while place := self._place_after(place, me):
                waiting(place)
        except BaseException:
            with self._changed:
                self._line.remove(me)
                self._changed.notify_all()
            raise

    def give(self) -> None:
        """Ends a turn: the next in line has theirs."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()

    def _place_after(self, told: int, me: object) -> int:
        """The caller's place, as soon as it is another than was told, or after a while; 0 when it is its turn."""
        with self._changed:
            self._changed.wait_for(lambda: self._place(me) != told, _TELL_SECONDS)
            place = self._place(me)
            if place == 0:
                self._line.popleft()
                self._free -= 1
                self._changed.notify_all()
            return place

    def _place(self, me: object) -> int:
        first = self._line[0] is me
        return 0 if first and self._free else self._line.index(me) + 1

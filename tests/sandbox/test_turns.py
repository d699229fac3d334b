"""Turns are had in the order in which they were asked for, and who waits knows the place."""

import threading

import pytest

from sandbox.turns import Turns


def at_once(place: int) -> None:
    pytest.fail(f"there is a turn, and the place is {place}")


class NoLongerWantedError(Exception):
    pass


class Asker(threading.Thread):
    """Takes a turn and keeps it; leaves the line where leave is set."""

    def __init__(self, turns: Turns) -> None:
        super().__init__()
        self._turns = turns
        self._changed = threading.Condition()
        self._places: list[int] = []
        self.leave = False

    def run(self) -> None:
        try:
            self._turns.take(self._told)
        except NoLongerWantedError:
            return
        self._say(0)

    def _told(self, place: int) -> None:
        self._say(place)
        if self.leave:
            raise NoLongerWantedError

    def _say(self, place: int) -> None:
        with self._changed:
            self._places.append(place)
            self._changed.notify_all()

    def reaches(self, place: int) -> None:
        """Waits until it is told that place, 0 being its turn."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._places[-1:] == [place], 30), self._places

    def places(self) -> list[int]:
        """Those that it was told, each once."""
        return list(dict.fromkeys(self._places))


def line(turns: Turns, count: int) -> list[Asker]:
    askers = [Asker(turns) for _ in range(count)]
    for place, asker in enumerate(askers, start=1):
        asker.start()
        asker.reaches(place)
    return askers


def test_first_come_first_served_and_each_is_told_every_place_on_the_way():
    turns = Turns(1)
    turns.take(at_once)
    askers = line(turns, 3)
    for number, asker in enumerate(askers):
        turns.give()
        asker.reaches(0)
        for place, other in enumerate(askers[number + 1 :], start=1):
            other.reaches(place)
    assert [asker.places() for asker in askers] == [[1, 0], [2, 1, 0], [3, 2, 1, 0]]
    for asker in askers:
        asker.join()


def test_several_turns_at_a_time():
    turns = Turns(2)
    turns.take(at_once)
    turns.take(at_once)
    first, second = line(turns, 2)
    turns.give()
    turns.give()
    first.reaches(0)
    second.reaches(0)
    turns.give()
    turns.take(at_once)


def test_who_leaves_the_line_keeps_nobody_waiting():
    turns = Turns(1)
    turns.take(at_once)
    leaving, staying = line(turns, 2)
    leaving.leave = True
    leaving.join()
    staying.reaches(1)
    turns.give()
    staying.reaches(0)
    assert 0 not in leaving.places()

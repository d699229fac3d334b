"""A person is the scheduler: every move is a replay from the start, and stops where the next choice is theirs."""

from textwrap import dedent

import pytest

from sandbox.exploration import Move
from sandbox.explorer import UsageError, load, told
from sandbox.explorer.play import play
from sandbox.protocol import accept

COUNTER = """
import threading

count = 0

def work():
    global count
    count += 1

threads = [threading.Thread(target=work, name=name) for name in ("left", "right")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(count)
assert count == 2
"""
TWO = """
import threading

count = 0

def work():
    global count
    count += 1

thread = threading.Thread(target=work)
thread.start()
count += 1
"""
LOCKS = """
import threading

a, b = threading.Lock(), threading.Lock()

def one():
    with a:
        with b:
            pass

def two():
    with b:
        with a:
            pass

threads = [threading.Thread(target=one, name="one"), threading.Thread(target=two, name="two")]
for thread in threads:
    thread.start()
"""


class Player:
    """Somebody who chooses threads by name."""

    def __init__(self, source: str) -> None:
        self.source = dedent(source)
        self.go("", 1)

    def go(self, schedule: str, until: int) -> None:
        self.move: Move = told.moved(play(load(self.source, "main.py"), schedule, until))
        assert accept(Move, self.move, 1 << 20) == self.move

    @property
    def schedule(self) -> str:
        return self.move["trace"]["schedule"]

    def threads(self, state: str) -> dict[str, tuple[str, str, int]]:
        position = self.move["position"]
        assert position
        return {
            each["name"]: (each["op"], each["what"], each["line"])
            for each in position["threads"]
            if each["state"] == state
        }

    def choose(self, *names: str) -> None:
        for name in names:
            position = self.move["position"]
            assert position, f"ended before {name} could be chosen"
            (tid,) = (each["tid"] for each in position["threads"] if each["name"] == name)
            text = self.schedule
            if tid != position["default"]:
                text += f"{'' if text.endswith('.') else '-'}{position['step']}:{tid}"
            self.go(text, position["step"] + 1)

    def choose_while_there_is_a_choice(self, name: str) -> None:
        while self.move["position"] and name in self.threads("ready"):
            self.choose(name)


def test_a_statement_is_chosen_read_and_write_apart() -> None:
    player = Player(COUNTER)
    player.choose("MainThread", "MainThread", "left")
    assert player.threads("ready") == {"left": ("write", "count", 8), "right": ("begin", "", 0)}
    assert player.threads("waiting") == {"MainThread": ("join", "left", 14)}
    assert [(each["op"], each["value"]) for each in player.move["trace"]["events"] if each["what"] == "count"] == [
        ("read", "0")
    ]
    player.choose("right", "right")
    assert player.move["trace"]["preemptions"] == 1
    player.choose_while_there_is_a_choice("right")
    player.choose_while_there_is_a_choice("left")
    assert player.move["position"] is None
    outcome = player.move["trace"]["outcome"]
    assert (outcome["kind"], outcome["output"]) == ("exception", "1\n")
    assert "AssertionError" in outcome["detail"]


def test_an_earlier_position_is_as_good_as_the_last() -> None:
    player = Player(COUNTER)
    seen = []
    for name in ("MainThread", "MainThread", "left", "right", "right"):
        assert player.move["position"]
        seen.append((player.schedule, player.move["position"]["step"], player.move))
        player.choose(name)
    for schedule, step, move in reversed(seen):
        player.go(schedule, step)
        assert player.move == {**move, "schedules": None}


def test_a_deadlock_is_reached_by_hand() -> None:
    player = Player(LOCKS)
    player.choose("MainThread", "MainThread")
    while player.threads("ready")["one"][:2] != ("acquire", "b"):
        player.choose("one")
    player.choose("two", "two")
    trace = player.move["trace"]
    assert player.move["position"] is None
    assert (trace["outcome"]["kind"], trace["preemptions"]) == ("deadlock", 1)
    assert [each["what"] for each in trace["events"] if each["op"] == "acquire"] == ["a", "b"]
    assert trace["waits"]
    assert len(trace["waits"]["cycle"]) == 2


def test_as_many_schedules_are_counted_as_can_be_chosen() -> None:
    player = Player(TWO)
    counted = player.move["schedules"]
    waiting, ends = [player.move], set()
    while waiting:
        move = player.move = waiting.pop()
        if move["position"] is None:
            assert player.schedule not in ends
            ends.add(player.schedule)
            continue
        for name in player.threads("ready"):
            player.move = move
            player.choose(name)
            waiting.append(player.move)
    assert len(ends) == counted
    assert counted > 5


def test_more_schedules_than_can_be_counted_are_not() -> None:
    player = Player("count = 0\n" + COUNTER.replace("count += 1", "for _ in range(9):\n        count += 1"))
    assert player.move["schedules"] is None
    assert Player("print('alone')\n").move["schedules"] == 1


@pytest.mark.parametrize(
    ("schedule", "until", "words"),
    [("nonsense", 1, "is not a schedule"), ("{}9:1", 4, "goes on to step 9, behind step 4")],
)
def test_what_cannot_be_followed_is_said(schedule: str, until: int, words: str) -> None:
    player = Player(COUNTER)
    with pytest.raises(UsageError, match=words):
        player.go(schedule.format(player.schedule), until)


def test_a_program_without_a_choice_runs_to_its_end() -> None:
    player = Player("print('alone')\n")
    assert player.move["position"] is None
    assert player.move["trace"]["outcome"]["output"] == "alone\n"

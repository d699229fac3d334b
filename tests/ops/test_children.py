"""How a child is kept running, and when that is given up."""

import os
import selectors
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.management.children import Child, ChildFailedError
from tests.ops.conftest import PATIENCE


class Keeper:
    """What `up` does with one child."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.selector = selectors.DefaultSelector()
        self.children: list[Child] = []

    def child(self, program: str, grace: float = 20.0, log: Path | None = None) -> Child:
        command = [sys.executable, "-c", program]
        child = Child("child", command, lambda name, line: self.said.append(line), grace=grace, log=log)
        self.children.append(child)
        child.start(self.selector)
        return child

    def turn(self, seconds: float = 0.02) -> None:
        for key, _ in self.selector.select(seconds):
            key.data.pump(key.fileobj, self.selector)

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, self.said
            self.turn()

    def stop(self, child: Child, hurry: bool = False) -> None:
        child.stop(hurry=lambda: hurry, drain=self.turn)


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    keeper = Keeper()
    yield keeper
    for child in keeper.children:
        keeper.stop(child, hurry=True)
    keeper.selector.close()


def test_output_comes_as_whole_lines(keeper: Keeper) -> None:
    child = keeper.child("import sys; sys.stdout.write('one\\ntwo'); sys.stdout.flush(); sys.stderr.write('!\\nend')")
    keeper.until(lambda: not child.alive and len(keeper.said) == 3)
    assert keeper.said == ["one", "two!", "end"]


def test_a_child_that_gives_up_at_its_start_is_not_tried_again(keeper: Keeper) -> None:
    child = keeper.child("import sys; print('no such setting'); sys.exit(3)")
    keeper.until(lambda: not child.alive and keeper.said == ["no such setting"])
    with pytest.raises(ChildFailedError, match=r"(?s)child ended with exit code 3\. .*no such setting"):
        child.keep(keeper.selector)


def test_a_failure_shows_the_end_of_the_childs_log(keeper: Keeper, tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("cannot bind\n")
    child = keeper.child("raise SystemExit(1)", log=log)
    keeper.until(lambda: not child.alive)
    with pytest.raises(ChildFailedError, match="cannot bind"):
        child.keep(keeper.selector)


def test_a_child_that_is_killed_again_and_again_is_given_up(keeper: Keeper) -> None:
    child = keeper.child("import os; os.kill(os.getpid(), 9)")

    def given_up() -> bool:
        child.keep(keeper.selector)
        return False

    with pytest.raises(ChildFailedError, match="ended by SIGKILL again and again"):
        keeper.until(given_up)
    assert keeper.said == ["was ended by SIGKILL; starting it again"] * 2


STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, lambda *_: print('no')); print('up'); time.sleep(1000)"


def test_a_stubborn_child_is_killed_after_its_grace(keeper: Keeper) -> None:
    child = keeper.child(STUBBORN, grace=0.2)
    keeper.until(lambda: keeper.said == ["up"])
    keeper.stop(child)
    assert keeper.said == ["up", "no"]
    assert not child.alive


def test_in_a_hurry_a_child_is_killed_at_once(keeper: Keeper) -> None:
    child = keeper.child(STUBBORN, grace=10_000)
    keeper.until(lambda: keeper.said == ["up"])
    keeper.stop(child, hurry=True)
    assert not child.alive


def test_what_a_child_started_ends_with_it(keeper: Keeper) -> None:
    child = keeper.child(
        "import subprocess, sys, time\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(1000)']).pid)\n"
        "time.sleep(1000)"
    )
    keeper.until(lambda: len(keeper.said) == 1)
    grandchild = int(keeper.said[0])
    keeper.stop(child)
    keeper.until(lambda: _gone(grandchild))


def test_children_do_not_hear_the_terminals_ctrl_c(keeper: Keeper) -> None:
    child = keeper.child("import os; print(os.getpgrp()); import time; time.sleep(1000)")
    keeper.until(lambda: len(keeper.said) == 1)
    assert int(keeper.said[0]) != os.getpgrp()
    keeper.stop(child)


def _gone(pid: int) -> bool:
    """Ended, be it as a zombie that nobody has collected yet."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except (ProcessLookupError, FileNotFoundError):
        return True

"""Helpers for scenario.py.

threading is imported in the functions, not here: a mode may give the scenario another one.
"""

from collections.abc import Callable
from typing import Any


def nothing() -> None:
    """What the start of a thread waits for by itself."""


before_each_thread: Callable[[], None] = nothing
"""What each thread that is started here calls first: whoever runs the scenario may look after it."""


def in_threads(count: int, function: Callable[[], Any]) -> list[Any]:
    """Calls function in that many threads at once and waits for all of them.

    Returns what they returned, in the order in which they were started. Where some raised, raises the exception of
    the first of them after all have ended.
    """
    return together(*[function] * count)


def together(*functions: Callable[[], Any]) -> list[Any]:
    """Calls each function in a thread of its own, all at once. Otherwise as in_threads()."""
    import threading

    returned: list[Any] = [None] * len(functions)
    raised: dict[int, BaseException] = {}

    def call(index: int) -> None:
        before_each_thread()
        try:
            returned[index] = functions[index]()
        except BaseException as error:  # handed to the caller below
            raised[index] = error

    threads = [
        threading.Thread(target=call, args=(index,), name=f"caller-{index + 1}") for index in range(len(functions))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[min(raised)]
    return returned

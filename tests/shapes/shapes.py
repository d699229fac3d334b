"""The shapes under programs/, and the fewest preemptions that show each bug.

Each number is that of the program here, computed by the exhaustive bounded search (test_shapes.py); a switch at a
blocking call, at a thread's end or after a join is free.
"""

from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"

FEWEST = {
    "both_wait_first": 0,
    "check_await_act": 0,
    "join_while_holding": 0,
    "lapped_barrier": 0,
    "lock_taken_twice": 0,
    "no_release_on_error": 0,
    "notify_before_wait": 0,
    "notify_one_mixed": 0,
    "one_sentinel": 0,
    "print_order": 0,
    "put_while_holding": 0,
    "waits_on_own_pool": 0,
    "changed_while_iterated": 1,
    "duplicate_id": 1,
    "empty_then_get": 1,
    "future_set_twice": 1,
    "get_or_create": 1,
    "half_built": 1,
    "if_around_wait": 1,
    "lazy_singleton": 1,
    "length_then_copy": 1,
    "lock_order": 1,
    "lock_per_call": 1,
    "lost_update": 1,
    "lost_wakeup": 1,
    "overdraft": 1,
    "philosophers_3": 1,
    "philosophers_4": 1,
    "philosophers_5": 1,
    "reader_count": 1,
    "submit_after_shutdown": 1,
    "torn_read": 1,
    "two_with_blocks": 1,
    "wrong_lock": 1,
    "chain_of_three": 2,
    "clear_after_work": 2,
    "test_then_set": 2,
    "window_of_four": 3,
    "five_and_five": 4,
}

DEEP = "five_and_five"
"""Beyond sampling: only the bounded search finds it."""


def path(name: str, twin: str) -> Path:
    return PROGRAMS / name / f"{twin}.py"

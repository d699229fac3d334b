"""A small pack for tests, in the form of Pack.from_mapping."""

from typing import Any

from lockstep.pack import Pack


def mapping(**changes: Any) -> dict[str, Any]:
    """A challenge that is in the format, but for the changes; a change to ... takes the field out."""
    given = {
        "title": "Counter",
        "summary": "Count with threads.",
        "statement": "# Count\n",
        "starter": "x = 0\n",
        "scenario": "def go(solution, case):\n    return solution.x\n",
        "checks": "from sandbox.kit import Test\n",
        "difficulty": "challenge",
        "points": 20,
        "order": 1,
        "lesson": "threads",
        "tags": ["lock"],
        "hints": ["Use a lock."],
        "limits": {"wall_seconds": 5},
        "forbid": {"imports": ["ctypes"]},
        "solutions": {"right.py": '# verdict: ACCEPTED\n"""Why."""\nx = 1\n'},
        **changes,
    }
    return {name: value for name, value in given.items() if value is not ...}


def pack(slug: str = "counter", /, **changes: Any) -> Pack:
    return Pack.from_mapping(slug, mapping(**changes))

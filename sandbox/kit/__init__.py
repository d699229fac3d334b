"""What an instructor's files import, by the name `kit`:

    from kit import in_threads              # scenario.py
    from kit import Test, explore, real     # checks.py

scenario.py runs in the learner's process, checks.py in one that the learner's code cannot reach.
"""

from sandbox.kit.explore import explore, virtual_time
from sandbox.kit.real import real
from sandbox.kit.result import Line, Opaque, Result, Wait
from sandbox.kit.scenario import in_threads, together
from sandbox.kit.serve import Asked, Page, Reply, Served, serve, serve_http
from sandbox.kit.test import Test

__all__ = [
    "Asked",
    "Line",
    "Opaque",
    "Page",
    "Reply",
    "Result",
    "Served",
    "Test",
    "Wait",
    "explore",
    "in_threads",
    "real",
    "serve",
    "serve_http",
    "together",
    "virtual_time",
]

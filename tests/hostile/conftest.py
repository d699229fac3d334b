"""The sandboxes of tests/sandbox serve here too."""

from collections.abc import Iterator

import pytest

from sandbox.local import LocalSandbox
from sandbox.pool import Sandbox
from tests.sandbox.conftest import docker_or_skip, docker_sandbox, sandbox

__all__ = ["best", "sandbox"]


@pytest.fixture(scope="session")
def best() -> Iterator[Sandbox]:
    """Docker's sandboxes where an engine answers, else local ones."""
    if isinstance(docker_sandbox(), str):
        yield LocalSandbox()
    else:
        yield from docker_or_skip()

"""A dozen of the programs under gVisor, where its binary is (Debian's package runsc, from trixie on).

What holds there is less than under runc, and docs/security.md says what; these are of what holds.
"""

import os
import shutil
from collections.abc import Iterator

import pytest

from sandbox.docker import DockerSandbox
from tests.engine import needs_root, own_engine
from tests.hostile.test_programs import EXPLORED, PROGRAMS, all_survive
from tests.sandbox.conftest import INSTALLATION

DOZEN = {
    "closes_every_descriptor",
    "disk_fill",
    "endless_loop",
    "equal_to_everything",
    "exit_at_once",
    "forged_exploration",
    "frames_by_rule",
    "huge_frame_to_the_supervisor",
    "inherited_descriptors",
    "killed_supervisor",
    "malicious_pickle",
    "memory_by_doubling",
    "nested_json_to_the_supervisor",
    "network",
    "patched_world",
    "setsid_double_fork",
    "stdout_flood",
    "stops_the_scheduler",
    "takes_the_line",
}

pytestmark = [pytest.mark.full, pytest.mark.docker, needs_root]


@pytest.fixture(scope="module")
def gvisor() -> Iterator[DockerSandbox]:
    binary = shutil.which("runsc")
    if binary is None:
        pytest.skip("NOT TESTED UNDER GVISOR: there is no runsc on PATH; Debian has it in its package runsc")
    # Its KVM platform hangs in virtual machines, and there are no cgroups of its own to be had for it everywhere.
    arguments = ["--network=none", "--ignore-cgroups", "--platform=systrap"]
    before = os.environ.get("DOCKER_HOST")
    with own_engine(runtimes={"runsc": {"path": binary, "runtimeArgs": arguments}}) as own:
        os.environ["DOCKER_HOST"] = own.url
        sandbox = DockerSandbox(installation=INSTALLATION, runtime="runsc")
        try:
            yield sandbox
            assert sandbox.sweep(lambda owner: False) == 0, "a test left a container behind"
        finally:
            sandbox.close()
            os.environ.pop("DOCKER_HOST")
            if before is not None:
                os.environ["DOCKER_HOST"] = before


def test_there_are_a_dozen() -> None:
    assert {program.stem for program in PROGRAMS + EXPLORED} >= DOZEN
    assert len(DOZEN) >= 12


@pytest.mark.timeout(900)
def test_under_gvisor(gvisor: DockerSandbox) -> None:
    all_survive(gvisor, [program for program in PROGRAMS + EXPLORED if program.stem in DOZEN])

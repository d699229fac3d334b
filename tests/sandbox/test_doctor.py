"""The doctor finds nothing on an engine that is well, and what is wrong on one that is not."""

import pytest
from django.core.management import CommandError, call_command

from lockstep.limits import Limits
from sandbox.docker import DockerSandbox
from sandbox.doctor import examine
from sandbox.errors import SandboxUnavailableError


@pytest.mark.docker
def test_an_engine_that_is_well(docker, capsys):
    call_command("sandbox", "doctor")
    told = capsys.readouterr().out
    assert "WRONG" not in told
    assert told.count("ok  ") == 11


@pytest.mark.docker
def test_missing_seccomp_is_found(docker, monkeypatch):
    monkeypatch.setattr("sandbox.docker._SECCOMP", "unconfined")
    wrong = [found for found in examine(docker) if found.problem]
    assert [found.name for found in wrong] == ["Seccomp holds"]
    assert "seccomp" in wrong[0].told


def test_no_engine_is_an_exit_code_with_a_remedy(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(CommandError) as caught:
        call_command("sandbox", "doctor")
    assert caught.value.returncode == 1
    assert "is the Docker engine running?" in capsys.readouterr().out


@pytest.mark.docker
def test_a_runtime_that_the_engine_does_not_know_is_named_with_the_remedy(docker):
    other = DockerSandbox(runtime="no-such-runtime")
    with pytest.raises(SandboxUnavailableError, match=r"no runtime 'no-such-runtime', only .*runc.*/daemon\.json"):
        other.lease(Limits(), "a-test")
    other.close()

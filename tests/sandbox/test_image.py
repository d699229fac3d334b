"""The same packages and the same files make the same image, whenever it is made."""

import contextlib
import hashlib
import io
import json
import shutil
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from sandbox.image import build

pytestmark = [pytest.mark.docker, pytest.mark.full, pytest.mark.timeout(1200)]


@pytest.fixture
def engine() -> Iterator[docker.DockerClient]:
    with contextlib.closing(docker.from_env(timeout=600)) as client:
        yield client


@pytest.mark.skipif(shutil.which("mmdebstrap") is None, reason="no mmdebstrap: a registry gives the base")
def test_the_same_packages_make_the_same_base(tmp_path: Path) -> None:
    digests = set()
    for name in ("once.tar", "again.tar"):
        build.bootstrap(tmp_path / name)
        with (tmp_path / name).open("rb") as file:
            digests.add(hashlib.file_digest(file, "sha256").hexdigest())
    assert len(digests) == 1


def test_the_same_files_make_the_same_image(engine: docker.DockerClient) -> None:
    once, again = (_made(engine) for _ in range(2))
    assert "opt/lockstep/sandbox/guest/supervisor.py" in once
    assert any(name.endswith(".pyc") and name.startswith("opt/lockstep/") for name in once)
    assert once == again


def _made(engine: docker.DockerClient) -> dict[str, tuple[int, int, str]]:
    """What an image built from nothing holds: mode, time and digest of each file; of a folder, which changes whenever
    something is put into it, only the mode."""
    name = f"lockstep-reproduced:{uuid.uuid4().hex}"
    build.make(engine, name, nocache=True)
    try:
        saved = io.BytesIO(b"".join(engine.images.get(name).save()))
    finally:
        engine.images.remove(name)
    found: dict[str, tuple[int, int, str]] = {}
    with tarfile.open(fileobj=saved) as image:
        for layer in json.load(_file(image, "manifest.json"))[0]["Layers"]:
            with tarfile.open(fileobj=_file(image, layer)) as files:
                for each in files:
                    content = _file(files, each.name).read() if each.isreg() else each.linkname.encode()
                    time = -1 if each.isdir() else int(each.mtime)
                    found[each.name] = each.mode, time, hashlib.sha256(content).hexdigest()
    return found


def _file(archive: tarfile.TarFile, name: str) -> io.BufferedReader:
    file = archive.extractfile(name)
    assert isinstance(file, io.BufferedReader)
    return file

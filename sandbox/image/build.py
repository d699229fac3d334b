"""Builds the sandbox's image, also where no registry answers.

The tag is a digest of everything that goes into the image, so a stale image is never used: changed guest code has
another tag, and that image does not exist yet.
"""

import contextlib
import fcntl
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import docker
import requests
from docker.errors import APIError, BuildError, DockerException, ImageNotFound

from sandbox.engine import connect
from sandbox.errors import SandboxUnavailableError

NAME = "lockstep-sandbox"
REGISTRY_BASE = "debian:trixie-slim"
LOCAL_BASE = "lockstep-sandbox-base:trixie"
_ROOT = Path(__file__).resolve().parents[2]
_DOCKERFILE = Path(__file__).with_name("Dockerfile")
_GUEST = (
    "lockstep",
    "sandbox/__init__.py",
    "sandbox/protocol.py",
    "sandbox/exploration.py",
    "sandbox/telling.py",
    "sandbox/guest",
    "sandbox/kit",
    "sandbox/explorer",
)
_PACKAGES = "python3,python3-greenlet"
_BUILD_SECONDS = 600
_KEPT_IMAGES = 5


def _files() -> Iterator[tuple[str, Path]]:
    """What the image holds of this repository, as (path in the image's /opt/lockstep, file)."""
    for name in _GUEST:
        path = _ROOT / name
        found = [path] if path.is_file() else sorted(path.rglob("*.py"))
        for file in found:
            if "__pycache__" not in file.parts:
                yield str(file.relative_to(_ROOT)), file


def tag() -> str:
    """The image's name with the digest of what goes into it."""
    digest = hashlib.sha256(_DOCKERFILE.read_bytes())
    for name, file in _files():
        content = file.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return f"{NAME}:{digest.hexdigest()[:12]}"


def ensure_image() -> str:
    """The tag of the image, which exists when this returns.

    Raises SandboxUnavailableError where there is no engine, or no base to build from.
    """
    wanted = tag()
    try:
        with contextlib.closing(connect(_BUILD_SECONDS)) as client:
            if _exists(client, wanted):
                return wanted
            with _only_one():
                if not _exists(client, wanted):
                    _build(client, wanted)
    except (DockerException, requests.RequestException, OSError) as error:
        raise SandboxUnavailableError(f"no Docker engine to build the sandbox's image with: {error}") from error
    return wanted


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _exists(client: docker.DockerClient, name: str) -> bool:
    try:
        client.images.get(name)
    except ImageNotFound:
        return False
    return True


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Several workers of one host build one after another."""
    with open(Path(tempfile.gettempdir()) / f"lockstep-image-{os.getuid()}.lock", "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(client: docker.DockerClient, wanted: str) -> None:
    base = _base(client)
    _say(f"building the sandbox's image {wanted} from {base}")
    try:
        client.images.build(
            fileobj=_context(),
            custom_context=True,
            tag=wanted,
            buildargs={"BASE": base},
            network_mode="none" if base == LOCAL_BASE else None,
            rm=True,
            forcerm=True,
        )
    except (BuildError, APIError) as error:
        raise SandboxUnavailableError(f"the sandbox's image cannot be built: {error}") from error
    _forget_old_images(client)


def _forget_old_images(client: docker.DockerClient) -> None:
    """Keeps the newest few: another worker may still run a little older code."""
    images = sorted(client.images.list(NAME), key=lambda image: str(image.attrs["Created"]), reverse=True)
    for image in images[_KEPT_IMAGES:]:
        with contextlib.suppress(APIError):  # a container still uses it
            client.images.remove(str(image.id))


def _context() -> io.BytesIO:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(_DOCKERFILE, "Dockerfile")
        for name, file in _files():
            archive.add(file, name)
    packed.seek(0)
    return packed


def _base(client: docker.DockerClient) -> str:
    """An image to build from: one made here before, the registry's, or one made now of Debian packages."""
    for name in (LOCAL_BASE, REGISTRY_BASE):
        if _exists(client, name):
            return name
    try:
        client.images.pull(REGISTRY_BASE)
    except (APIError, requests.RequestException) as error:
        _say(f"no registry gives {REGISTRY_BASE} ({str(error)[:200]}): making a base of Debian packages")
        _bootstrap(client)
        return LOCAL_BASE
    return REGISTRY_BASE


def _bootstrap(client: docker.DockerClient) -> None:
    if shutil.which("mmdebstrap") is None:
        raise SandboxUnavailableError(
            f"there is no image {REGISTRY_BASE} and no mmdebstrap to make one: "
            f"`docker pull {REGISTRY_BASE}`, or install mmdebstrap"
        )
    with tempfile.TemporaryDirectory(prefix="lockstep-base-") as folder:
        archive = Path(folder) / "base.tar"
        command = ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={_PACKAGES}"]
        command += [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale")]
        made = subprocess.run(
            [*command, "trixie", str(archive)], capture_output=True, text=True, timeout=_BUILD_SECONDS, check=False
        )
        if made.returncode:
            raise SandboxUnavailableError(f"mmdebstrap could not make a base: {made.stderr.strip()[-2000:]}")
        repository, _, name = LOCAL_BASE.partition(":")
        client.api.import_image_from_file(str(archive), repository=repository, tag=name)

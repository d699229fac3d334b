"""Builds the sandbox's images, also where no registry answers.

The tag is a digest of everything that goes into the image, so a stale image is never used: changed guest code has
another tag, and that image does not exist yet.

The second image is the first one with a free-threaded Python put into it. That Python takes minutes to build, so it
is an image of its own, built when somebody asks for it (`make image-freethreaded`), and stays when the guest changes.
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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

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
FREETHREADED = "lockstep-sandbox-freethreaded"
PYTHON = "lockstep-freethreaded"
_SCRIPT = Path(__file__).with_name("freethreaded.sh")
_BUILD_PYTHON = """\
FROM {base} AS build
COPY freethreaded.sh /root/freethreaded.sh
RUN sh /root/freethreaded.sh
FROM scratch
COPY --from=build /opt/freethreaded /opt/freethreaded
"""
_WITH_PYTHON = """\
FROM {python} AS python
FROM {image}
COPY --from=python /opt/freethreaded /opt/freethreaded
RUN /opt/freethreaded/bin/python3.13t -m compileall -q -j 0 /opt/freethreaded/lib /opt/lockstep
ENTRYPOINT ["/opt/freethreaded/bin/python3.13t", "-sP", "-m", "sandbox.guest"]
"""
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
_EPOCH = "1754697600"
"""No file of a base is younger than the release of that Debian, so that the same packages make the same base."""
_BUILD_SECONDS = 600
_PYTHON_SECONDS = 3600
_KEPT_IMAGES = 12
"""Of each kind. They differ by a few megabytes, and several checkouts may use one engine."""


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
            with _only_one(NAME):
                if not _exists(client, wanted):
                    _build(client, wanted)
    except (DockerException, requests.RequestException, OSError) as error:
        raise SandboxUnavailableError(f"no Docker engine to build the sandbox's image with: {error}") from error
    return wanted


def python_tag() -> str:
    """The name of the image that holds nothing but a free-threaded Python."""
    return f"{PYTHON}:{hashlib.sha256(_SCRIPT.read_bytes()).hexdigest()[:12]}"


def has_freethreaded() -> bool:
    """Whether the free-threaded Python is there. Raises SandboxUnavailableError where no engine answers."""
    try:
        with contextlib.closing(connect(10)) as client:
            return _exists(client, python_tag())
    except (DockerException, requests.RequestException, OSError) as error:
        raise SandboxUnavailableError(f"no Docker engine to ask for its images: {error}") from error


def ensure_freethreaded(*, build_python: bool = False) -> str:
    """The tag of the free-threaded image, which exists when this returns.

    build_python: also where that takes minutes. Raises SandboxUnavailableError with the remedy.
    """
    image, python = tag(), python_tag()
    wanted = f"{FREETHREADED}:{hashlib.sha256(f'{_WITH_PYTHON}{image}{python}'.encode()).hexdigest()[:12]}"
    try:
        with _only_one(FREETHREADED), contextlib.closing(connect(_PYTHON_SECONDS)) as client:
            if _exists(client, wanted):
                return wanted
            if not _exists(client, python):
                if not build_python:
                    raise SandboxUnavailableError("there is no free-threaded Python here: `make image-freethreaded`")
                _build_python(client, python)
            # Not before: in those minutes others may have built newer ones, which makes room.
            ensure_image()
            _say(f"building {wanted}")
            _make(client, wanted, _packed({"Dockerfile": _WITH_PYTHON.format(python=python, image=image).encode()}))
            _forget_old_images(client, FREETHREADED)
    except (DockerException, requests.RequestException, OSError) as error:
        raise SandboxUnavailableError(f"no Docker engine to build the free-threaded image with: {error}") from error
    return wanted


def _build_python(client: docker.DockerClient, wanted: str) -> None:
    base = _base(client)
    _say(f"building a free-threaded Python from Debian's source as {wanted}: some 5 minutes on two processors")
    if base != LOCAL_BASE:
        files = {"Dockerfile": _BUILD_PYTHON.format(base=base).encode(), "freethreaded.sh": _SCRIPT.read_bytes()}
        _make(client, wanted, _packed(files), network=True)
        return
    with tempfile.TemporaryDirectory(prefix="lockstep-python-") as folder:
        archive = Path(folder) / "python.tar"
        _mmdebstrap(
            [
                "--variant=minbase",
                f"--customize-hook=copy-in {_SCRIPT} /root",
                '--customize-hook=chroot "$1" sh /root/freethreaded.sh',
                f"--customize-hook=tar-out /opt {archive}",
            ],
            "/dev/null",
            _PYTHON_SECONDS,
        )
        repository, _, name = wanted.partition(":")
        client.api.import_image_from_file(str(archive), repository=repository, tag=name)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _exists(client: docker.DockerClient, name: str) -> bool:
    try:
        client.images.get(name)
    except ImageNotFound:
        return False
    return True


@contextlib.contextmanager
def _only_one(image: str) -> Iterator[None]:
    """Several workers of one host build an image one after another; a Python that takes minutes holds up no other."""
    with open(Path(tempfile.gettempdir()) / f"{image}-{os.getuid()}.lock", "w", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(client: docker.DockerClient, wanted: str) -> None:
    make(client, wanted)
    _forget_old_images(client, NAME)


def make(client: docker.DockerClient, wanted: str, *, nocache: bool = False) -> None:
    """Builds the image under that name, whether it is there or not. Raises SandboxUnavailableError."""
    base = _base(client)
    _say(f"building the sandbox's image {wanted} from {base}")
    _make(client, wanted, _context(), network=base != LOCAL_BASE, nocache=nocache, BASE=base)


def _make(
    client: docker.DockerClient,
    wanted: str,
    context: io.BytesIO,
    *,
    network: bool = False,
    nocache: bool = False,
    **arguments: str,
) -> None:
    try:
        client.images.build(
            fileobj=context,
            custom_context=True,
            tag=wanted,
            buildargs=arguments,
            network_mode=None if network else "none",
            nocache=nocache,
            rm=True,
            forcerm=True,
        )
    except (BuildError, APIError) as error:
        raise SandboxUnavailableError(f"the sandbox's image {wanted} cannot be built: {error}") from error


def _forget_old_images(client: docker.DockerClient, name: str) -> None:
    """Keeps the newest few: another worker may still run a little older code."""
    images = sorted(client.images.list(name), key=lambda image: str(image.attrs["Created"]), reverse=True)
    for image in images[_KEPT_IMAGES:]:
        with contextlib.suppress(APIError):  # a container still uses it
            client.images.remove(str(image.id))


def _context() -> io.BytesIO:
    files = {f"opt/lockstep/{name}": file.read_bytes() for name, file in _files()}
    return _packed({"Dockerfile": _DOCKERFILE.read_bytes(), **files})


def _packed(files: Mapping[str, bytes]) -> io.BytesIO:
    """A tar archive of files and of their folders, with nothing in it that depends on when it is made."""
    folders = sorted({str(each) for name in files for each in PurePosixPath(name).parents if each.name})
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in folders:
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
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
        _import_base(client)
        return LOCAL_BASE
    return REGISTRY_BASE


def _import_base(client: docker.DockerClient) -> None:
    with tempfile.TemporaryDirectory(prefix="lockstep-base-") as folder:
        archive = Path(folder) / "base.tar"
        bootstrap(archive)
        repository, _, name = LOCAL_BASE.partition(":")
        client.api.import_image_from_file(str(archive), repository=repository, tag=name)


def bootstrap(archive: Path) -> None:
    """Makes a base of Debian packages. Raises SandboxUnavailableError."""
    options = ["--variant=minbase", f"--include={_PACKAGES}"]
    options += [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "man", "locale")]
    _mmdebstrap(options, str(archive), _BUILD_SECONDS)


def _mmdebstrap(options: Sequence[str], archive: str, seconds: float) -> None:
    if shutil.which("mmdebstrap") is None:
        raise SandboxUnavailableError(
            f"there is no image {REGISTRY_BASE} and no mmdebstrap to make one: "
            f"`docker pull {REGISTRY_BASE}`, or install mmdebstrap"
        )
    made = subprocess.run(
        ["mmdebstrap", "--quiet", *options, "trixie", archive],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH},
    )
    if made.returncode:
        raise SandboxUnavailableError(f"mmdebstrap failed: {made.stderr.strip()[-2000:]}")

"""`os.urandom` that gives the same bytes in every execution, for secrets, SystemRandom and uuid4 too."""

import _random  # random itself takes longer to import than everything else here

_source = _random.Random(0)


def urandom(size: int, /) -> bytes:
    if size < 0:
        raise ValueError("negative argument not allowed")
    return _source.getrandbits(8 * size).to_bytes(size, "little") if size else b""


def getrandom(size: int, flags: int = 0) -> bytes:
    return urandom(size)


def reset() -> None:
    """Begin again."""
    _source.seed(0)

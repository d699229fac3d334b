"""Which sources are accepted, and what is said of the others."""

import pytest

from lockstep.limits import SOURCE_BYTES
from lockstep.source import BadSourceError, SourceTooLongError, check_source


@pytest.mark.parametrize("source", ["x", "print('ü')\n", "\n\nx = 1", "\tx", "s = '\\0'", "print('\U0001f600')\r\n"])
def test_what_is_text_is_accepted_as_it_is(source: str) -> None:
    assert check_source(source) == source
    assert check_source(source.encode()) == source


@pytest.mark.parametrize("source", ["", " ", "\n\t \r\n", "\ufeff", b"", b"\n", b"\xef\xbb\xbf\n"])
def test_empty_is_refused(source: str | bytes) -> None:
    with pytest.raises(BadSourceError, match="the source is empty: write some code first"):
        check_source(source)


@pytest.mark.parametrize("letter", ["x", "ü", "€", "\U0001f600"], ids=["1 byte", "2 bytes", "3 bytes", "4 bytes"])
def test_the_limit_counts_bytes_and_is_itself_allowed(letter: str) -> None:
    size = len(letter.encode())
    exact = letter * (SOURCE_BYTES // size) + "#" * (SOURCE_BYTES % size)
    assert len(exact.encode()) == SOURCE_BYTES == 64 * 1024
    assert check_source(exact) == exact
    assert check_source(exact.encode()) == exact
    for longer in (exact + "#", (exact + "#").encode()):
        with pytest.raises(SourceTooLongError, match="65,537 bytes, 65,536 are allowed: shorten it"):
            check_source(longer)


@pytest.mark.parametrize(("source", "line"), [("\0", 1), ("x = 1\ny = '\0'\n\0", 2), ("\n\n\n\0", 4)])
def test_nul_is_refused_with_its_line(source: str, line: int) -> None:
    for given in ("x" + source, ("x" + source).encode()):
        with pytest.raises(BadSourceError, match=f"a NUL character in line {line}, .*; remove it"):
            check_source(given)


@pytest.mark.parametrize(
    ("source", "byte", "position"),
    [(b"\xff", "ff", 0), (b"x = '\xe4'", "e4", 5), (b"# \xed\xa0\x80", "ed", 2), (b"ok\xc3", "c3", 2)],
    ids=["never valid", "latin-1", "surrogate", "cut off"],
)
def test_what_is_not_utf8_is_refused_with_its_place(source: bytes, byte: str, position: int) -> None:
    with pytest.raises(BadSourceError, match=f"byte 0x{byte} at position {position}; save the file as UTF-8"):
        check_source(source)


@pytest.mark.parametrize("surrogate", ["\ud800", "\ude00\ud83d"])
def test_a_lone_surrogate_is_refused_with_its_place(surrogate: str) -> None:
    with pytest.raises(BadSourceError, match="a lone surrogate at position 3, which is not text; remove it"):
        check_source("x='" + surrogate + "'")


def test_a_byte_order_mark_is_taken_off() -> None:
    assert check_source("\ufeffx = 1\n") == check_source(b"\xef\xbb\xbfx = 1\n") == "x = 1\n"

"""Which sources are accepted before anything is queued."""

from lockstep.limits import SOURCE_BYTES


class BadSourceError(ValueError):
    """The source cannot be accepted; the message says why and what to do."""


class SourceTooLongError(BadSourceError):
    """The source has more bytes than are accepted."""


def check_source(source: str | bytes) -> str:
    """The source as text, if it can be accepted.

    Never parses it: the host's Python may be older than the sandbox's. Raises BadSourceError.
    """
    if isinstance(source, bytes):
        if len(source) > SOURCE_BYTES:
            raise SourceTooLongError(_too_long(len(source)))
        try:
            source = source.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadSourceError(
                f"the source is not UTF-8: byte 0x{source[error.start]:02x} at position {error.start}; "
                "save the file as UTF-8"
            ) from None
    else:
        try:
            size = len(source.encode("utf-8"))
        except UnicodeEncodeError as error:
            raise BadSourceError(
                f"the source holds a lone surrogate at position {error.start}, which is not text; remove it"
            ) from None
        if size > SOURCE_BYTES:
            raise SourceTooLongError(_too_long(size))
    # Some editors begin a file with a byte order mark, which Python skips in files and refuses in texts.
    source = source.removeprefix("\ufeff")
    if not source.strip():
        raise BadSourceError("the source is empty: write some code first")
    if "\0" in source:
        line = source.count("\n", 0, source.index("\0")) + 1
        raise BadSourceError(f"the source holds a NUL character in line {line}, which Python refuses; remove it")
    return source


def _too_long(size: int) -> str:
    return f"the source has {size:,} bytes, {SOURCE_BYTES:,} are allowed: shorten it"

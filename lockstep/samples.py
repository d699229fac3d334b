"""The samples of a statement: programs whose output the reader is told, so that it can be checked.

A fenced block marked ```` ```python sample ```` is a program that goes on where a right solution ends; the next fenced
block, marked ```` ```output ````, is what it prints. `python sample real` runs it with the operating system's threads
and clock rather than in virtual time; `output unordered` leaves the order of the lines open.
"""

import re
from dataclasses import dataclass

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)")


class BadSampleError(ValueError):
    """A sample that is not in the format; the message names its line and the remedy."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: what is run and what it prints."""

    line: int
    """Where the block begins in the statement, counted from 1."""
    code: str
    output: str
    unordered: bool
    """Whether the lines may come in any order."""
    real: bool
    """Whether it needs the operating system's threads, processes and clock."""


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    words: tuple[str, ...]
    text: str


def samples(statement: str) -> list[Sample]:
    """The samples of a statement, in order. Raises BadSampleError."""
    found: list[Sample] = []
    waiting: _Block | None = None
    for block in _blocks(statement):
        if waiting is not None:
            found.append(_sample(waiting, block))
            waiting = None
        elif block.words[:2] == ("python", "sample"):
            if block.words[2:] not in ((), ("real",)):
                said = " ".join(block.words)
                raise BadSampleError(f"line {block.line}: {said!r}: write `python sample` or `python sample real`")
            waiting = block
        elif block.words[:1] == ("output",):
            raise BadSampleError(f"line {block.line}: an output block must follow a `python sample` block")
    if waiting is not None:
        raise BadSampleError(f"line {waiting.line}: the sample has no `output` block after it")
    return found


def _sample(code: _Block, output: _Block) -> Sample:
    if output.words not in (("output",), ("output", "unordered")):
        said = " ".join(output.words)
        raise BadSampleError(
            f"line {output.line}: {said!r} follows the sample of line {code.line}: write `output` or `output unordered`"
        )
    return Sample(code.line, code.text, output.text, len(output.words) == 2, len(code.words) == 3)


def _blocks(statement: str) -> list[_Block]:
    found: list[_Block] = []
    opened: tuple[int, str, tuple[str, ...], list[str]] | None = None
    for number, line in enumerate(statement.replace("\r\n", "\n").split("\n"), 1):
        fence = _FENCE.fullmatch(line)
        if opened is None:
            if fence:
                opened = number, fence["fence"], tuple(fence["info"].split()), []
            continue
        at, begun, words, text = opened
        closes = fence is not None and fence["fence"].startswith(begun) and not fence["info"].strip()
        if closes:
            found.append(_Block(at, words, "".join(f"{each}\n" for each in text)))
            opened = None
        else:
            text.append(line)
    return found

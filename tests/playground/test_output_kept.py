"""What a row keeps of the output: the first part, in order, whatever it is made of."""

import json

import pytest

from lockstep.verdicts import Verdict
from playground import submissions
from playground.models import Learner, Revision
from tests.playground import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]


def kept(learner: Learner, revision: Revision, pieces: list[dict[str, object]]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = make.graded(learner, revision, output=pieces).output
    return found


def test_the_first_part_is_kept(learner: Learner, revision: Revision) -> None:
    found = kept(learner, revision, [make.piece(str(i % 10) * 1000, test=i) for i in range(100)])
    text = "".join(piece["text"] for piece in found)
    assert submissions.OUTPUT_KEPT * 0.9 < len(text) <= submissions.OUTPUT_KEPT
    assert "".join(str(i % 10) * 1000 for i in range(100)).startswith(text)


def test_pieces_that_belong_together_are_joined(learner: Learner, revision: Revision) -> None:
    found = kept(
        learner,
        revision,
        [make.piece("a"), make.piece("b\n"), make.piece("!", "stderr"), make.piece("c"), make.piece("d", thread="T-1")],
    )
    assert found == [make.piece("ab\n"), make.piece("!", "stderr"), make.piece("c"), make.piece("d", thread="T-1")]


def test_tiny_pieces_are_bounded_too(learner: Learner, revision: Revision) -> None:
    found = kept(learner, revision, [make.piece("x", ("stdout", "stderr")[i % 2]) for i in range(50_000)])
    assert len(json.dumps(found)) < 4 * submissions.OUTPUT_KEPT


def test_nul_is_shown_and_not_stored(learner: Learner, revision: Revision) -> None:
    test = make.result(name="n\0" + "x" * 400, message="m\0", detail="d\0", stacks=[{"name": "T\0", "frames": []}])
    row = make.graded(learner, revision, Verdict.RUNTIME_ERROR, message="\0", tests=[test], output=[make.piece("a\0b")])
    result = row.tests.get()
    assert (row.message, row.output[0]["text"]) == ("␀", "a␀b")
    assert (result.message, result.detail, result.stacks[0]["name"]) == ("m␀", "d␀", "T␀")
    assert result.name == "n␀" + "x" * 298

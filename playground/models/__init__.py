"""The tables. A submission's state is written by playground/submissions.py alone."""

from playground.models.challenge import Challenge, Revision
from playground.models.help import Help
from playground.models.learner import Learner
from playground.models.lesson import Lesson
from playground.models.reading import Reading
from playground.models.share import Share
from playground.models.solve import Solve
from playground.models.standing import Standing
from playground.models.submission import Submission, TestResult
from playground.models.validation import Validation

__all__ = [
    "Challenge",
    "Help",
    "Learner",
    "Lesson",
    "Reading",
    "Revision",
    "Share",
    "Solve",
    "Standing",
    "Submission",
    "TestResult",
    "Validation",
]

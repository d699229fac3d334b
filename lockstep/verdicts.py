"""What can come out of a submission, and where a submission can be.

State and verdict are two things: the state says where a submission is, the verdict what came out of it.
"""

from enum import StrEnum


class State(StrEnum):
    """Where a submission is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"


class Verdict(StrEnum):
    """What came out of a submission, or of one of its tests."""

    ACCEPTED = "ACCEPTED"
    WRONG_ANSWER = "WRONG_ANSWER"
    RACE = "RACE"
    DEADLOCK = "DEADLOCK"
    LIVELOCK = "LIVELOCK"
    NONDETERMINISTIC = "NONDETERMINISTIC"
    LEAK = "LEAK"
    RUNTIME_ERROR = "RUNTIME_ERROR"
    SYNTAX_ERROR = "SYNTAX_ERROR"
    TIME_LIMIT = "TIME_LIMIT"
    MEMORY_LIMIT = "MEMORY_LIMIT"
    PROCESS_LIMIT = "PROCESS_LIMIT"
    OUTPUT_LIMIT = "OUTPUT_LIMIT"
    FORBIDDEN = "FORBIDDEN"
    CANCELLED = "CANCELLED"
    INTERNAL_ERROR = "INTERNAL_ERROR"

    @property
    def label(self) -> str:
        """The verdict in the words of a learner's page."""
        return _WORDS[self][0]

    @property
    def explanation(self) -> str:
        """One sentence that a beginner understands."""
        return _WORDS[self][1]


_WORDS: dict[Verdict, tuple[str, str]] = {
    Verdict.ACCEPTED: ("Accepted", "Every test passed."),
    Verdict.WRONG_ANSWER: ("Wrong answer", "The program ran, but its result is not the one asked for."),
    Verdict.RACE: (
        "Race",
        "The result is right when the threads take turns kindly, and wrong on another interleaving.",
    ),
    Verdict.DEADLOCK: (
        "Deadlock",
        "Every thread waits for something that only another waiting thread could give.",
    ),
    Verdict.LIVELOCK: ("Livelock", "Threads keep running, but none of them gets anywhere."),
    Verdict.NONDETERMINISTIC: (
        "Nondeterministic",
        "Each result is allowed, but the task asks for the same result every time and it changes.",
    ),
    Verdict.LEAK: ("Leak", "Threads, processes or tasks were left running after the work was done."),
    Verdict.RUNTIME_ERROR: ("Runtime error", "The program raised an exception that nothing handled."),
    Verdict.SYNTAX_ERROR: ("Syntax error", "Python could not read the program."),
    Verdict.TIME_LIMIT: ("Time limit", "The program took longer than it may."),
    Verdict.MEMORY_LIMIT: ("Memory limit", "The program used more memory than it may."),
    Verdict.PROCESS_LIMIT: ("Process limit", "The program started more threads or processes than it may."),
    Verdict.OUTPUT_LIMIT: ("Output limit", "The program printed more than it may."),
    Verdict.FORBIDDEN: ("Forbidden", "The program uses something that this challenge rules out."),
    Verdict.CANCELLED: ("Stopped", "Stopped on request."),
    Verdict.INTERNAL_ERROR: (
        "Internal error",
        "Something went wrong on our side. It is not your program's fault; please submit again.",
    ),
}

"""What can go wrong: ours, the caller's and the program's, never confused."""


class ExplorerError(Exception):
    """Our fault: never the learner's."""


class UsageError(ExplorerError):
    """The caller gave something that cannot be used; the message names it and the remedy."""


class ProgramError(UsageError):
    """The program cannot be read: unreadable, not UTF-8, or wrong syntax."""


class DivergenceError(ExplorerError):
    """A schedule could not be followed: the program did not do the same thing twice."""


class NotModelledError(Exception):
    """Raised inside the learner's program when it uses what the explorer does not model.

    The message is one sentence that names the call and its line.
    """


class Abort(BaseException):
    """Unwinds a learner thread whose execution is over. Instrumented code never swallows it."""

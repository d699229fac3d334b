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

    def __init__(self, call: str, line: int, why: str) -> None:
        """call: such as `os.fork`. line: of the learner's code; 0 where none of it asked. why: ends the sentence."""
        super().__init__(f"{call}, called in line {line}, {why}" if line else f"{call} {why}")
        self.call = call
        self.line = line


class Abort(BaseException):
    """Unwinds a learner thread whose execution is over. Instrumented code never swallows it."""

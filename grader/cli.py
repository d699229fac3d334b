"""What the commands `grade` and `run` share: the same pipeline as a worker's, without database, broker or server."""

import contextlib
import json
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from grader.judge import ChallengeFaultError, Work
from grader.judge import judge as judge_work
from grader.sandboxes import sandbox
from lockstep.source import BadSourceError, check_source
from lockstep.verdicts import Verdict
from playground.events import Event
from playground.submissions import Outcome
from sandbox.errors import SandboxError
from sandbox.pool import Kind

USAGE = 2
"""Exit code for a wrong call and for what goes wrong on our side; 1 is a verdict."""
MOST_SEED = 2**48


class SandboxCommand(BaseCommand):
    """A command that takes one source through a sandbox and prints what came out."""

    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the program, or - for standard input")
        parser.add_argument("--json", action="store_true", help="print one JSON object on one line, last")
        parser.add_argument("--sandbox", choices=("docker", "local"), help="default: the setting SANDBOX")
        parser.add_argument("--seed", type=int, help="repeats what a seed decided; default: a fresh one")

    def read(self, file: str) -> str:
        """The source in a file. Raises CommandError with what is wrong with it."""
        try:
            data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
            return check_source(data)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}", returncode=USAGE) from None
        except BadSourceError as error:
            raise CommandError(f"{file}: {error}", returncode=USAGE) from None

    def seed(self, given: int | None) -> int:
        if given is None:
            return secrets.randbelow(MOST_SEED)
        if not 0 <= given < MOST_SEED:
            raise CommandError(f"--seed is {given}: use a number from 0 to {MOST_SEED - 1}", returncode=USAGE)
        return given

    def judge(self, work: Work, kind: Kind | None, show: "Show") -> Outcome:
        """The outcome. Raises CommandError where it is our fault or the challenge's."""
        try:
            with last_words():
                return judge_work(work, sandbox(kind), f"command:{os.getpid()}", show.event)
        except SandboxError as error:
            raise CommandError(str(error), returncode=USAGE) from None
        except ChallengeFaultError as error:
            raise CommandError(f"the challenge's own tests failed to run:\n{error}", returncode=USAGE) from None

    def report(self, work: Work, outcome: Outcome, *, as_json: bool) -> None:
        """Prints the outcome and exits with 1 for any verdict but ACCEPTED (or, of a run, none)."""
        if as_json:
            self.stdout.write(json.dumps(as_mapping(work, outcome), ensure_ascii=False))
        elif outcome.verdict is not None:
            self.stdout.write(f"{outcome.verdict}  {outcome.message}  ({outcome.seconds:.2f} s, seed {work.seed})")
        if outcome.verdict not in (None, Verdict.ACCEPTED):
            sys.exit(1)


class Show:
    """Prints events as they come: what the program prints as it is, tests as lines."""

    def __init__(self, out: TextIO, err: TextIO, *, tests: bool) -> None:
        self._streams = {"stdout": out, "stderr": err}
        self._tests = tests
        self._in_line = False

    def event(self, event: Event) -> None:
        if event["type"] == "output":
            stream = self._streams[event["stream"]]
            stream.write(event["text"])
            stream.flush()
            self._in_line = not event["text"].endswith("\n")
        elif event["type"] == "cut":
            self.end_line()
            self._streams["stderr"].write(f"[output cut off after {event['limit_bytes']:,} bytes]\n")
        elif event["type"] == "result" and self._tests:
            self.end_line()
            out = self._streams["stdout"]
            out.write(f"{event['verdict']:<18} {event['name']}  ({event['seconds']:.2f} s)\n")
            for text in (event["message"], event["detail"]):
                if text and event["verdict"] != Verdict.ACCEPTED:
                    out.write("".join(f"    {line}\n" for line in text.rstrip().splitlines()))
            out.flush()

    def end_line(self) -> None:
        """What comes next begins a line of its own."""
        if self._in_line:
            self._streams["stdout"].write("\n")
            self._streams["stdout"].flush()
            self._in_line = False


def as_mapping(work: Work, outcome: Outcome) -> dict[str, Any]:
    """The outcome as `--json` prints it."""
    return {
        "verdict": outcome.verdict,
        "message": outcome.message,
        "seed": work.seed,
        "tests": [
            {
                "name": test.name,
                "visible": test.visible,
                "verdict": test.verdict,
                "message": test.message,
                "schedule": test.schedule,
                "seconds": test.seconds,
            }
            for test in outcome.tests
        ],
        "seconds": outcome.seconds,
    }


@contextlib.contextmanager
def last_words() -> Iterator[None]:
    """Ctrl-C removes the sandbox like any other end, and is not a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        raise CommandError("stopped", returncode=130) from None

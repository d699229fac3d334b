"""Process 1 of a sandbox: trusted, the only one that speaks to the host.

    supervisor (root, few capabilities)
      +- zygote: forks all others, never holds a request
      +- checker (its own user): checks.py, cases, expected answers
      +- the learner's process (its own user), one for a run and one for each test

It says Hello when everything is imported and the zygote stands, and takes one request. After Done it may become as new
for the same learner's next one, if nothing speaks against it; else it ends. When the host closes its end, everything
ends at once: process 1 takes all others with it.
"""

import argparse
import contextlib
import gc
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from lockstep.limits import BadLimitError, Limits
from lockstep.verdicts import Verdict
from sandbox.exploration import MOST_BYTES, Exploration, Move
from sandbox.guest import house, processes, stacks, users, wipe
from sandbox.guest.capture import Listener, Piece
from sandbox.guest.host import Host, HostGoneError
from sandbox.guest.loop import Loop, Peer, Reaper
from sandbox.guest.meter import meter
from sandbox.guest.rules import MEDDLES, UNSEEN
from sandbox.guest.subject import SandboxBrokenError, Subject
from sandbox.guest.users import Users
from sandbox.guest.wire import TRUSTED
from sandbox.guest.yard import Yard
from sandbox.guest.zygote import Zygote
from sandbox.protocol import (
    VERSION,
    Challenge,
    Done,
    Event,
    Explored,
    Fault,
    Hello,
    Measured,
    Moved,
    Output,
    OutputCut,
    Progress,
    ProtocolError,
    Renew,
    Report,
    Request,
    RunDone,
    Started,
    TestDone,
    TestInfo,
    Tests,
    accept,
)

_KINDS_TO_RENEW_AFTER = ("run", "explore", "move")
CHECK_SECONDS = 20.0
"""How long checks.py may take for one answer."""
_PROCESSES_GRACE = 0.5
_ALONE_SECONDS = 2.0
_FLUSH_SECONDS = 10.0
_PROGRESS_SECONDS = 0.1
_CUT = 20_000


class ChallengeFaultError(Exception):
    """The instructor's files are at fault."""


class Supervisor:
    """Serves one request, and others of the same learner's as long as it can become as new between them."""

    def __init__(self, loop: Loop, host: Host, yard: Yard, folder: str) -> None:
        self._loop = loop
        self._host = host
        self._yard = yard
        self._folder = folder
        self._used = self._renewed = False
        self._spoilt = yard.users is None or os.getpid() != 1
        """Whether it may never be used again: a limit was met, or there is no other user id to give."""
        self._new = wipe.left()

    def serve(self) -> None:
        while True:
            self._host.send(Hello(VERSION, sys.version.split()[0], getattr(sys, "_is_gil_enabled", lambda: True)()))
            request = self._next()
            if not isinstance(request, Request):
                raise HostGoneError
            self._serve(request)
            if self._spoilt:
                return
            renew = self._next()
            if not isinstance(renew, Renew) or not self._renew(renew.first_user):
                return

    def _next(self) -> Request | Renew:
        while not self._host.said:
            self._loop.poll(60)
        return self._host.said.pop(0)

    def _serve(self, request: Request) -> None:
        if request.kind not in _KINDS_TO_RENEW_AFTER:
            self._spoilt = True
        try:
            self._do(request)
            end: Event = Done()
        except ChallengeFaultError as error:
            end = Fault("challenge", str(error)[:_CUT])
        except BadLimitError as error:
            end = Fault("challenge", f"limits: {error}")
        except Exception:
            end = Fault("sandbox", traceback.format_exc()[-_CUT:])
        if not isinstance(end, Done):
            self._spoilt = True
        self._host.send(end)
        self._host.flush(_FLUSH_SECONDS)

    def _renew(self, first_user: int) -> bool:
        """Whether nothing is left of the last request, as far as can be seen; then the next has other users."""
        with contextlib.suppress(SandboxBrokenError):
            self._wipe()
            if self._new is None or not self._alone() or wipe.left() != self._new:
                return False
            self._yard = self._yard.under(Users.from_first(first_user))
            self._used, self._renewed = False, True
            return True
        return False

    def _alone(self) -> bool:
        """Whether every process but ours has ended and was waited for."""
        ours = {str(os.getpid()), str(self._yard.zygote.pid)}
        deadline = time.monotonic() + _ALONE_SECONDS
        while {name for name in os.listdir("/proc") if name.isdecimal()} != ours:
            if time.monotonic() > deadline:
                return False
            self._loop.poll(0.005)
            self._yard.reaper.reap()
        return True

    def _do(self, request: Request) -> None:
        if request.version != VERSION:
            raise SandboxBrokenError(f"request of protocol version {request.version}, this is {VERSION}")
        limits = Limits.from_mapping(request.limits)
        if request.kind == "run":
            self._run(request, limits)
        elif request.kind in ("explore", "move"):
            self._explore(request, limits)
        elif request.challenge is None:
            raise ChallengeFaultError("a request to grade names no challenge")
        elif self._renewed:
            raise SandboxBrokenError("a submission is graded in a sandbox that nobody has used")
        else:
            self._grade(request, request.challenge, limits)

    # ------------------------------------------------------------------------------------------------- run

    def _run(self, request: Request, limits: Limits) -> None:
        subject = self._start(limits, request.stdin, test=None, shown=True)
        subject.tell({"type": "run", "source": request.source})
        self._host.send(Started(None))
        while not subject.ended:
            self._turn(subject)
        measured = subject.finish()
        said = {message["type"] for message in subject.peer.messages}
        if "settled" not in said:
            _not_begun(measured)
        self._spoilt = self._spoilt or measured.limit is not None or subject.malformed
        syntax_error = "syntax_error" in said
        self._host.send(RunDone(measured, syntax_error))

    def _explore(self, request: Request, limits: Limits) -> None:
        subject = self._start(limits, "", test=None, shown=True)
        asked = ("kind", "source", "stdin", "schedules", "schedule", "until", "seed", "limits")
        job = {name: getattr(request, name) for name in asked}
        subject.tell({"type": "explore", **job})
        self._host.send(Started(None))
        found = _Exploring(self._host, request.kind)
        while not (subject.ended or found.ended):
            self._turn(subject)
            found.take(subject)
        if found.moved is not None:
            self._host.send(found.moved)
            self._host.flush(_FLUSH_SECONDS)  # somebody waits for it, and for nothing that comes after
        measured = subject.finish()
        if not found.settled:
            _not_begun(measured)
        self._spoilt = self._spoilt or measured.limit is not None or subject.malformed
        if found.explored is not None:
            self._host.send(found.explored)
        self._host.send(RunDone(measured, found.syntax_error))

    def _start(self, limits: Limits, stdin: str, test: int | None, shown: bool) -> Subject:
        if self._used:
            self._wipe()
        self._used = True

        def on_output(piece: Piece) -> None:
            if not shown:
                return
            for start in range(0, len(piece.text), _CUT):
                self._host.send(Output(test, piece.stream, piece.text[start : start + _CUT], piece.thread))

        listener = Listener(on_output, lambda: self._host.send(OutputCut(test, limits.output_bytes)))
        return Subject(self._yard, limits, self._folder, stdin, listener)

    def _turn(self, subject: Subject) -> None:
        if self._host.congested:  # the program waits for us, not the other way round
            subject.capture.hold(True)
            subject.pause()
        else:
            subject.capture.hold(False)
            subject.resume()
        subject.poll()

    def _wipe(self) -> None:
        """Removes what an earlier program has written, with that program's rights."""
        if self._yard.users is None:
            shutil.rmtree(self._folder, ignore_errors=True)
            return
        if not self._yard.wait_for(self._yard.zygote.fork("wipe", []), 10):
            raise SandboxBrokenError("the files of the last test cannot be removed")

    # ----------------------------------------------------------------------------------------------- grade

    def _grade(self, request: Request, challenge: Challenge, limits: Limits) -> None:
        checker = self._start_checker()
        checker.send(
            {
                "type": "prepare",
                "checks": challenge.checks,
                "scenario": challenge.scenario,
                "program": request.source,
                "seed": request.seed,
            }
        )
        tests = [TestInfo(**each) for each in self._from_checker(checker)["tests"]]
        self._host.send(Tests(tests))
        for number, test in enumerate(tests):
            report = self._test(request, limits, checker, number, test)
            passed = report is not None and report.verdict == Verdict.ACCEPTED
            if challenge.stop_at_first_failure and not passed:
                return

    def _start_checker(self) -> Peer:
        ours, theirs = socket.socketpair()
        pid = self._yard.zygote.fork("checker", [theirs.fileno()])
        theirs.close()
        self._yard.meter.ours.add(pid)
        return Peer(self._loop, ours.detach(), TRUSTED)

    def _from_checker(self, checker: Peer) -> dict[str, Any]:
        deadline = time.monotonic() + CHECK_SECONDS
        while not checker.messages:
            if checker.closed:
                raise ChallengeFaultError("checks.py ended its process")
            if time.monotonic() > deadline:
                raise ChallengeFaultError(f"checks.py took longer than {CHECK_SECONDS:g} s")
            self._loop.poll(0.1)
        message = checker.messages.pop(0)
        if message["type"] == "fault":
            raise ChallengeFaultError(message["message"])
        if message["type"] == "broken":
            raise SandboxBrokenError(message["message"])
        return message

    def _test(self, request: Request, limits: Limits, checker: Peer, number: int, test: TestInfo) -> Report | None:
        assert request.challenge is not None
        subject = self._start(limits, request.stdin, test=number, shown=test.visible)
        subject.pause()
        challenge = request.challenge
        subject.tell(
            {"type": "test", "source": request.source, "scenario": challenge.scenario, "forbid": challenge.forbid}
        )
        self._host.send(Started(number))
        report = self._unfit(subject, challenge.forbid)
        if report is None:
            checker.send({"type": "begin", "test": number})
            report = self._dialogue(subject, checker, number)
        if report is None and subject.limit is None:
            report = _violation(subject.violation, challenge.forbid) or _ended_early(subject)
        measured = subject.finish()
        if not subject.ready:
            _not_begun(measured)
        if measured.limit not in (None, "processes"):
            report = None
        if not test.visible:
            measured = replace(measured, stacks=stacks.without_values(measured.stacks, request.source))
            report = _hidden(report, request.source) if report is not None else None
        self._host.send(TestDone(number, report, measured))
        return report

    def _unfit(self, subject: Subject, forbid: dict[str, Any]) -> Report | None:
        """What is wrong with the source, told by the learner's process before it has run any of it."""
        subject.resume()
        ready = self._from_learner(subject)
        subject.pause()
        subject.ready = ready is not None
        if ready is None:
            return None
        if ready["syntax_error"] is None:
            return _violation(ready["violation"], forbid)
        error = ready["syntax_error"]
        place = f" in line {error['line']}" if error["line"] else ""
        message = f"Python cannot read the program{place}: {error['text']}"
        return Report(Verdict.SYNTAX_ERROR, message, detail=error["traceback"], line=error["line"])

    def _dialogue(self, subject: Subject, checker: Peer, number: int) -> Report | None:
        """Lets the checker drive the learner's process until it reports. None: the process ended first."""
        told = 0.0
        while True:
            message = self._from_checker(checker)
            match message.pop("type"):
                case "report":
                    return Report(**message)
                case "progress":
                    if message["done"] == message["total"] or time.monotonic() - told > _PROGRESS_SECONDS:
                        told = time.monotonic()
                        self._host.send(Progress(test=number, **message))
                case _:
                    subject.capture.take()
                    subject.resume()
                    subject.tell({**message, "type": "execute"})
                    answer = self._from_learner(subject)
                    subject.pause()
                    if answer is None:
                        checker.send({"type": "ended"})
                        return None
                    checker.send({"type": "said", "message": answer})

    def _from_learner(self, subject: Subject) -> dict[str, Any] | None:
        """The next message for the checker, with what the supervisor has measured. None: the process has ended."""
        called = returned = time.monotonic()
        printed: list[list[Any]] = []
        while True:
            if not subject.peer.messages:
                if subject.ended or subject.peer.closed:
                    return None
                self._turn(subject)
                continue
            message = subject.peer.messages.pop(0)
            match message["type"]:
                case "violation":
                    subject.violation = message
                    return None
                case "calling":
                    called = returned = time.monotonic()
                case "returned":
                    returned = time.monotonic()
                    printed = [[each.stream, each.thread, each.text, False] for each in subject.capture.take()]
                case "result":
                    printed += [[each.stream, each.thread, each.text, bool(printed)] for each in subject.capture.take()]
                    left = self._processes_left(subject)
                    if subject.ended:  # a child that goes on in its name does not count
                        return None
                    message["measured"] = {"printed": printed, "elapsed": returned - called, "processes_left": left}
                    return message
                case _:
                    return message

    def _processes_left(self, subject: Subject) -> int:
        deadline = time.monotonic() + _PROCESSES_GRACE
        while left := subject.living():
            if time.monotonic() > deadline or subject.ended:
                return left
            self._turn(subject)
        return 0


class _Exploring:
    """What the learner's process says while it explores."""

    def __init__(self, host: Host, kind: str) -> None:
        self._host = host
        self._kind = kind
        self._told = 0.0
        self.settled = self.syntax_error = self.ended = False
        self.explored: Explored | None = None
        self.moved: Moved | None = None

    def take(self, subject: Subject) -> None:
        """Takes in what it has said. Raises SandboxBrokenError where the explorer itself failed."""
        try:
            for message in subject.peer.messages:
                self._take(message)
        except (KeyError, TypeError, ProtocolError):
            subject.peer.malformed = True
        subject.peer.messages.clear()

    def _take(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "settled":
                self.settled = True
            case "syntax_error":
                self.syntax_error = True
            case "progress":
                if time.monotonic() - self._told > _PROGRESS_SECONDS:
                    self._told = time.monotonic()
                    done, total = int(message["done"]), int(message["total"])
                    self._host.send(Progress(None, done, total, "schedules"))
            case "explored":
                self.ended = message.get("last") is True
                self.explored = Explored(accept(Exploration, message["report"], MOST_BYTES), whole=self.ended)
            case "moved":
                self.ended = True
                self.moved = Moved(accept(Move, message["move"], MOST_BYTES))
            case "unusable":
                self.ended = True
                problem = str(message["message"])[:_CUT]
                if self._kind == "move":
                    self.moved = Moved(None, problem)
                else:
                    self.explored = Explored(None, problem=problem)
            case "broken":
                raise SandboxBrokenError(str(message["message"]))
            case other:
                raise ProtocolError(f"unknown message {other!r}")


def _hidden(report: Report, source: str) -> Report:
    """The report of a hidden test: nothing in it that the program could have made up to carry out what it was given."""
    line = report.line if report.line is not None and report.line <= len(source.splitlines()) else None
    return replace(report, detail="", finding=None, schedule=None, line=line)


def _not_begun(measured: Measured) -> None:
    """The learner's process ended before any of the learner's code could run. Raises SandboxBrokenError if it is ours.

    Reading the source can meet a limit, or crash the parser.
    """
    if measured.limit is None and measured.signal is None:
        raise SandboxBrokenError("the program's process ended before the program began")


_WITHOUT_RULE = {
    UNSEEN: (
        "The program runs code that it makes while it runs{where}. This test runs it under schedules of its own, and "
        "cannot see what such code does: write it down in the program instead."
    ),
    MEDDLES: (
        "The program changes what its test stands on: parts of `threading`, `time` or `asyncio`, or how its threads "
        "take turns. Leave these as they are."
    ),
}


def _violation(said: dict[str, Any] | None, forbid: dict[str, Any]) -> Report | None:
    """The report on a rule that the program breaks, as far as it is one of the challenge's rules."""
    if said is None:
        return None
    kind, line = str(said.get("kind")), said.get("line")
    where = f" in line {line}" if type(line) is int and 0 < line < 1_000_000 else ""
    if kind in _WITHOUT_RULE:
        return Report(Verdict.FORBIDDEN, _WITHOUT_RULE[kind].format(where=where), line=line if where else None)
    if said.get("name") not in forbid.get(kind, ()):
        return None
    name = str(said["name"])
    does = {"imports": "imports", "attributes": "uses", "builtins": "calls"}[kind]
    message = f"The program {does} `{name}`{where}, which this challenge rules out."
    return Report(Verdict.FORBIDDEN, message, line=line if where else None)


def _ended_early(subject: Subject) -> Report:
    """The learner's process is no longer there, or no longer makes sense, and no limit ended it."""
    if subject.malformed:
        message = "The program wrote to a descriptor that is not its own, or sent a result that cannot be read."
    else:
        message = "The program ended itself before the test was over."
    return Report(Verdict.RUNTIME_ERROR, message)


def main() -> None:
    parser = argparse.ArgumentParser(description="process 1 of a sandbox")
    parser.add_argument("--first-user", type=int, help="the learner's user id; the next two are ours")
    parser.add_argument("--cgroup", action="store_true", help="this sandbox has a cgroup to itself")
    parser.add_argument("--folder", default="", help="where the program runs; made and removed here")
    parser.add_argument("--private-mib", type=int, help="local, as root: make /tmp and the like private, of that size")
    parser.add_argument("--loopback", action="store_true", help="this has a new network namespace to itself")
    parser.add_argument("--stash", type=Path, help="an empty folder for that")
    options = parser.parse_args()
    accounts = Users.from_first(options.first_user) if options.first_user else None
    if options.private_mib:
        house.private_files(options.private_mib, options.stash)
    if options.loopback:
        house.loopback_up()
    if accounts is None:
        users.give_up_capabilities()
    users.adopt_orphans()
    zygote = Zygote(accounts)
    if zygote.child_role is not None:
        zygote.child_role()  # the learner's program, or the checker: ends as the interpreter does
        return
    gc.freeze()
    gc.enable()
    loop = Loop()
    reaper = Reaper(loop)
    ours = {zygote.pid}
    user = accounts.learner if accounts else None
    yard = Yard(loop, reaper, zygote, accounts, meter(options.cgroup, user, ours), options.cgroup)
    # An engine that is being stopped asks first: nothing here is worth its waiting.
    signal.signal(signal.SIGTERM, lambda *_: _end(yard))
    folder = options.folder or os.path.join(tempfile.gettempdir(), "work")
    with contextlib.suppress(HostGoneError):
        Supervisor(loop, Host(loop, sys.stdin.fileno(), sys.stdout.fileno()), yard, folder).serve()
    _end(yard)


def _end(yard: Yard) -> NoReturn:
    """Ends without waiting for anything. Where this is process 1 the kernel ends all others."""
    while os.getpid() != 1:
        living = processes.learners(yard.users.learner if yard.users else None, yard.meter.ours)
        if not living:
            break
        for each in living:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each.pid, signal.SIGKILL)
        yard.reaper.reap()
    os._exit(0)

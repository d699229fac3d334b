"""The HTTP API that the pages use; the same for a script with a session."""

import re
import uuid
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, NinjaAPI, Schema, Status
from ninja.errors import HttpError, ValidationError
from ninja.security import APIKeyCookie

from lockstep.source import BadSourceError, SourceTooLongError, check_source
from lockstep.verdicts import State, Verdict
from playground import interpreters, learners, levels, live, moves, scoring, shares, submissions
from playground.models import Challenge, Submission
from playground.models.submission import Interpreter, Kind

STDIN_CHARACTERS = 64 * 1024
_SCHEDULE = re.compile(r"[0-9]{2,4}\.[0-9a-z]{1,20000}\.[0-9:-]{0,40000}")
STALE_PAGE = "this page is out of date, or its cookies were refused: reload the page and try again"


class AnyVisitor(APIKeyCookie):
    """Everybody may come, guests included; but what changes something needs the CSRF token of our own pages."""

    param_name = "sessionid"

    def authenticate(self, request: HttpRequest, key: str | None) -> bool:
        return True


api = NinjaAPI(title="Lockstep", version="1", auth=AnyVisitor(), docs_url=None, openapi_url=None)


class Problem(Schema):
    """What went wrong and what to do about it."""

    message: str


class NewSubmission(Schema):
    """Source to run, to explore, or to grade against the current revision of a challenge."""

    kind: Literal["run", "explore", "submit"]
    source: str
    challenge: str | None = None
    stdin: str = ""
    schedule: str = ""
    """To explore: the one schedule to replay, as an exploration gave it."""
    interpreter: Literal["", "freethreaded"] = ""
    """To run: the usual Python, or the free-threaded one where there is one."""


class Queued(Schema):
    id: uuid.UUID
    state: State
    socket: str


class NewShare(Schema):
    """A program to share; with a schedule, that one interleaving of it."""

    source: str
    stdin: str = ""
    schedule: str = ""


class Shared(Schema):
    key: str
    path: str
    """Of the page that anybody may open."""


class Full(Schema):
    """All that its learner may know of a submission."""

    id: uuid.UUID
    kind: str
    challenge: str | None
    state: State
    verdict: Verdict | None
    label: str | None
    explanation: str
    message: str
    source: str
    stdin: str
    created: datetime
    seconds: float | None
    tests: list[dict[str, Any]]
    output: list[dict[str, Any]]
    report: dict[str, Any] | None
    """What an exploration found."""
    python: str
    """The interpreter that ran it, such as "3.13.5"; empty until it has ended."""
    sandbox: str


class NewMove(Schema):
    """What somebody who is the scheduler asks: where does the program stop next?"""

    source: str
    stdin: str = ""
    schedule: str = ""
    """Empty at the start; then as the last answer had it, with one deviation more or none."""
    until: int = Field(1, ge=1, le=10_000_000)
    """The step that the next choice is about, or the first after which there is one."""


class Moved(Schema):
    """Where it stopped, in the shape of sandbox.exploration.Move; null, and the problem, where it cannot get there."""

    move: dict[str, Any] | None
    problem: str


class NewTry(Schema):
    """A schedule that is to reach the goal of a level."""

    schedule: str


class Tried(Schema):
    """Whether it did, and with how many interruptions."""

    solved: bool
    message: str
    interruptions: int
    par: int


class Hint(Schema):
    """One hint; text is null while it is closed."""

    number: int
    text: str | None


class Help(Schema):
    """What a learner may know of a challenge's hints, and what solving it is worth."""

    hints: list[Hint]
    gave_up: bool
    solved: bool
    points: int
    worth: int
    """Points for solving it now."""
    earned: int | None
    """Points for having solved it."""
    explanation: str
    """Markdown; empty unless it is solved or given up."""


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> Any:
    first = error.errors[0]
    where = ".".join(str(part) for part in first["loc"][2:]) or "the request"
    return api.create_response(request, {"message": f"{where}: {first['msg']}"}, status=422)


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: HttpError) -> Any:
    # The only 403 is that of a missing or old CSRF token, as after logging in on another page.
    message = STALE_PAGE if error.status_code == 403 else error.message
    return api.create_response(request, {"message": message}, status=error.status_code)


@api.exception_handler(RequestDataTooBig)
def too_big(request: HttpRequest, error: RequestDataTooBig) -> Any:
    message = f"the request has more than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes, which is all it may have"
    return api.create_response(request, {"message": message}, status=413)


@api.exception_handler(learners.TooManyGuestsError)
def crowded(request: HttpRequest, error: learners.TooManyGuestsError) -> Any:
    return api.create_response(request, {"message": str(error)}, status=429)


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> Any:
    return api.create_response(request, {"message": str(error) or "there is no such thing"}, status=404)


@api.post("submissions", response={201: Queued, frozenset({400, 404, 413, 429}): Problem})
def create(request: HttpRequest, given: NewSubmission) -> Any:
    """Queues source. The answer names the socket on which everything else is told."""
    if given.schedule and given.kind != "explore":
        return Status(400, {"message": f"a schedule is for kind explore, not for {given.kind}: leave it out"})
    if problem := _problem(given.stdin, given.schedule):
        return problem
    if given.interpreter and given.kind != "run":
        return Status(400, {"message": f"an interpreter is for kind run, not for {given.kind}: leave it out"})
    if given.interpreter and not interpreters.freethreaded():
        return Status(400, {"message": interpreters.NONE})
    revision = None
    if given.challenge is not None:
        revision = _challenge(given.challenge, level=False).current
    elif given.kind == "submit":
        return Status(400, {"message": "a submission needs the slug of its challenge"})
    try:
        # Before a visitor becomes a guest, who is remembered.
        source = check_source(given.source)
        made = submissions.submit(
            learners.ensure(request),
            Kind(given.kind),
            source,
            revision=revision,
            stdin=given.stdin,
            schedule=given.schedule,
            interpreter=Interpreter(given.interpreter),
        )
    except SourceTooLongError as error:
        return Status(413, {"message": str(error)})
    except BadSourceError as error:
        return Status(400, {"message": str(error)})
    except submissions.TooManyError as error:
        return Status(429, {"message": str(error)})
    return Status(201, {"id": made.id, "state": made.state, "socket": f"/ws/submissions/{made.id}/"})


def _problem(stdin: str, schedule: str) -> Status[dict[str, str]] | None:
    """What can be seen to be wrong with an input and a schedule without the program; the explorer sees the rest."""
    if len(stdin) > STDIN_CHARACTERS:
        return Status(413, {"message": f"the input has {len(stdin):,} characters, {STDIN_CHARACTERS:,} are allowed"})
    if schedule and not _SCHEDULE.fullmatch(schedule):
        shown = schedule if len(schedule) <= 60 else schedule[:60] + "…"
        return Status(400, {"message": f"{shown!r} is not a schedule: copy the whole text, like 313.1w2.5:2-9:1"})
    if "\0" in stdin:
        return Status(400, {"message": "the input holds a NUL character: remove it"})
    return None


@api.post("shares", response={201: Shared, frozenset({400, 413, 429}): Problem})
def share(request: HttpRequest, given: NewShare) -> Any:
    """Makes a link by which anybody may read a program; its learner withdraws it on the profile."""
    if problem := _problem(given.stdin, given.schedule):
        return problem
    try:
        source = check_source(given.source)
        made = shares.share(learners.ensure(request), source, stdin=given.stdin, schedule=given.schedule)
    except SourceTooLongError as error:
        return Status(413, {"message": str(error)})
    except BadSourceError as error:
        return Status(400, {"message": str(error)})
    except submissions.TooManyError as error:
        return Status(429, {"message": str(error)})
    return Status(201, {"key": made.key, "path": reverse("shared", args=[made.key])})


@api.post("moves", response={200: Moved, frozenset({400, 413, 429, 503}): Problem})
def move(request: HttpRequest, given: NewMove) -> Any:
    """Replays a program up to the next choice of who goes on."""
    if problem := _problem(given.stdin, given.schedule):
        return problem
    try:
        question = moves.Question(check_source(given.source), given.stdin, given.schedule, given.until)
        with learners.lasting(request) as learner:
            # As the worker has written it: a long trace would take longer to be read and written than to be made.
            return HttpResponse(moves.ask(learner, question), content_type="application/json")
    except SourceTooLongError as error:
        return Status(413, {"message": str(error)})
    except BadSourceError as error:
        return Status(400, {"message": str(error)})
    except moves.TooManyMovesError as error:
        return Status(429, {"message": str(error)})
    except moves.NoAnswerError as error:
        return Status(503, {"message": str(error)})


@api.post("levels/{slug}", response={200: Tried, frozenset({400, 404, 429, 503}): Problem})
def try_level(request: HttpRequest, slug: str, given: NewTry) -> Any:
    """Replays a schedule of a level's program; the level is solved if it reaches the goal."""
    challenge = _challenge(slug, level=True)
    if problem := _problem("", given.schedule):
        return problem
    try:
        with learners.lasting(request) as learner:
            return levels.try_(learner, challenge, given.schedule)
    except levels.NotFollowedError as error:
        return Status(400, {"message": str(error)})
    except moves.TooManyMovesError as error:
        return Status(429, {"message": str(error)})
    except moves.NoAnswerError as error:
        return Status(503, {"message": str(error)})


@api.get("submissions/{uuid:submission}", response={200: Full, 404: Problem})
def read(request: HttpRequest, submission: uuid.UUID) -> Any:
    """One of the asking learner's own."""
    return full(_own(request, submission))


@api.post("submissions/{uuid:submission}/stop", response={200: Full, 404: Problem})
def stop(request: HttpRequest, submission: uuid.UUID) -> Any:
    """Ends it, queued or running. What is done already stays as it is."""
    submissions.cancel(_own(request, submission).id)
    return full(_own(request, submission))


@api.get("challenges/{slug}/help", response={200: Help, 404: Problem})
def help_(request: HttpRequest, slug: str) -> Any:
    """What is open, and what solving the challenge is worth."""
    return scoring.shown(learners.current(request), _challenge(slug))


@api.post("challenges/{slug}/hints/{int:number}", response={200: Help, frozenset({404, 409, 429}): Problem})
def open_hint(request: HttpRequest, slug: str, number: int) -> Any:
    """Opens a hint, which makes a solution worth less; they open one by one."""
    challenge = _challenge(slug)
    try:
        scoring.open_hint(learners.ensure(request), challenge, number)
    except scoring.NoSuchHintError as error:
        return Status(409, {"message": str(error)})
    return scoring.shown(learners.current(request), challenge)


@api.post("challenges/{slug}/give-up", response={200: Help, frozenset({404, 429}): Problem})
def give_up(request: HttpRequest, slug: str) -> Any:
    """Opens everything; a solution that is sent later earns nothing."""
    challenge = _challenge(slug)
    scoring.give_up(learners.ensure(request), challenge)
    return scoring.shown(learners.current(request), challenge)


def _challenge(slug: str, *, level: bool | None = None) -> Challenge:
    """level: whether it must be one, or must be none; None takes both."""
    found = Challenge.objects.select_related("current").filter(slug=slug, current__isnull=False).first()
    is_level = found is not None and found.current is not None and found.current.level is not None
    if found is None or level not in (None, is_level):
        raise Http404(f"there is no {'level' if level else 'challenge'} {slug!r}")
    return found


def _own(request: HttpRequest, submission: uuid.UUID) -> Submission:
    found = Submission.objects.select_related("revision__challenge").filter(
        id=submission, learner=learners.current(request)
    )
    row = found.first()
    if row is None:
        raise Http404("there is no such submission of yours")
    return row


def full(row: Submission) -> dict[str, Any]:
    """A submission in the form of Full."""
    verdict = Verdict(row.verdict) if row.verdict else None
    return {
        "id": row.id,
        "kind": row.kind,
        "challenge": row.revision.challenge.slug if row.revision else None,
        "state": row.state,
        "verdict": verdict,
        "label": verdict.label if verdict else None,
        "explanation": verdict.explanation if verdict else "",
        "message": row.message,
        "source": row.source,
        "stdin": row.stdin,
        "created": row.created,
        "seconds": row.seconds,
        "tests": [event for event in live.kept(row) if event["type"] == "result"],
        "output": row.output,
        "report": row.report,
        "python": row.python,
        "sandbox": row.sandbox,
    }

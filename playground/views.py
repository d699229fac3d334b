"""The pages. What they do is asked of the API; here is what they show."""

import contextlib
import uuid
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lockstep.verdicts import State, Verdict
from playground import leaderboard, learners, live, scoring, streams
from playground.markdown import render as markdown
from playground.models import Challenge, Learner, Lesson, Submission
from playground.models.submission import Kind

OWN_SUBMISSIONS = 30
PLAY_STARTER = """\
import threading


def work(name):
    for step in range(3):
        print(name, step)


threads = [threading.Thread(target=work, args=(name,)) for name in ("left", "right")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def _challenges() -> Any:
    return Challenge.objects.select_related("current", "lesson").filter(current__isnull=False)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    learner = learners.current(request)
    return render(
        request,
        "home.html",
        {
            "lessons": Lesson.objects.all(),
            "challenges": _listed(),
            "solved": leaderboard.solved(learner),
            "points": leaderboard.points(learner),
        },
    )


@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    return render(request, "lessons.html", {"lessons": Lesson.objects.all()})


@require_safe
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Lesson, slug=slug)
    everything = list(Lesson.objects.all())
    at = everything.index(found)
    return render(
        request,
        "lesson.html",
        {
            "lesson": found,
            "body": markdown(found.body),
            "previous": everything[at - 1] if at else None,
            "next": everything[at + 1] if at + 1 < len(everything) else None,
            "challenges": [entry for entry in _listed() if entry["lesson"] == found],
            "solved": leaderboard.solved(learners.current(request)),
        },
    )


@require_safe
def challenges(request: HttpRequest) -> HttpResponse:
    solved = leaderboard.solved(learners.current(request))
    return render(request, "challenges.html", {"challenges": _listed(), "solved": solved})


@require_safe
def challenge(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(_challenges(), slug=slug)
    learner = learners.current(request)
    own = _own(learner).filter(revision__challenge=found)
    latest = own.first()
    page = {
        "slug": slug,
        "starter": found.current.starter,
        "source": latest.source if latest else None,
        "submissions": [_entry(row) for row in own[:OWN_SUBMISSIONS]],
        "active": _active(own),
    }
    return render(
        request,
        "challenge.html",
        {
            "challenge": found,
            "revision": found.current,
            "statement": markdown(found.current.statement),
            "limits": found.current.measure,
            "help": _help(learner, found),
            "page": page,
        },
    )


@require_POST
def open_hint(request: HttpRequest, slug: str) -> HttpResponse:
    """The form beneath a challenge's statement; the API has the same for scripts."""
    found = get_object_or_404(_challenges(), slug=slug)
    number = request.POST.get("number", "")
    # Sent twice, or from a page that is out of date: what there is now is shown, and nothing more is opened.
    with contextlib.suppress(scoring.NoSuchHintError):
        scoring.open_hint(learners.ensure(request), found, int(number) if number.isdecimal() else 0)
    return redirect(f"{reverse('challenge', args=[slug])}#help")


@require_POST
def give_up(request: HttpRequest, slug: str) -> HttpResponse:
    """The form that asks for confirmation."""
    found = get_object_or_404(_challenges(), slug=slug)
    scoring.give_up(learners.ensure(request), found)
    return redirect(f"{reverse('challenge', args=[slug])}#help")


@require_safe
def play(request: HttpRequest) -> HttpResponse:
    own = _own(learners.current(request)).filter(revision=None)
    latest = own.first()
    page = {"starter": PLAY_STARTER, "source": latest.source if latest else None, "active": _active(own)}
    return render(request, "play.html", {"page": page})


@require_safe
def submission(request: HttpRequest, submission: uuid.UUID) -> HttpResponse:
    row = get_object_or_404(_own(learners.current(request)).select_related("revision__challenge"), id=submission)
    return render(
        request,
        "submission.html",
        {
            "submission": {**_entry(row), "message": row.message, "source": row.source, "seconds": row.seconds},
            "challenge": row.revision.challenge if row.revision else None,
            "tests": [event for event in live.kept(row) if event["type"] == "result"],
            "output": row.output,
        },
    )


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    rows, own = leaderboard.page(learners.current(request))
    return render(request, "leaderboard.html", {"rows": rows, "own": own})


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """What the process needs answers: 200, or 503 with what does not."""
    problems = {}
    for name, ask in (("database", connection.ensure_connection), ("broker", lambda: streams.client().ping())):
        try:
            ask()
        except Exception as error:
            problems[name] = f"{type(error).__name__}: {error}"
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def _listed() -> list[dict[str, Any]]:
    return [
        {
            "slug": found.slug,
            "title": found.current.title,
            "summary": found.current.summary,
            "difficulty": found.current.difficulty,
            "points": found.current.points,
            "lesson": found.lesson,
        }
        for found in _challenges()
    ]


def _help(learner: Learner | None, challenge: Challenge) -> dict[str, Any]:
    shown = scoring.shown(learner, challenge)
    hints = [{**hint, "text": markdown(hint["text"]) if hint["text"] else None} for hint in shown["hints"]]
    return {**shown, "hints": hints, "explanation": markdown(shown["explanation"])}


def _own(learner: Learner | None) -> Any:
    return Submission.objects.filter(learner=learner) if learner else Submission.objects.none()


def _active(own: Any) -> str | None:
    active = own.exclude(state=State.DONE).values_list("id", flat=True).first()
    return str(active) if active else None


def _entry(row: Submission) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": Kind(row.kind).value,
        "state": row.state,
        "verdict": row.verdict or None,
        "label": Verdict(row.verdict).label if row.verdict else None,
        "created": row.created.isoformat(),
    }

"""The pages. What they do is asked of the API; here is what they show."""

import contextlib
import functools
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lockstep.verdicts import State, Verdict
from playground import explains, leaderboard, learners, live, readings, scoring, shares, streams
from playground.forms import DeleteAccountForm, ProfileForm
from playground.markdown import render as markdown
from playground.models import Challenge, Learner, Lesson, Share, Submission
from playground.models.submission import Kind

OWN_SUBMISSIONS = 30
RECENT = 20
"""Programs that the profile lists."""
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
    return _published().filter(current__level__isnull=True)


def _levels() -> Any:
    return _published().filter(current__level__isnull=False)


def _published() -> Any:
    return Challenge.objects.select_related("current", "lesson").filter(current__isnull=False)


def _crowded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Says so on a page where a visitor cannot become a guest."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        try:
            return view(request, *args, **options)
        except learners.TooManyGuestsError as error:
            return render(request, "429.html", {"why": str(error)}, status=429)

    return answer


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    learner = learners.current(request)
    listed, read = _listed(), readings.of(learner)
    solved = leaderboard.solved(learner) & {entry["slug"] for entry in listed}
    course = _course(listed, solved, read)
    return render(
        request,
        "home.html",
        {
            "lessons": course,
            "read": sum(entry["read"] for entry in course),
            "challenges": listed,
            "solved": solved,
            "points": leaderboard.points(learner),
            "latest": _latest(learner, solved),
            "next": _next(course, listed, solved),
        },
    )


@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    learner = learners.current(request)
    course = _course(_listed(), leaderboard.solved(learner), readings.of(learner))
    return render(request, "lessons.html", {"lessons": course})


@require_safe
def lesson(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Lesson, slug=slug)
    learner = learners.current(request)
    everything = list(Lesson.objects.all())
    at = everything.index(found)
    return render(
        request,
        "lesson.html",
        {
            "lesson": found,
            "at": at + 1,
            "count": len(everything),
            "body": markdown(found.body),
            "previous": everything[at - 1] if at else None,
            "next": everything[at + 1] if at + 1 < len(everything) else None,
            "challenges": [entry for entry in _listed() if entry["lesson"] == found],
            "levels": _levels().filter(lesson=found),
            "solved": leaderboard.solved(learner),
            "read": found.id in readings.of(learner),
        },
    )


@require_POST
@_crowded
def mark_read(request: HttpRequest, slug: str) -> HttpResponse:
    """The form at a lesson's end: read leads on to the next lesson, taking it back leads nowhere."""
    found = get_object_or_404(Lesson, slug=slug)
    read = request.POST.get("read") == "yes"
    readings.mark(learners.ensure(request), found, read=read)
    if not read:
        return redirect(f"{reverse('lesson', args=[slug])}#end")
    everything = list(Lesson.objects.all())
    following = everything[everything.index(found) + 1 :]
    return redirect("lesson", following[0].slug) if following else redirect("home")


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
        "explains": explains.lessons(),
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


@require_safe
def levels(request: HttpRequest) -> HttpResponse:
    """You are the scheduler: what to make programs do."""
    solved = leaderboard.solved(learners.current(request))
    return render(request, "levels.html", {"levels": _levels(), "solved": solved})


@require_safe
def level(request: HttpRequest, slug: str) -> HttpResponse:
    everything = list(_levels())
    found = next((each for each in everything if each.slug == slug), None)
    if found is None:
        raise Http404(f"there is no level {slug!r}")
    at = everything.index(found)
    return render(
        request,
        "level.html",
        {
            "challenge": found,
            "revision": found.current,
            "statement": markdown(found.current.statement),
            "par": found.current.level["par"],
            "at": at + 1,
            "count": len(everything),
            "next": everything[at + 1] if at + 1 < len(everything) else None,
            "help": _help(learners.current(request), found),
            "page": {"slug": slug},
        },
    )


@require_POST
@_crowded
def open_hint(request: HttpRequest, slug: str) -> HttpResponse:
    """The form beneath a challenge's statement; the API has the same for scripts."""
    found = get_object_or_404(_published(), slug=slug)
    number = request.POST.get("number", "")
    # Sent twice, or from a page that is out of date: what there is now is shown, and nothing more is opened.
    with contextlib.suppress(scoring.NoSuchHintError):
        scoring.open_hint(learners.ensure(request), found, int(number) if number.isdecimal() else 0)
    return redirect(f"{found.address}#help")


@require_POST
@_crowded
def give_up(request: HttpRequest, slug: str) -> HttpResponse:
    """The form that asks for confirmation."""
    found = get_object_or_404(_published(), slug=slug)
    scoring.give_up(learners.ensure(request), found)
    return redirect(f"{found.address}#help")


@require_safe
def play(request: HttpRequest) -> HttpResponse:
    own = _own(learners.current(request)).filter(revision=None)
    latest = own.first()
    page = {
        "starter": PLAY_STARTER,
        "source": latest.source if latest else None,
        "active": _active(own),
        "explains": explains.lessons(),
    }
    return render(request, "play.html", {"page": page, "guest_days": settings.GUEST_DAYS})


@require_safe
def shared(request: HttpRequest, key: str) -> HttpResponse:
    """The playground with a program that somebody shares: a copy to play with, which changes nothing of theirs."""
    found = Share.objects.filter(key=key).first()
    if found is None:
        return render(request, "share_gone.html", status=404)
    page = {
        "place": f"shared-{key}",
        "starter": found.source,
        "stdin": found.stdin,
        "schedule": found.schedule,
        "source": None,
        "active": None,
        "explains": explains.lessons(),
    }
    learner = learners.current(request)
    is_yours = learner is not None and learner.id == found.learner_id
    given = {"page": page, "share": found, "is_yours": is_yours, "guest_days": settings.GUEST_DAYS}
    answer = render(request, "play.html", given)
    # Unlisted by search engines too.
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_POST
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    if not shares.withdraw(learners.current(request), key):
        raise Http404("there is no such link of yours")
    messages.success(request, "The link is withdrawn: it leads nowhere now.")
    return redirect(f"{reverse('profile')}#shared")


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
            "page": {"explains": explains.lessons(), "stdin": row.stdin},
        },
    )


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    month = request.GET.get("time") == "month"
    since = leaderboard.month_of(timezone.now()) if month else leaderboard.EVER
    rows, own = leaderboard.page(learners.current(request), since)
    template = "parts/leaderboard.html" if request.GET.get("part") else "leaderboard.html"
    return render(request, template, {"rows": rows, "own": own, "month": month})


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What a learner has solved and sent; and, with an account, how others see them."""
    learner = learners.current(request)
    form = ProfileForm(request.POST or None, instance=learner) if learner and not learner.is_guest else None
    if request.method == "POST" and form is not None and form.is_valid():
        form.save()
        messages.success(request, "Your profile is saved.")
        return redirect("profile")
    solves = learner.solves.select_related("challenge__current").order_by("-at") if learner else []
    recent = _own(learner).select_related("revision__challenge__current")[:RECENT]
    _, own = leaderboard.page(learner)
    return render(
        request,
        "profile.html",
        {
            "form": form,
            "solves": solves,
            "total": _published().count(),
            "points": leaderboard.points(learner),
            "rank": own.rank if own else None,
            "guest_days": settings.GUEST_DAYS,
            "shares": learner.shares.all() if learner else [],
            "recent": [
                {**_entry(row), "challenge": row.revision and row.revision.challenge, "at": row.created}
                for row in recent
            ],
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_account(request: HttpRequest) -> HttpResponse:
    """Asks for the password, then deletes all that is the learner's."""
    user = request.user
    assert isinstance(user, User)
    if user.is_staff:
        # What instructors wrote stays the course's, so who takes their account away is somebody who knows.
        return render(request, "delete_account.html", {"form": None})
    form = DeleteAccountForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        learners.delete(user)
        logout(request)
        messages.success(request, "Your account is deleted, and all that belonged to it.")
        return redirect("home")
    own = _own(learners.current(request))
    return render(request, "delete_account.html", {"form": form, "count": own.count()})


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


def _course(listed: list[dict[str, Any]], solved: set[str], read: set[int]) -> list[dict[str, Any]]:
    """The lessons, each with whether it is read, how many challenges it has and how many of them are solved."""
    found = []
    for lesson in Lesson.objects.all():
        slugs = [entry["slug"] for entry in listed if entry["lesson"] == lesson]
        counts = {"challenges": len(slugs), "solved": len(solved.intersection(slugs))}
        found.append({"lesson": lesson, "read": lesson.id in read, **counts})
    return found


def _next(course: list[dict[str, Any]], listed: list[dict[str, Any]], solved: set[str]) -> dict[str, Any] | None:
    """The first step of the course that is not done: a lesson, or one of its challenges once it is read.

    Whoever has solved all that belongs to a lesson need not read it. Challenges of no lesson come last.
    """
    rest = [entry for entry in listed if entry["slug"] not in solved]
    for entry in course:
        lesson = entry["lesson"]
        if not entry["read"] and (entry["solved"] < entry["challenges"] or not entry["challenges"]):
            url = reverse("lesson", args=[lesson.slug])
            return {"kind": "lesson", "title": lesson.title, "summary": lesson.summary, "url": url}
        if step := next((one for one in rest if one["lesson"] == lesson), None):
            return _step(step)
    return _step(rest[0]) if rest else None


def _step(entry: dict[str, Any]) -> dict[str, Any]:
    url = reverse("challenge", args=[entry["slug"]])
    return {"kind": "challenge", "title": entry["title"], "summary": entry["summary"], "url": url}


def _latest(learner: Learner | None, solved: set[str]) -> Challenge | None:
    """The challenge that was worked on last, where it is not solved yet."""
    sent = (
        _own(learner)
        .filter(revision__challenge__current__isnull=False)
        .exclude(kind=Kind.LEVEL)
        .select_related("revision__challenge__current")
    )
    latest = sent.first()
    if latest is None or latest.revision.challenge.slug in solved:
        return None
    found: Challenge = latest.revision.challenge
    return found


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

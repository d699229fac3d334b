"""An instructor, who is no operator, edits the course in the admin."""

import html
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from playground import validations
from playground.admin.challenges import join_solutions, split_solutions
from playground.models import Challenge, Lesson, Revision, Validation
from tests.playground import make
from tests.playground.answer import Answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
MODELS = ("challenge", "revision", "lesson", "submission", "testresult")


def instructor(*models: str, actions: tuple[str, ...] = ("add", "change", "view", "delete")) -> User:
    user = User.objects.create_user("instructor", password=make.PASSWORD, is_staff=True)
    names = [f"{action}_{model}" for action in actions for model in models or MODELS]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    assert user.user_permissions.count() == len(names)
    return user


@pytest.fixture
def browser() -> Client:
    browser = Client()
    browser.force_login(instructor())
    return browser


def form(page: Answer) -> dict[str, Any]:
    """What a browser would send back without touching anything."""
    fields: dict[str, Any] = {}
    given = page.context["adminform"].form
    for bound in given:
        value = bound.value()
        if isinstance(value, bool):
            if value:
                fields[bound.html_name] = "on"
        elif value is not None:
            fields[bound.html_name] = value
    for inline in page.context["inline_admin_formsets"]:
        management = inline.formset.management_form
        fields |= {bound.html_name: bound.value() for bound in management}
        for one in inline.formset.forms:
            fields |= {bound.html_name: bound.value() for bound in one if bound.value() is not None}
    return fields


def address(challenge: Challenge) -> str:
    return f"/admin/playground/challenge/{challenge.pk}/change/"


def page_of(revision: Revision) -> str:
    return f"/admin/playground/challenge/revisions/{revision.pk}/"


def edited(browser: Client, challenge: Challenge, **changes: Any) -> Answer:
    fields = form(browser.get(address(challenge))) | changes
    return browser.post(address(challenge), {name: value for name, value in fields.items() if value is not ...})


def said(answer: Answer) -> str:
    """The errors that a refused form shows."""
    assert answer.status_code == 200
    lists = re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', answer.content.decode(), re.DOTALL)
    return html.unescape(" ".join(lists))


def latest(slug: str = "counter") -> Revision:
    found = Revision.objects.filter(challenge__slug=slug).first()
    assert found is not None
    return found


def current(slug: str = "counter") -> Revision:
    found = Challenge.objects.get(slug=slug).current
    assert found is not None
    return found


def test_an_edit_is_a_new_revision_and_a_draft(browser: Client, revision: Revision) -> None:
    answer = edited(browser, revision.challenge, title="Better", wall_seconds="7.5", hints_text="One\n\nTwo\n")
    assert (answer.status_code, answer["Location"]) == (302, page_of(latest()))
    assert (latest().number, latest().title) == (2, "Better")
    assert (latest().measure.wall_seconds, latest().hints) == (7.5, ["One", "Two"])
    # What has no field in the form is carried over.
    assert latest().forbid == {"imports": ["ctypes"]}
    assert current() == revision
    assert b"Revision 2 is kept as a draft." in browser.get(page_of(latest())).content
    assert form(browser.get(address(revision.challenge)))["title"] == "Better"


def test_saved_without_an_edit_there_is_no_new_revision(browser: Client, revision: Revision) -> None:
    assert edited(browser, revision.challenge).status_code == 302
    assert Revision.objects.count() == 1
    assert b"is what learners meet already" in browser.get(page_of(revision)).content
    assert not Validation.objects.exists()


def test_another_place_in_the_course_is_no_new_revision(browser: Client, revision: Revision) -> None:
    lesson = Lesson.objects.create(slug="locks", title="Locks")
    for order, where in ((revision.challenge.order + 1, lesson.pk), (revision.challenge.order, "")):
        answer = edited(browser, revision.challenge, order=order, lesson=where)
        assert (answer.status_code, answer["Location"]) == (302, page_of(revision))
        challenge = Challenge.objects.get()
        assert (challenge.order, challenge.lesson_id or "") == (order, where)
    assert Revision.objects.count() == 1
    assert not Validation.objects.exists()


def test_a_place_that_an_older_revision_had_brings_it_not_back(browser: Client, revision: Revision) -> None:
    """Files that say the same at another place make a revision, and that stays the one that learners meet."""
    moved = make.revision(order=revision.challenge.order + 1)
    assert (moved.number, current()) == (2, moved)
    assert edited(browser, moved.challenge, order=revision.challenge.order)["Location"] == page_of(moved)
    assert current() == moved
    assert not Validation.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"scenario": "    # indented\ndef go():\n    return 1\n"},
        {"starter": "\n\nx = 1\n"},
        {"checks": "x = '\x0c\u2028\u0085'\n"},
        {"solutions": {"a.py": "# verdict: ACCEPTED\nx = '\u2028 \x1c'\n", "b.py": "# verdict: RACE\n\n\ny = 2\n"}},
        {"statement": "  code\n\n* list\n"},
        {"explanation": "  code\n\n* list\n"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_no_character_of_what_was_written_is_changed(browser: Client, changes: dict[str, Any]) -> None:
    one = make.revision(**changes)
    assert edited(browser, one.challenge).status_code == 302
    assert current() == one


def test_lines_as_browsers_send_them_are_the_same_lines(browser: Client, revision: Revision) -> None:
    fields = form(browser.get(address(revision.challenge)))
    windows = {name: value.replace("\n", "\r\n") for name, value in fields.items() if isinstance(value, str)}
    assert browser.post(address(revision.challenge), fields | windows).status_code == 302
    assert current() == revision


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": ""}, "This field is required"),
        ({"points": "1001"}, "less than or equal to 1000"),
        ({"order": "10001"}, "order must be a whole number from 0 to 10000"),
        ({"difficulty": "easy"}, "easy is not one of the available choices"),
        ({"starter": "x\0"}, "Null characters are not allowed"),
        ({"checks": "#" * 65_537}, "checks.py: the source has 65,537 bytes, 65,536 are allowed"),
        ({"wall_seconds": "0"}, "limit wall_seconds = 0.0 is out of range: use 0.1 to 120"),
        ({"memory_mib": "9999"}, "limit memory_mib = 9999 is out of range: use 32 to 2048"),
        ({"memory_mib": "many"}, "Enter a whole number"),
        ({"solutions_text": "x = 1\n"}, "'x = 1' stands before the first file: begin each with `# file: name.py`"),
        ({"solutions_text": "# file: a.py\nx = 1\n"}, "solutions/a.py: the first line is 'x = 1': write `# verdict: `"),
        ({"solutions_text": "# file: a.py\n# verdict: GOOD\n"}, "solutions/a.py: 'GOOD' is no verdict"),
        ({"solutions_text": "# file: a.py\n# verdict: RACE\n" * 2}, "a.py is there twice"),
        ({"solutions_text": "# file: A B.txt\n# verdict: RACE\n"}, "solutions/A B.txt: use a name of lower-case"),
    ],
)
def test_what_is_wrong_is_refused_with_the_reason_and_nothing_is_lost(
    browser: Client, revision: Revision, changes: dict[str, Any], reason: str
) -> None:
    answer = edited(browser, revision.challenge, **{"statement": "# Much work went into this\n", **changes})
    assert reason in said(answer)
    kept = form(answer)
    assert kept["statement"] == "# Much work went into this\n"
    for name, value in changes.items():
        assert kept[name] == value
    assert Revision.objects.count() == 1


def test_the_slug_stays_as_it_is(browser: Client, revision: Revision) -> None:
    assert edited(browser, revision.challenge, slug="other", title="Better").status_code == 302
    assert Challenge.objects.get().slug == "counter"
    assert b"Links and submissions use it" in browser.get(address(revision.challenge)).content


def new(browser: Client, **given: Any) -> Answer:
    fields = form(browser.get("/admin/playground/challenge/add/"))
    return browser.post("/admin/playground/challenge/add/", {**fields, **given})


def whole(**changes: Any) -> dict[str, Any]:
    return {
        "slug": "own",
        "title": "Own",
        "summary": "One's own.",
        "difficulty": "hard",
        "order": "5",
        "statement": "# Own\n",
        "starter": "x = 0\n",
        "scenario": "def go(solution, case):\n    return 1\n",
        "checks": "y = 1\n",
        "solutions_text": "# file: right.py\n# verdict: ACCEPTED\nx = 1\n",
        "tags": "lock, queue,, lock-free ",
        **changes,
    }


def test_a_new_challenge_is_a_draft(browser: Client) -> None:
    lesson = Lesson.objects.create(slug="threads", title="Threads")
    assert new(browser, **whole(lesson=lesson.pk)).status_code == 302
    made = latest("own")
    assert (made.number, made.points, made.tags) == (1, 30, ["lock", "queue", "lock-free"])
    assert (made.challenge.lesson, made.challenge.order) == (lesson, 5)
    assert made.solutions == {"right.py": "# verdict: ACCEPTED\nx = 1\n"}
    assert browser.get("/challenges/own/").status_code == 404
    assert validations.refusal(made).startswith("its validation is still going on")


@pytest.mark.parametrize(
    ("slug", "reason"),
    [("counter", "already exists"), ("Not A Slug", "valid"), ("a_b", "lower-case words"), ("", "required")],
)
def test_a_new_challenge_needs_a_slug_of_its_own(browser: Client, revision: Revision, slug: str, reason: str) -> None:
    answer = new(browser, **whole(slug=slug))
    assert reason in said(answer)
    assert form(answer)["title"] == "Own"
    assert Challenge.objects.count() == 1
    assert current() == revision


def test_revisions_are_listed_and_cannot_be_edited(browser: Client, revision: Revision) -> None:
    make.revision(title="Second")
    page = browser.get(address(revision.challenge)).content.decode()
    assert "Revisions, which never change" in page
    assert revision.digest in page
    fields = {
        "revisions-0-id": revision.pk,
        "revisions-0-title": "Changed",
        "revisions-0-DELETE": "on",
        "revisions-TOTAL_FORMS": "2",
        "revisions-INITIAL_FORMS": "2",
    }
    edited(browser, revision.challenge, **fields)
    assert set(Revision.objects.values_list("title", flat=True)) == {"Counter", "Second"}


def test_a_challenge_nobody_worked_on_may_be_deleted(browser: Client, revision: Revision) -> None:
    path = f"/admin/playground/challenge/{revision.challenge.pk}/delete/"
    assert browser.post(path, {"post": "yes"}).status_code == 302
    assert not Challenge.objects.exists()
    assert not Revision.objects.exists()


def test_a_challenge_with_submissions_is_kept(browser: Client, revision: Revision) -> None:
    make.graded(make.learner("ada"), revision)
    path = f"/admin/playground/challenge/{revision.challenge.pk}/delete/"
    assert browser.post(path, {"post": "yes"}).status_code == 403
    answer = browser.post(
        "/admin/playground/challenge/",
        {"action": "delete_selected", "_selected_action": [revision.challenge.pk], "post": "yes"},
    )
    assert answer.status_code == 200
    assert Challenge.objects.exists()


def test_who_may_only_look_changes_nothing(revision: Revision) -> None:
    browser = Client()
    browser.force_login(instructor(actions=("view",)))
    page = browser.get(address(revision.challenge))
    assert page.status_code == 200
    assert browser.post(address(revision.challenge), {"title": "x"}).status_code == 403
    assert browser.get("/admin/playground/challenge/add/").status_code == 403


def test_learners_have_no_admin(client: Client, revision: Revision) -> None:
    client.force_login(User.objects.create_user("ada"))
    for path in ("/admin/", address(revision.challenge), "/admin/playground/submission/"):
        assert client.get(path).status_code == 302


def test_lessons_are_edited(browser: Client) -> None:
    answer = browser.post(
        "/admin/playground/lesson/add/",
        {"slug": "locks", "order": "3", "title": "Locks", "summary": "One at a time.", "body": "# Locks"},
    )
    assert answer.status_code == 302
    lesson = Lesson.objects.get()
    path = f"/admin/playground/lesson/{lesson.pk}/change/"
    answer = browser.post(path, {"slug": "locks", "order": "3", "title": "", "summary": "x", "body": "kept"})
    assert "required" in said(answer)
    assert "kept" in answer.content.decode()
    fields = {"slug": "locks", "order": "3", "title": "Locks!", "summary": "x", "body": "y"}
    assert browser.post(path, fields).status_code == 302
    assert "Locks!" in browser.get("/lessons/locks/").content.decode()


def test_solutions_as_one_text_and_back() -> None:
    solutions = {
        "b.py": "# verdict: RACE\n\n\nx = 1\n",
        "a.py": "# verdict: ACCEPTED\ns = '\x0c\u2028\x85'\n# file  is no header\n",
    }
    assert split_solutions(join_solutions(solutions)) == solutions
    assert split_solutions("") == split_solutions("\n\n") == {}
    assert join_solutions({}) == ""

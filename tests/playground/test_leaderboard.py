"""Points, ranks and one's own row."""

import random
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from lockstep.verdicts import Verdict
from playground import leaderboard, streams, submissions
from playground.models import Challenge, Learner, Revision, Solve, Submission
from playground.models.submission import Kind
from tests.playground import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def solved(name: str, *revisions: Revision, minutes: int = 0) -> Learner:
    learner = make.learner(name)
    for revision in revisions:
        Solve.objects.create(learner=learner, challenge=revision.challenge, at=NOON + timedelta(minutes=minutes))
    leaderboard.stand(learner)
    return learner


def listed(you: Learner | None = None) -> list[tuple[int, str, int, int]]:
    return [(row.rank, row.name, row.points, row.solved) for row in leaderboard.page(you)[0]]


def test_points_count_once_for_each_challenge(learner: Learner, revision: Revision) -> None:
    other = make.revision("second", points=50)
    for against in (revision, revision, other):
        make.graded(learner, against)
    make.graded(learner, make.revision("third"), Verdict.RACE)
    assert listed() == [(1, "ada", 70, 2)]
    assert leaderboard.points(learner) == 70
    assert leaderboard.solved(learner) == {"counter", "second"}


def test_a_new_revision_does_not_count_again_and_its_points_hold(learner: Learner, revision: Revision) -> None:
    make.graded(learner, revision)
    newer = make.revision(points=35)
    assert newer.challenge == revision.challenge
    make.graded(learner, newer)
    assert listed() == [(1, "ada", 35, 1)]


def test_most_points_first_and_ties_by_who_was_there_first(revision: Revision) -> None:
    second = make.revision("second", points=30)
    solved("late", revision, second, minutes=5)
    solved("early", revision, second, minutes=1)
    solved("few", revision, minutes=0)
    assert listed() == [(1, "early", 50, 2), (2, "late", 50, 2), (3, "few", 20, 1)]


def test_a_tie_to_the_second_has_one_order_for_all(revision: Revision) -> None:
    people = [solved(f"p{i}", revision) for i in range(5)]
    order = [row[1] for row in listed()]
    for person in people:
        rows, own = leaderboard.page(person)
        assert [row.name for row in rows] == order
        assert own is not None
        assert order[own.rank - 1] == own.name


def test_ones_own_row_is_seen_wherever_it_is(revision: Revision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaderboard, "PAGE", 3)
    people = [solved(f"p{i}", revision, minutes=i) for i in range(6)]
    for rank, person in enumerate(people, start=1):
        rows, own = leaderboard.page(person)
        assert [row.name for row in rows] == ["p0", "p1", "p2"]
        assert own == leaderboard.Row(rank, person.display_name, 20, 1, is_you=True)
        assert [row.name for row in rows if row.is_you] == ([person.display_name] if rank <= 3 else [])


def test_who_has_solved_nothing_has_no_row(learner: Learner, revision: Revision) -> None:
    assert leaderboard.page(learner) == ([], None)
    assert leaderboard.page(None) == ([], None)
    assert leaderboard.points(None) == 0
    assert leaderboard.solved(None) == set()


def test_guests_and_closed_accounts_are_not_listed(revision: Revision) -> None:
    guest = make.learner()
    make.graded(guest, revision)
    closed = solved("closed", revision)
    assert closed.user
    closed.user.is_active = False
    closed.user.save()
    assert leaderboard.page(guest) == ([], None)
    assert leaderboard.points(guest) == 20


def test_graded_again_the_points_follow(learner: Learner, revision: Revision) -> None:
    row = make.graded(learner, revision)
    rival = solved("rival", revision)
    Solve.objects.filter(learner=rival).update(at=row.created + timedelta(seconds=1))
    leaderboard.stand(rival)
    assert [name for _, name, _, _ in listed()] == ["ada", "rival"]
    submissions.rejudge([row])
    assert [name for _, name, _, _ in listed()] == ["ada", "rival"]
    submissions.finish(make.claimed(row), make.outcome())
    assert [name for _, name, _, _ in listed()] == ["ada", "rival"]
    submissions.rejudge([row])
    submissions.finish(make.claimed(row), make.outcome(Verdict.RACE))
    assert [name for _, name, _, _ in listed()] == ["rival"]


def test_the_page_shows_names_as_text(client: Client, revision: Revision) -> None:
    solved("<script>alert(1)</script>", revision)
    page = client.get("/leaderboard/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_long_board_costs_few_queries(revision: Revision, django_assert_max_num_queries: object) -> None:
    people = [solved(f"p{i}", revision) for i in range(20)]
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        leaderboard.page(people[0])


def test_a_month_counts_only_what_was_solved_in_it(revision: Revision) -> None:
    second = make.revision("second", points=30)
    january, february, march = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))
    ada = solved("ada", revision, second)
    bob = solved("bob", revision, minutes=60)
    # The first moment of February, and the last one.
    for learner, against, at in (
        (ada, second, february),
        (bob, revision, march - timedelta(microseconds=1)),
    ):
        Solve.objects.filter(learner=learner, challenge=against.challenge).update(at=at)
        leaderboard.stand(learner)
    rows = {month: leaderboard.page(None, month)[0] for month in (january, february, march)}
    assert {month: [(row.name, row.points, row.solved) for row in found] for month, found in rows.items()} == {
        january: [("ada", 20, 1)],
        february: [("ada", 30, 1), ("bob", 20, 1)],
        march: [],
    }
    assert leaderboard.page(bob, january)[1] is None
    assert listed() == [(1, "ada", 50, 2), (2, "bob", 20, 1)]
    assert leaderboard.month_of(march - timedelta(microseconds=1)) == february
    # Other points count in every month.
    make.revision("second", points=10)
    assert [(row.name, row.points) for row in leaderboard.page(None, february)[0]] == [("bob", 20), ("ada", 10)]
    assert listed() == [(1, "ada", 30, 2), (2, "bob", 20, 1)]


def by_solves() -> dict[str, tuple[int, int]]:
    """Points and count of every account on the board, from the submissions, by hand."""
    found: dict[str, tuple[int, int]] = {}
    for learner in Learner.objects.filter(user__is_active=True, listed=True):
        first: dict[int, Submission] = {}
        for row in learner.submissions.filter(verdict=Verdict.ACCEPTED, kind=Kind.SUBMIT).order_by("created"):
            assert row.revision
            first.setdefault(row.revision.challenge_id, row)
        current = [Challenge.objects.get(id=challenge).current for challenge in first]
        if current:
            found[learner.display_name] = (sum(one.points for one in current if one), len(current))
    return found


def test_whatever_happens_the_board_is_what_the_submissions_say(settings: Any) -> None:
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    settings.IN_FLIGHT_PER_LEARNER = settings.PROGRAMS_PER_MINUTE = 1000
    slugs = ("one", "two", "three")
    for slug in slugs:
        make.revision(slug)
    people = [make.learner(f"p{i}") for i in range(4)]

    def send() -> None:
        current = Challenge.objects.get(slug=chance.choice(slugs)).current
        assert current
        make.graded(chance.choice(people), current, chance.choice((Verdict.ACCEPTED, Verdict.RACE)))

    def rejudge() -> None:
        row = chance.choice(Submission.objects.all())
        submissions.rejudge([row])
        submissions.finish(make.claimed(row), make.outcome(chance.choice((Verdict.ACCEPTED, Verdict.RACE))))

    def publish() -> None:
        make.revision(chance.choice(slugs), points=chance.randrange(1, 9) * 10)

    def close() -> None:
        user = User.objects.get(learner=chance.choice(people))
        user.is_active = not user.is_active
        user.save()

    send()
    for _ in range(60):
        chance.choice((send, send, rejudge, rejudge, publish, close))()
        ranks = [(row.points, row.solved) for row in leaderboard.page(None)[0]]
        assert {row.name: (row.points, row.solved) for row in leaderboard.page(None)[0]} == by_solves()
        assert [points for points, _ in ranks] == sorted((points for points, _ in ranks), reverse=True)


@make.committed
def test_verdicts_that_come_at_once_all_count(learner: Learner, settings: Any) -> None:
    settings.IN_FLIGHT_PER_LEARNER = 100
    claims = [make.claimed(make.submission(learner, make.revision(f"c{i}"))) for i in range(4)]
    make.at_once([partial(submissions.finish, claim, make.outcome()) for claim in claims])
    assert [(row.points, row.solved) for row in leaderboard.page(None)[0]] == [(80, 4)]


def test_who_does_not_want_to_be_listed_sees_the_own_row_alone(revision: Revision) -> None:
    ada, bob = solved("ada", revision), solved("bob", revision, minutes=1)
    ada.listed = False
    ada.save()
    leaderboard.relist(ada)
    assert listed() == [(1, "bob", 20, 1)]
    rows, own = leaderboard.page(ada)
    assert [row.name for row in rows] == ["bob"]
    assert own is not None
    assert (own.rank, own.name, own.is_you) == (1, "ada", True)
    assert leaderboard.page(bob)[1] == leaderboard.page(bob)[0][0]


@make.committed
def test_pages_that_show_it_are_told_when_it_changes_and_only_then(revision: Revision, client: Client) -> None:
    ada, guest = make.learner("ada"), make.learner()
    with streams.client().pubsub(ignore_subscribe_messages=True) as told:  # type: ignore[no-untyped-call]
        told.subscribe(streams.WAKE)
        told.get_message(timeout=make.PATIENCE)

        def changed() -> int:
            """How often it was said since the last call."""
            streams.client().publish(streams.WAKE, "that is all")
            found: list[str] = []
            while not found or found[-1] != "that is all":
                message = told.get_message(timeout=make.PATIENCE)
                found += [message["data"]] if message else []
            return found.count(streams.BOARD)

        make.graded(ada, revision, Verdict.RACE)
        make.graded(guest, revision)
        assert changed() == 0
        make.graded(ada, revision)
        assert changed() == 1
        make.graded(ada, revision)
        assert changed() == 0
        assert ada.user
        client.force_login(ada.user)
        client.post("/profile/", {"name": "Countess", "listed": "on"})
        assert changed() == 1

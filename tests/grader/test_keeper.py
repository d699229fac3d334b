"""The keeper renews what a worker holds, and removes at once what is no longer wanted."""

import threading
import time
from collections.abc import Iterator

import pytest
from django.db import OperationalError
from django.utils import timezone

from grader import keeper as keeper_module
from grader.keeper import Keeper
from lockstep.verdicts import State, Verdict
from playground import submissions, validations
from playground.models import Learner, Revision, Submission, Validation
from tests.grader.leases import ScriptedLease
from tests.playground import make
from tests.playground.make import until

pytestmark = [make.committed, pytest.mark.usefixtures("valkey")]
SOON = 0.5


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    keeper = Keeper()
    yield keeper
    # Its thread looks no more at a database that the next test empties.
    until("it holds nothing", lambda: not keeper._held)


@pytest.fixture
def row(transactional_db: None) -> Submission:
    return make.submission(Learner.objects.create())


def closed_soon(lease: ScriptedLease) -> None:
    began = time.monotonic()
    assert lease.closed.wait(20)
    assert time.monotonic() - began < SOON + 0.25


def test_a_claim_that_holds_is_renewed(keeper: Keeper, row: Submission, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper_module, "RENEW_SECONDS", 0.0)
    claim = make.claimed(row)
    lease = ScriptedLease()
    with keeper.keeping(claim):
        keeper.attach(claim, lease)
        make.aged(Submission.objects)
        until("it is renewed", lambda: _lease_is_new(row))
    assert not lease.closed.is_set()
    assert submissions.still_held([claim]) == {claim}


def _lease_is_new(row: Submission | Validation) -> bool:
    row.refresh_from_db()
    assert row.lease is not None
    return row.lease.timestamp() > time.time()


def test_a_stopped_submissions_sandbox_is_removed_soon_and_once(keeper: Keeper, row: Submission) -> None:
    claim = make.claimed(row)
    lease = ScriptedLease()
    with keeper.keeping(claim):
        keeper.attach(claim, lease)
        submissions.cancel(row.id)
        closed_soon(lease)
        looks = _count_looks()
        until("it has looked again", lambda: next(looks) >= 3)
    assert lease.closes == 1


def test_a_sandbox_that_has_done_its_work_is_left_to_who_leased_it(
    keeper: Keeper, row: Submission, caplog: pytest.LogCaptureFixture
) -> None:
    claim = make.claimed(row)
    lease = ScriptedLease()
    with keeper.keeping(claim):
        keeper.attach(claim, lease)
        keeper.detach(claim)
        assert submissions.finish(claim, make.outcome(Verdict.ACCEPTED))
        looks = _count_looks()
        until("it has looked again", lambda: next(looks) >= 3)
    assert lease.closes == 0
    assert "no longer" not in caplog.text


def _count_looks() -> Iterator[int]:
    began = time.monotonic()
    while True:
        yield int((time.monotonic() - began) / keeper_module.LOOK_SECONDS)


def test_a_claim_that_another_has_taken_over_ends_too(keeper: Keeper, row: Submission) -> None:
    claim = make.claimed(row)
    make.aged(Submission.objects)
    make.claimed(row)
    lease = ScriptedLease()
    with keeper.keeping(claim):
        keeper.attach(claim, lease)
        closed_soon(lease)


def test_stopped_before_it_had_a_sandbox_it_loses_it_as_soon_as_it_has_one(keeper: Keeper, row: Submission) -> None:
    claim = make.claimed(row)
    lease = ScriptedLease()
    with keeper.keeping(claim):
        submissions.cancel(row.id)
        keeper.attach(claim, lease)
        closed_soon(lease)


def test_only_the_lost_claims_sandbox_is_removed(keeper: Keeper, row: Submission) -> None:
    other = make.submission(row.learner)
    claims = make.claimed(row), make.claimed(other)
    leases = ScriptedLease(), ScriptedLease()
    with keeper.keeping(claims[0]), keeper.keeping(claims[1]):
        for claim, lease in zip(claims, leases, strict=True):
            keeper.attach(claim, lease)
        submissions.cancel(row.id)
        closed_soon(leases[0])
        assert not leases[1].closed.is_set()


def test_an_engine_that_hangs_or_fails_stops_nobody_elses_renewal(
    keeper: Keeper, row: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "RENEW_SECONDS", 0.0)
    go_on = threading.Event()

    class Hanging(ScriptedLease):
        def close(self) -> None:
            super().close()
            go_on.wait(20)
            raise RuntimeError("the engine went away")

    other = make.submission(row.learner)
    lost, kept = make.claimed(row), make.claimed(other)
    hanging = Hanging()
    with keeper.keeping(lost), keeper.keeping(kept):
        keeper.attach(lost, hanging)
        submissions.cancel(row.id)
        closed_soon(hanging)
        make.aged(Submission.objects)
        until("the other is renewed", lambda: _lease_is_new(other))
        go_on.set()
        make.aged(Submission.objects)
        until("the other is renewed again", lambda: _lease_is_new(other))


def test_a_database_that_is_away_for_a_moment_ends_nothing(
    keeper: Keeper, row: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[str] = []
    still_held = submissions.still_held

    def away(claims: object) -> object:
        if len(failed) < 2:
            failed.append("")
            raise OperationalError("away")
        return still_held(claims)  # type: ignore[arg-type]

    monkeypatch.setattr(keeper_module, "RENEW_SECONDS", 1000.0)
    monkeypatch.setattr(submissions, "still_held", away)
    claim = make.claimed(row)
    lease = ScriptedLease()
    with keeper.keeping(claim):
        keeper.attach(claim, lease)
        until("it was away", lambda: len(failed) == 2)
        assert not lease.closed.is_set()
        submissions.cancel(row.id)
        assert lease.closed.wait(20)


def validating() -> validations.Claim:
    revision = make.revision()
    validations.request(revision)
    claim = validations.claim(revision.pk)
    assert claim is not None
    return claim


def test_the_claim_of_a_validation_is_kept_as_well(
    keeper: Keeper, row: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper_module, "RENEW_SECONDS", 0.0)
    claim, other = validating(), make.claimed(row)
    leases = ScriptedLease(), ScriptedLease()
    with keeper.keeping(claim), keeper.keeping(other):
        keeper.attach(claim, leases[0])
        keeper.attach(other, leases[1])
        Validation.objects.update(lease=timezone.now())
        make.aged(Submission.objects)
        until("both are renewed", lambda: _lease_is_new(row) and _lease_is_new(Validation.objects.get()))
        validations.request(Revision.objects.get())
        closed_soon(leases[0])
        assert not leases[1].closed.is_set()


def test_a_worker_that_ends_gives_back_what_it_holds(keeper: Keeper, row: Submission) -> None:
    claim, other = make.claimed(row), validating()
    leases = ScriptedLease(), ScriptedLease()
    with keeper.keeping(claim), keeper.keeping(other):
        keeper.attach(claim, leases[0])
        keeper.attach(other, leases[1])
        keeper.give_all_back()
        assert keeper.stopping
        for lease in leases:
            closed_soon(lease)
        row.refresh_from_db()
        assert (row.state, row.failures, row.token) == (State.QUEUED, 0, None)
        validation = Validation.objects.get()
        assert (validation.green, validation.failures, validation.token) == (None, 0, None)
    assert not submissions.finish(claim, make.outcome(None))
    assert validations.take_back() == 1

"""Who is asking: the learner of an account, or the guest that the session remembers."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone

from lockstep.verdicts import State
from playground import leaderboard, readings, scoring, submissions
from playground.models import Challenge, Learner, Share, Submission

SESSION_KEY = "learner"


Visitor = AbstractBaseUser | AnonymousUser


class TooManyGuestsError(Exception):
    """Too many guests came from one address; the message says what to do."""


def current(request: HttpRequest) -> Learner | None:
    """The learner of this request; None for a visitor who has not done anything yet."""
    return of(request.user, request.session)


def of(user: Visitor, session: SessionBase) -> Learner | None:
    """The learner of a user and a session, as a request or a socket has them."""
    if isinstance(user, User):
        learner, _ = Learner.objects.select_related("user").get_or_create(user=user)
        return learner
    return guest(session)


def guest(session: SessionBase) -> Learner | None:
    """The guest that a session remembers, if any."""
    try:
        return Learner.objects.filter(id=uuid.UUID(session.get(SESSION_KEY, "")), user=None).first()
    except ValueError:
        return None


def ensure(request: HttpRequest) -> Learner:
    """The learner of this request; a visitor becomes a guest, remembered by the session. Raises TooManyGuestsError."""
    learner = current(request)
    if learner is None:
        if not ratelimit.consume(request, action="new_guest"):
            raise TooManyGuestsError(
                "too many guests have come from your address: wait a minute, or log in to an account"
            )
        learner = Learner.objects.create()
        request.session[SESSION_KEY] = str(learner.id)
    return learner


@contextmanager
def lasting(request: HttpRequest) -> Iterator[Learner]:
    """As ensure(), but a visitor stays a visitor where the block raises: nothing is kept of who got no answer."""
    known = current(request)
    learner = known or ensure(request)
    try:
        yield learner
    except BaseException:
        if known is None:
            request.session.pop(SESSION_KEY, None)
            learner.delete()
        raise


def adopt(user: User, session: SessionBase) -> None:
    """What a guest did belongs to the account from now on: to a new one as it is, to an old one in addition."""
    known = guest(session)
    if known is None:
        return
    with transaction.atomic():
        own = Learner.objects.filter(user=user).first()
        if own is None:
            if Learner.objects.filter(id=known.id, user=None).update(user=user):
                leaderboard.relist(known)
        else:
            challenges = Challenge.objects.filter(solves__learner=known)
            scoring.merge(known, own)
            readings.merge(known, own)
            Submission.objects.filter(learner=known).update(learner=own)
            Share.objects.filter(learner=known).update(learner=own)
            for challenge in challenges:
                leaderboard.record(own, challenge)
            known.delete()
        leaderboard.announce()
    session.pop(SESSION_KEY, None)


def delete(user: User) -> None:
    """Deletes an account with all that is the learner's. What runs is stopped; nothing is kept."""
    for row in Submission.objects.filter(learner__user=user).exclude(state=State.DONE):
        submissions.cancel(row.id)
    user.delete()
    leaderboard.announce()


def sweep() -> int:
    """Removes guests who have not sent anything for long, the oldest where there are too many, and ended sessions.

    Says how many guests. Safe to run in every worker at once.
    """
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    before = timezone.now() - timedelta(days=settings.GUEST_DAYS)
    guests = Learner.objects.filter(user=None)
    # Nobody's program is taken away while it runs.
    idle = guests.exclude(submissions__in=Submission.objects.exclude(state=State.DONE))
    old = idle.filter(created__lt=before).exclude(submissions__created__gte=before)
    count = _remove(old)
    if (beyond := guests.count() - settings.GUESTS) > 0:
        seen = idle.annotate(seen=Coalesce(Max("submissions__created"), "created"))
        count += _remove(seen.order_by("seen")[:beyond])
    return count


def _remove(guests: QuerySet[Learner]) -> int:
    """In small transactions, that nobody's writing waits for long."""
    count = 0
    for one in guests.values_list("id", flat=True):
        with transaction.atomic():
            # Whoever signs up in this moment is none any more, or finds nothing to take along.
            still = Learner.objects.select_for_update().filter(id=one, user=None).first()
            if still is not None:
                still.delete()
                count += 1
    return count

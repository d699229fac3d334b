"""Who is asking: the learner of an account, or the guest that the session remembers."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest

from playground import leaderboard, scoring
from playground.models import Challenge, Learner, Submission

SESSION_KEY = "learner"


Visitor = AbstractBaseUser | AnonymousUser


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
    """The learner of this request; a visitor becomes a guest, remembered by the session."""
    learner = current(request)
    if learner is None:
        learner = Learner.objects.create()
        request.session[SESSION_KEY] = str(learner.id)
    return learner


def adopt(user: User, session: SessionBase) -> None:
    """What a guest did belongs to the account from now on: to a new one as it is, to an old one in addition."""
    known = guest(session)
    if known is None:
        return
    with transaction.atomic():
        own = Learner.objects.filter(user=user).first()
        if own is None:
            Learner.objects.filter(id=known.id, user=None).update(user=user)
        else:
            challenges = Challenge.objects.filter(solves__learner=known)
            scoring.merge(known, own)
            Submission.objects.filter(learner=known).update(learner=own)
            for challenge in challenges:
                leaderboard.record(own, challenge)
            known.delete()
    session.pop(SESSION_KEY, None)

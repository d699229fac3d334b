"""Programs and interleavings shared by a link: unlisted, only read, and gone when their learner withdraws them."""

from django.db import transaction

from lockstep.source import check_source
from playground.models import Learner, Share
from playground.submissions import TooManyError

MOST = 100
"""Links that one learner may have."""


def share(learner: Learner, source: str, *, stdin: str = "", schedule: str = "") -> Share:
    """The link of this program (and schedule, if it is one interleaving that is shared); made once.

    Raises BadSourceError for what is no source and TooManyError where the learner has too many links.
    """
    text = check_source(source)
    with transaction.atomic():
        Learner.objects.select_for_update().get(id=learner.id)
        known = learner.shares.filter(source=text, stdin=stdin, schedule=schedule).first()
        if known is not None:
            return known
        if learner.shares.count() >= MOST:
            raise TooManyError(f"you share {MOST} programs, which is all you may: withdraw one on your profile")
        return Share.objects.create(learner=learner, source=text, stdin=stdin, schedule=schedule)


def withdraw(learner: Learner | None, key: str) -> bool:
    """Ends a link of that learner's; says whether there was one."""
    return bool(Share.objects.filter(key=key, learner=learner).delete()[0])

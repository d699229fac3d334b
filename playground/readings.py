"""Which lessons a learner has read. The learner says so: that a page was open, or scrolled, tells nobody that."""

from playground.models import Learner, Lesson, Reading


def of(learner: Learner | None) -> set[int]:
    """The ids of the lessons that a learner has read."""
    return set(learner.readings.values_list("lesson", flat=True)) if learner else set()


def mark(learner: Learner, lesson: Lesson, *, read: bool) -> None:
    """Writes down that it was read, or takes that back; either as often as one likes."""
    if read:
        Reading.objects.get_or_create(learner=learner, lesson=lesson)
    else:
        Reading.objects.filter(learner=learner, lesson=lesson).delete()


def merge(guest: Learner, account: Learner) -> None:
    """What a guest has read the account has read too."""
    Reading.objects.filter(learner=guest).exclude(lesson__readings__learner=account).update(learner=account)

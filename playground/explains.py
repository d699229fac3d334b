"""Which lesson explains a verdict: the first whose slug or title has a word of it."""

from django.urls import reverse

from lockstep.verdicts import Verdict
from playground.models import Lesson

_WORDS: dict[Verdict, tuple[str, ...]] = {
    Verdict.RACE: ("race",),
    Verdict.NONDETERMINISTIC: ("race",),
    Verdict.DEADLOCK: ("deadlock",),
    Verdict.LIVELOCK: ("livelock", "deadlock"),
    Verdict.LEAK: ("trap", "thread"),
    Verdict.TIME_LIMIT: ("gil", "parallel"),
    Verdict.PROCESS_LIMIT: ("process",),
}


def lessons() -> dict[str, dict[str, str]]:
    """For each verdict that a lesson explains, the lesson's title and address."""
    found = {}
    everything = list(Lesson.objects.only("slug", "title"))
    for verdict, words in _WORDS.items():
        for word in words:
            lesson = next((each for each in everything if word in f"{each.slug} {each.title}".lower()), None)
            if lesson is not None:
                found[verdict.value] = {"title": lesson.title, "url": reverse("lesson", args=[lesson.slug])}
                break
    return found

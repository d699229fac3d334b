"""The course between its files and the database, in both directions. Safe to repeat."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from lockstep.lesson import LessonFile, read_lessons
from lockstep.level import BadLevelError, Level, read_levels
from lockstep.pack import BadPackError, Pack, read_packs, write_pack
from playground import leaderboard
from playground.models import Challenge, Lesson, Revision


@dataclass(slots=True)
class Loaded:
    """What loading has changed."""

    lessons: int = 0
    challenges: int = 0
    revisions: int = 0


@transaction.atomic
def load(content: Path) -> Loaded:
    """Brings the database up to what the files say: all of it, or, where a file is wrong, none.

    What an instructor added or edited in the admin is left alone until the files say something new: then a challenge
    gets a new revision, and a lesson the text of its file.
    Raises BadLessonError, BadPackError and BadLevelError.
    """
    done = Loaded()
    for lesson in read_lessons(content / "lessons"):
        done.lessons += _load_lesson(lesson)
    for pack in read_packs(content / "challenges"):
        known = Challenge.objects.filter(slug=pack.slug).exists()
        # The files speak where they have something new to say: an edit in the admin is not undone by loading the
        # same files again.
        fresh = not Revision.objects.filter(challenge__slug=pack.slug, digest=pack.digest).exists()
        if not known or fresh:
            save_revision(pack, publish=True)
        done.challenges += not known
        done.revisions += fresh
    for level in read_levels(content / "levels"):
        done.revisions += _load_level(level)
    return done


def _load_level(level: Level) -> bool:
    """Says whether the file has something new to say."""
    lesson = Lesson.objects.filter(slug=level.lesson).first()
    if level.lesson and lesson is None:
        raise BadLevelError(f"level {level.slug}: there is no lesson {level.lesson!r}: use the slug of one, or none")
    challenge, _ = Challenge.objects.update_or_create(
        slug=level.slug, defaults={"order": level.order, "lesson": lesson}
    )
    revision = challenge.revisions.filter(digest=level.digest).first()
    if revision is not None:
        return False
    highest = challenge.revisions.aggregate(highest=Max("number"))["highest"] or 0
    challenge.current = Revision.objects.create(
        challenge=challenge,
        number=highest + 1,
        digest=level.digest,
        title=level.title,
        summary=level.summary,
        difficulty="exercise",
        points=level.points,
        statement=level.text,
        explanation=level.explanation,
        starter=level.program,
        hints=list(level.hints),
        level=level.rules,
    )
    challenge.save(update_fields=["current"])
    return True


def _load_lesson(lesson: LessonFile) -> bool:
    values = {"order": lesson.order, "title": lesson.title, "summary": lesson.summary, "body": lesson.body}
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    known = Lesson.objects.filter(slug=lesson.slug).first()
    if known is None or known.loaded != digest:
        Lesson.objects.update_or_create(slug=lesson.slug, defaults={**values, "loaded": digest})
    return known is None


@transaction.atomic
def save_revision(pack: Pack, *, publish: bool) -> Revision:
    """The revision with this content, made if there is none yet; publish makes it the one that learners meet.

    Its place in the course, which is the challenge's and no part of a revision, holds from now on either way. Raises
    BadPackError where the lesson that it names is not there.
    """
    lesson = Lesson.objects.filter(slug=pack.lesson).first() if pack.lesson else None
    if pack.lesson and lesson is None:
        known = ", ".join(Lesson.objects.values_list("slug", flat=True)) or "none, as there is no lesson yet"
        raise BadPackError(pack.slug, [f"there is no lesson {pack.lesson!r}: use one of {known}"])
    challenge, _ = Challenge.objects.update_or_create(slug=pack.slug, defaults={"order": pack.order, "lesson": lesson})
    values = pack.to_mapping()
    del values["order"], values["lesson"]
    if publish:
        revision = challenge.revisions.filter(digest=pack.digest).first()
    else:
        # A digest tells that files have something new to say, be it the place alone; that needs no new draft.
        revisions = [challenge.current, *challenge.revisions.all()]
        revision = next((each for each in revisions if each is not None and _says(each, values)), None)
    if revision is None:
        highest = challenge.revisions.aggregate(highest=Max("number"))["highest"] or 0
        revision = Revision.objects.create(challenge=challenge, number=highest + 1, digest=pack.digest, **values)
    if publish and challenge.current_id != revision.id:
        challenge.current = revision
        challenge.save(update_fields=["current"])
        leaderboard.repoint(challenge)
    return revision


def _says(revision: Revision, values: dict[str, Any]) -> bool:
    return all(getattr(revision, name) == value for name, value in values.items())


def dump(content: Path) -> int:
    """Writes every published challenge back into the form of files; says how many."""
    count = 0
    for challenge in Challenge.objects.select_related("current", "lesson").filter(
        current__isnull=False, current__level__isnull=True
    ):
        assert challenge.current is not None
        write_pack(challenge.current.pack, content / "challenges" / challenge.slug)
        count += 1
    return count

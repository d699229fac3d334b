"""The course between its files and the database."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from lockstep.pack import BadPackError, read_packs, write_pack
from playground import packs
from playground.models import Challenge, Lesson, Revision
from playground.models.challenge import ImmutableError
from tests.lockstep.packs import pack

pytestmark = pytest.mark.django_db
LESSON = '+++\ntitle = "Threads"\nsummary = "Many at once."\n+++\n# Threads\n'


@pytest.fixture
def content(tmp_path: Path) -> Path:
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "02-threads.md").write_text(LESSON)
    write_pack(pack(), tmp_path / "challenges" / "counter")
    return tmp_path


def load(content: Path) -> str:
    out = StringIO()
    call_command("load_course", content=content, stdout=out)
    return out.getvalue()


def current(slug: str = "counter") -> Revision:
    found = Challenge.objects.get(slug=slug).current
    assert found is not None
    return found


def test_loading_twice_changes_nothing(content: Path) -> None:
    assert load(content) == "course loaded: 1 new lessons, 1 new challenges, 1 new revisions\n"
    before = current()
    assert load(content) == "course loaded: 0 new lessons, 0 new challenges, 0 new revisions\n"
    assert current() == before
    assert (before.number, before.challenge.lesson, before.pack) == (1, Lesson.objects.get(), pack())


def test_changed_files_are_a_new_revision_and_the_old_one_stays(content: Path) -> None:
    load(content)
    first = current()
    write_pack(pack(title="Other"), content / "challenges" / "counter")
    assert "1 new revisions" in load(content)
    assert (current().number, current().title) == (2, "Other")
    assert Revision.objects.get(id=first.id).pack.title == "Counter"


def test_what_was_edited_in_the_admin_stays_until_the_files_say_something_new(content: Path) -> None:
    load(content)
    packs.save_revision(pack(title="Edited"), publish=True)
    Lesson.objects.update(title="Edited", body="by hand")
    load(content)
    assert current().title == "Edited"
    assert Lesson.objects.get().title == "Edited"
    write_pack(pack(title="From files"), content / "challenges" / "counter")
    (content / "lessons" / "02-threads.md").write_text(LESSON.replace("Many", "More"))
    load(content)
    assert current().title == "From files"
    assert (Lesson.objects.get().title, Lesson.objects.get().summary) == ("Threads", "More at once.")


def test_what_is_only_in_the_database_is_left_alone(content: Path) -> None:
    load(content)
    packs.save_revision(pack("own"), publish=True)
    Lesson.objects.create(slug="own", title="Own", order=9)
    load(content)
    assert set(Challenge.objects.values_list("slug", flat=True)) == {"counter", "own"}
    assert Lesson.objects.count() == 2


def test_where_a_file_is_wrong_nothing_is_loaded(content: Path) -> None:
    write_pack(pack("other"), content / "challenges" / "other")
    (content / "challenges" / "other" / "starter.py").write_text("")
    with pytest.raises(CommandError, match=r"nothing was loaded: challenge other: starter.py: the source is empty"):
        load(content)
    assert not Challenge.objects.exists()
    assert not Lesson.objects.exists()


def test_an_unknown_lesson_is_named(content: Path) -> None:
    write_pack(pack(lesson="thread"), content / "challenges" / "counter")
    with pytest.raises(CommandError, match="there is no lesson 'thread': use one of threads"):
        load(content)
    with pytest.raises(BadPackError, match="there is no lesson 'threads': use one of none, as there is no lesson yet"):
        packs.save_revision(pack(), publish=True)


def test_no_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is no folder: name the one that holds lessons/ and challenges/"):
        load(tmp_path / "nowhere")


def test_dumped_and_loaded_again_it_is_the_same_course(content: Path, tmp_path: Path) -> None:
    load(content)
    packs.save_revision(pack(title="Edited"), publish=True)
    packs.save_revision(pack(title="Draft"), publish=False)
    out = StringIO()
    call_command("dump_course", tmp_path / "dumped", stdout=out)
    assert out.getvalue().startswith("1 challenges written")
    assert read_packs(tmp_path / "dumped" / "challenges") == [pack(title="Edited")]


def test_the_real_course_survives_the_way_through_the_database(tmp_path: Path) -> None:
    packs.load(settings.CONTENT)
    packs.dump(tmp_path)
    assert read_packs(tmp_path / "challenges") == read_packs(settings.CONTENT / "challenges")


def test_a_revision_is_never_changed(content: Path) -> None:
    load(content)
    revision = current()
    revision.title = "Changed"
    with pytest.raises(ImmutableError, match="make a new one"):
        revision.save()
    with pytest.raises(ImmutableError, match="make a new one"):
        Revision.objects.filter(id=revision.id).update(title="Changed")
    with pytest.raises(ImmutableError, match="make a new one"), transaction.atomic():
        Revision.objects.bulk_update([revision], ["title"])
    assert current().title == "Counter"


def test_the_same_content_again_is_the_same_revision(content: Path) -> None:
    load(content)
    first = current()
    second = packs.save_revision(pack(title="Other"), publish=True)
    assert packs.save_revision(pack(), publish=True) == first
    assert current() == first
    assert Revision.objects.count() == 2
    assert second.number == 2


def test_an_unpublished_revision_is_not_what_learners_meet(content: Path) -> None:
    load(content)
    draft = packs.save_revision(pack(title="Draft"), publish=False)
    assert current().title == "Counter"
    packs.save_revision(draft.pack, publish=True)
    assert current() == draft
    hidden = packs.save_revision(pack("hidden"), publish=False)
    assert hidden.challenge.current is None

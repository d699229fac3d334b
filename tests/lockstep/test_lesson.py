"""A lesson's file: name, head, body, and what is said of a wrong one."""

from pathlib import Path

import pytest
from django.conf import settings

from lockstep.lesson import BadLessonError, LessonFile, read_lesson, read_lessons

GOOD = '+++\ntitle = "Threads"\nsummary = "Many at once."\n+++\n# Threads\n\n+++\nstill the body\n'


def written(folder: Path, text: str | bytes = GOOD, name: str = "02-threads.md") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_lesson_is_read(tmp_path: Path) -> None:
    lesson = read_lesson(written(tmp_path))
    assert lesson == LessonFile("threads", 2, "Threads", "Many at once.", "# Threads\n\n+++\nstill the body\n")


def test_line_ends_of_windows_are_read_as_any(tmp_path: Path) -> None:
    assert read_lesson(written(tmp_path, GOOD.replace("\n", "\r\n"))) == read_lesson(written(tmp_path))


@pytest.mark.parametrize(
    "name", ["threads.md", "2.md", "02_threads.md", "02-Threads.md", "02-two--hyphens.md", "02-.md", "-threads.md"]
)
def test_a_name_without_number_or_slug_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadLessonError, match=f"{name}: name it like 02-threads.md"):
        read_lesson(written(tmp_path, name=name))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Threads\n", r"must begin with title and summary between two lines of \+\+\+"),
        ('+++\ntitle = "x"\n', "must begin with title and summary"),
        ("", "must begin with title and summary"),
        ('+++\ntitle = "x"\n+++\n', "a title and a summary and nothing else"),
        ('+++\ntitle = "x"\nsummary = "y"\norder = 3\n+++\n', "nothing else, not .*'order': 3"),
        ('+++\ntitle = ""\nsummary = "y"\n+++\n', "title must be one line of 1 to 100 printable characters, not ''"),
        ('+++\ntitle = "x"\nsummary = 7\n+++\n', "summary must be one line of 1 to 300 printable characters, not 7"),
        (f'+++\ntitle = "{"x" * 101}"\nsummary = "y"\n+++\n', "title must be one line of 1 to 100"),
        (f'+++\ntitle = "x"\nsummary = "{"y" * 301}"\n+++\n', "summary must be one line of 1 to 300"),
        ('+++\ntitle = "a\\nb"\nsummary = "y"\n+++\n', "title must be one line"),
        ('+++\ntitle = "x"\nsummary = "y"\n+++\n\0', "NUL character: remove it"),
        ("+++\ntitle = x\n+++\n", "Invalid value"),
        (b'+++\ntitle = "\xff"\n+++\n', "not UTF-8 at byte 13"),
    ],
)
def test_what_is_wrong_is_said_with_the_files_name(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(BadLessonError, match=f"02-threads.md: .*{said}"):
        read_lesson(written(tmp_path, text))


def test_lessons_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("10-asyncio.md", "2-threads.md", "03-locks.md"):
        written(tmp_path, name=name)
    assert [lesson.slug for lesson in read_lessons(tmp_path)] == ["threads", "locks", "asyncio"]


def test_two_lessons_of_one_slug_are_refused(tmp_path: Path) -> None:
    for name in ("02-threads.md", "03-threads.md"):
        written(tmp_path, name=name)
    with pytest.raises(BadLessonError, match=r"03-threads.md: there is another lesson 'threads'"):
        read_lessons(tmp_path)


def test_the_course_has_lessons() -> None:
    lessons = read_lessons(settings.CONTENT / "lessons")
    assert "threads" in [lesson.slug for lesson in lessons]
    assert all(lesson.body.strip() for lesson in lessons)

"""The stacks of a learner's threads: asked for by a signal, answered through a descriptor.

Two signals: the first runs Python in the main thread, which knows the names of threads; the second is faulthandler's,
which also answers where the interpreter never gives the lock back, and knows only numbers.
"""

import _thread
import contextlib
import faulthandler
import json
import linecache
import os
import re
import signal
import struct
import sys
import threading
from types import FrameType
from typing import Any

from sandbox.guest.streams import Channel
from sandbox.protocol import PROGRAM, Frame, ThreadStack

ASK = signal.SIGRTMIN + 10
ASK_HARD = signal.SIGRTMIN + 11
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_LENGTH = struct.Struct(">I")
_FRAMES = 40
_THREADS = 64
ANSWER_BYTES = 512 * 1024


def install(descriptor: int, channel: Channel) -> None:
    """Answers both signals, in the learner's process, on descriptor."""

    def answer(_number: int, frame: FrameType | None) -> None:
        channel.try_flush()
        body = json.dumps(_all_threads(frame)).encode("utf-8", "replace")[:ANSWER_BYTES]
        with contextlib.suppress(OSError):
            os.write(descriptor, _LENGTH.pack(len(body)) + body)

    signal.signal(ASK, answer)
    faulthandler.register(ASK_HARD, file=descriptor, all_threads=True, chain=False)


def _all_threads(main_frame: FrameType | None) -> dict[str, Any]:
    current = sys._current_frames()
    current.pop(_thread.get_ident(), None)
    frames: dict[int, FrameType | None] = {_thread.get_ident(): main_frame, **current}
    known = threading._active  # type: ignore[attr-defined]
    threads = []
    for ident, frame in list(frames.items())[:_THREADS]:
        thread = known.get(ident)
        threads.append(
            {
                # not native_id for the main thread: before Python 3.12 it is still the parent's after a fork
                "tid": os.getpid() if frame is main_frame else thread.native_id if thread is not None else None,
                "name": thread.name if thread is not None else f"thread {ident}",
                "frames": _frames_of(frame),
            }
        )
    return {"threads": threads, "alarm": signal.getitimer(signal.ITIMER_REAL)[0] > 0}


def _frames_of(frame: FrameType | None) -> list[list[Any]]:
    found: list[list[Any]] = []
    while frame is not None and len(found) < _FRAMES:
        file = frame.f_code.co_filename
        if _may_be_shown(file):
            line = frame.f_lineno or 0
            found.append([file, line, frame.f_code.co_name, linecache.getline(file, line).strip()])
        frame = frame.f_back
    return found[::-1]


def _may_be_shown(file: str) -> bool:
    return not file.startswith((_OURS, "<frozen", "scenario.py"))


# ------------------------------------------------------------------------------------- the supervisor's side


def complete(answer: bytes) -> bool:
    """Whether answer is a whole one to the first signal."""
    return len(answer) >= _LENGTH.size and len(answer) >= _LENGTH.size + _LENGTH.unpack_from(answer)[0]


def parse(answer: bytes) -> tuple[list[tuple[int | None, str, list[Frame]]], bool]:
    """Threads as (tid, name, frames), and whether an alarm is set. What cannot be read is left out."""
    try:
        body = json.loads(answer[_LENGTH.size :])
        threads = [_thread_from(each) for each in body["threads"][:_THREADS]]
        return threads, bool(body["alarm"])
    except (ValueError, TypeError, KeyError, RecursionError, AttributeError):
        return [], False


def _thread_from(given: Any) -> tuple[int | None, str, list[Frame]]:
    tid = given["tid"]
    frames = [
        Frame(file=str(file)[:200], line=int(line), function=str(function)[:200], text=str(text)[:300])
        for file, line, function, text in given["frames"][:_FRAMES]
    ]
    return (tid if type(tid) is int else None), str(given["name"])[:100], frames


_THREAD_LINE = re.compile(r"^(?:Current thread|Thread) (0x[0-9a-f]+)")
_FRAME_LINE = re.compile(r'^  File "([^"]*)", line (\d+) in (.*)$')


def parse_faulthandler(text: str, source_lines: list[str]) -> list[tuple[bool, str, list[Frame]]]:
    """Threads as (is the current one, name, frames), from what faulthandler writes."""
    found: list[tuple[bool, str, list[Frame]]] = []
    for line in text.splitlines():
        if match := _THREAD_LINE.match(line):
            found.append((line.startswith("Current"), f"thread {match[1]}", []))
        elif found and (match := _FRAME_LINE.match(line)) and _may_be_shown(match[1]):
            number = int(match[2])
            known = match[1] == PROGRAM and 0 < number <= len(source_lines)
            shown = source_lines[number - 1].strip()[:300] if known else ""
            found[-1][2].insert(0, Frame(match[1][:200], number, match[3][:200], shown))
    return found[:_THREADS]


def without_values(threads: list[ThreadStack], source: str) -> list[ThreadStack]:
    """The stacks with nothing in them that the program could have put there: for hidden tests.

    Names of threads become numbers; of the frames only those of the program stay, with its own lines and words.
    """
    lines = source.splitlines()
    words = {"<module>", "<lambda>", *re.findall(r"\w+", source)}
    cleaned = []
    for number, thread in enumerate(threads):
        frames = [
            Frame(
                PROGRAM, frame.line, frame.function if frame.function in words else "?", lines[frame.line - 1].strip()
            )
            for frame in thread.frames
            if frame.file == PROGRAM and 0 < frame.line <= len(lines)
        ]
        name = "MainThread" if thread.name == "MainThread" else f"thread {number}"
        cleaned.append(ThreadStack(name, thread.waits_for, frames))
    return cleaned

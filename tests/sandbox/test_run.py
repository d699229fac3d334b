"""A run looks like `python main.py`, live."""

import sys
import textwrap
import threading

import pytest

from sandbox.protocol import Output, RunDone, Started


def code(text: str) -> str:
    return textwrap.dedent(text).lstrip()


def test_output_in_order_with_streams_and_threads(run):
    story = run(
        code("""
            import sys, threading
            print("one")
            print("two", file=sys.stderr)
            thread = threading.Thread(target=print, args=("three",), name="worker")
            thread.start()
            thread.join()
            sys.stdout.write("four")
        """)
    )
    seen = [(each.stream, each.thread, each.text) for each in story.outputs()]
    assert seen == [
        ("stdout", "MainThread", "one\n"),
        ("stderr", "MainThread", "two\n"),
        ("stdout", "worker", "three\n"),
        ("stdout", "MainThread", "four"),
    ]
    assert story.run.measured.exit_code == 0
    assert story.run.measured.limit is None
    assert story.run.measured.output_bytes == 18
    assert isinstance(story.events[0], Started)


def test_lines_arrive_while_the_program_runs(sandbox):
    """The program waits for a file that only this test can make it see: it is alive when its first line is here."""
    from lockstep.limits import Limits
    from tests.sandbox.conftest import request_of

    limits = Limits(wall_seconds=2)
    source = "print('first')\nimport time\nwhile True: time.sleep(0.01)\n"
    with sandbox.lease(limits, "a-test") as lease:
        arrived = []
        for event in lease.work(request_of(source, limits)):
            arrived.append(event)
            if isinstance(event, Output):
                assert event.text == "first\n"
                assert not any(isinstance(each, RunDone) for each in arrived)
                break
        else:
            pytest.fail("the line did not come before the end")


def test_main_is_main(run):
    story = run(
        "import sys\nprint(__name__, sys.argv, open('main.py').readline().strip(), __file__.endswith('main.py'))"
    )
    assert story.text() == "__main__ ['main.py'] import sys True\n"


def test_traceback_has_the_learners_frames_only(run):
    story = run("def f():\n    return 1 / 0\n\nf()\n")
    error = story.text("stderr")
    assert 'File "main.py", line 2, in f\n    return 1 / 0\n' in error
    assert error.startswith('Traceback (most recent call last):\n  File "main.py", line 4, in <module>\n')
    assert error.endswith("ZeroDivisionError: division by zero\n")
    assert "sandbox" not in error
    assert story.run.measured.exit_code == 1


def test_syntax_error_with_line_and_caret(run):
    story = run("x = 1\nprint('a'\n")
    assert story.run.syntax_error
    assert story.text("stderr").startswith("  File \"main.py\", line 2\n    print('a'\n         ^\nSyntaxError:")
    assert "sandbox" not in story.text("stderr")


@pytest.mark.parametrize(
    ("source", "exit_code", "error"),
    [
        ("import sys; sys.exit(3)", 3, ""),
        ("import sys; sys.exit('no')", 1, "no\n"),
        ("raise SystemExit", 0, ""),
        ("import os; os._exit(7)", 7, ""),
        ("pass", 0, ""),
    ],
)
def test_exit_codes(run, source, exit_code, error):
    story = run(source)
    assert story.run.measured.exit_code == exit_code
    assert story.text("stderr") == error


def test_killed_by_a_signal(run):
    story = run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert (story.run.measured.exit_code, story.run.measured.signal) == (None, 9)
    assert story.run.measured.limit is None


def test_threads_are_joined_and_atexit_runs_at_the_end(run):
    story = run(
        code("""
            import atexit, threading, time
            atexit.register(print, "atexit")
            def work():
                time.sleep(0.1)
                print("thread")
            threading.Thread(target=work).start()
            print("main")
        """)
    )
    assert story.text() == "main\nthread\natexit\n"


def test_exception_in_a_thread_is_printed(run):
    story = run("import threading\nthreading.Thread(target=lambda: 1 / 0, name='w').start()\n")
    assert "Exception in thread w:" in story.text("stderr")
    assert "ZeroDivisionError" in story.text("stderr")
    assert story.run.measured.exit_code == 0


def test_stdin(run):
    story = run("name = input('who? ')\nprint('hello', name)\nprint(input())\n", stdin="Ada\n")
    assert story.text() == "who? hello Ada\n"
    assert "EOFError" in story.text("stderr")


def test_much_stdin(run):
    story = run("import sys\nprint(len(sys.stdin.read()))", stdin="x" * 300_000)
    assert story.text() == "300000\n"


def test_invalid_utf8_becomes_the_replacement_character(run):
    story = run("import sys\nsys.stdout.buffer.write(b'a\\xffb\\xe2\\x82')\nsys.stdout.buffer.write(b'\\xac\\n')\n")
    assert story.text() == "a\ufffdb\u20ac\n"


def test_text_that_ends_in_the_middle_of_a_character(run):
    assert run("import sys\nsys.stdout.buffer.write(b'a\\xe2\\x82')\n").text() == "a\ufffd"


def test_a_slow_reader_costs_the_program_no_time(run):
    waited = threading.Event()

    def slow(event):
        if isinstance(event, Output) and not waited.is_set():
            waited.wait(2.5)
            waited.set()

    source = "for n in range(30_000): print('x' * 99)\nprint('end')\n"
    story = run(source, on_event=slow, wall_seconds=2, output_bytes=2**22)
    assert story.run.measured.limit is None
    assert story.text().endswith("end\n")


def test_what_writes_to_descriptors_directly_is_captured(run):
    story = run(
        code("""
            import os, subprocess
            os.write(1, b"direct\\n")
            os.write(2, b"error\\n")
            subprocess.run(["echo", "child"], check=True)
        """)
    )
    assert "direct\n" in story.text()
    assert "child\n" in story.text()
    assert story.text("stderr") == "error\n"


def test_a_line_printed_in_pieces_stays_whole_for_its_thread(run):
    story = run("print('a', 'b', 'c', sep='-')\nprint('x', end='')\nprint('y')\n")
    assert [each.text for each in story.outputs()] in (["a-b-c\n", "xy\n"], ["a-b-c\nxy\n"])


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(run, method):
    story = run(
        code(f"""
            import multiprocessing

            def square(n):
                print("child", n, flush=True)
                return n * n

            if __name__ == "__main__":
                with multiprocessing.get_context("{method}").Pool(2) as pool:
                    print(sum(pool.map(square, range(4))))
        """)
    )
    assert story.text("stderr") == ""
    assert story.text().count("child") == 4
    assert "14\n" in story.text()
    assert story.run.measured.left_processes == 0
    assert story.run.measured.processes_peak >= 3


def test_asyncio(run):
    story = run("import asyncio\nasync def main():\n    await asyncio.sleep(0)\n    print('hi')\nasyncio.run(main())\n")
    assert story.text() == "hi\n"


def test_closing_every_descriptor_does_not_lose_output(run):
    story = run("import os\nos.closerange(3, 5000)\nprint('still here')\n")
    assert story.text() == "still here\n"
    assert story.run.measured.exit_code == 0


def test_records_that_are_none_end_the_program(run):
    story = run("import os\nos.write(1000, b'x' * 50)\nwhile True: pass\n")
    assert story.run.measured.signal == 9
    assert story.run.measured.wall_seconds < 5


def test_same_python_as_said(sandbox, run):
    if sandbox.kind == "local":
        assert run("import sys; print(sys.version.split()[0])").text().strip() == sys.version.split()[0]
    else:
        assert run("import greenlet, sys; print(sys.version_info[:2])").text() == "(3, 13)\n"

"""Each limit ends what goes over it, is told apart from the others, and keeps what was printed before."""

import pytest

from tests.sandbox.test_run import code


def test_wall_clock(run):
    story = run("print('before')\nimport time\ntime.sleep(60)\n", wall_seconds=0.5)
    measured = story.run.measured
    assert measured.limit == "wall"
    assert story.text() == "before\n"
    assert 0.5 <= measured.wall_seconds < 3
    assert measured.cpu_seconds < 0.4


def test_cpu_time_of_all_processes_together(run):
    story = run(
        code("""
            import os
            print("before", flush=True)
            for _ in range(3):
                if os.fork() == 0:
                    while True: pass
            os.wait()
        """),
        cpu_seconds=0.5,
        wall_seconds=20,
    )
    assert story.run.measured.limit == "cpu"
    assert story.text() == "before\n"
    assert 0.4 <= story.run.measured.cpu_seconds < 3


def test_cpu_time_of_children_that_were_waited_for(run):
    story = run(
        code("""
            import subprocess, sys
            while True:
                subprocess.run([sys.executable, "-c", "sum(range(3_000_000))"])
        """),
        cpu_seconds=0.6,
        wall_seconds=20,
    )
    assert story.run.measured.limit == "cpu"


def test_memory(run):
    story = run("print('before')\nx = []\nwhile True: x.append(bytearray(1_000_000))\n", memory_mib=64)
    assert story.run.measured.limit == "memory"
    assert story.text() == "before\n"
    assert story.run.measured.memory_peak_bytes > 50 * 2**20


def test_memory_split_across_children(run):
    story = run(
        code("""
            import os, time
            for _ in range(20):
                if os.fork() == 0:
                    x = bytearray(b"x" * 20_000_000)
                    time.sleep(30)
            time.sleep(30)
        """),
        memory_mib=100,
    )
    assert story.run.measured.limit == "memory"


def test_memory_below_the_limit_is_allowed(run):
    story = run("x = b'x' * 60_000_000\nprint(len(x))\n", memory_mib=128)
    assert story.text() == "60000000\n"
    assert story.run.measured.limit is None
    assert 55 * 2**20 < story.run.measured.memory_peak_bytes < 100 * 2**20


def test_threads_over_the_limit(run):
    story = run(
        code("""
            import threading, time
            stop = threading.Event()
            try:
                for _ in range(30):
                    threading.Thread(target=stop.wait).start()
            except RuntimeError as error:
                print(error)
            time.sleep(0.8)  # in a local sandbox a peak is seen only if it lasts; and we look at who is idle
            stop.set()
        """),
        processes=10,
    )
    assert story.text() == "can't start new thread\n"
    assert story.run.measured.limit == "processes"
    assert story.run.measured.processes_peak == 11


def test_threads_up_to_the_limit_are_allowed(run):
    story = run(
        code("""
            import threading, time
            threads = [threading.Thread(target=time.sleep, args=(0.2,)) for _ in range(9)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            print("done")
        """),
        processes=10,
    )
    assert story.text() == "done\n"
    assert story.run.measured.limit is None


def test_only_the_programs_own_processes_count(run):
    assert run("import time\ntime.sleep(0.1)\n", processes=1).run.measured.processes_peak == 1


def test_who_idles_at_the_limit_of_processes_has_not_met_it(run):
    story = run(
        code("""
            import threading, time
            threads = [threading.Thread(target=time.sleep, args=(1.2,)) for _ in range(9)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
        """),
        processes=10,
    )
    assert (story.run.measured.limit, story.run.measured.processes_peak) == (None, 10)


def test_who_leaves_processes_at_the_limit_has_not_met_it(run):
    story = run(
        code("""
            import os, time
            for _ in range(9):
                if os.fork() == 0:
                    time.sleep(60)
            time.sleep(0.1)
        """),
        processes=10,
    )
    assert (story.run.measured.limit, story.run.measured.processes_peak) == (None, 10)
    assert story.run.measured.left_processes == 9


def test_a_fork_bomb_is_ended_early(run, processes):
    story = run("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass\n", processes=40, wall_seconds=15)
    assert story.run.measured.limit in ("processes", "cpu")
    assert story.run.measured.wall_seconds < 10
    assert story.run.measured.processes_peak <= 60


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_output_is_cut_at_the_limit(run, stream):
    story = run(f"import sys\nwhile True: print('x' * 99, file=sys.{stream})\n", output_bytes=10_000)
    assert story.run.measured.limit == "output"
    assert story.cut
    assert len(story.text(stream)) == 10_000
    assert story.run.measured.output_bytes > 10_000


def test_an_endless_line_is_cut(run):
    story = run("while True: print('x' * 1000, end='')\n", output_bytes=50_000)
    assert story.run.measured.limit == "output"
    assert story.text() == "x" * 50_000


def test_output_past_python_is_cut_too(run):
    story = run("import os\nwhile True: os.write(1, b'y' * 100)\n", output_bytes=10_000)
    assert story.run.measured.limit == "output"
    assert story.text() == "y" * 10_000


def test_output_of_exactly_the_limit_is_allowed(run):
    story = run("print('x' * 1023)\n", output_bytes=1024)
    assert len(story.text()) == 1024
    assert (story.run.measured.limit, story.cut) == (None, False)


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm"])
def test_files_are_limited(run, folder):
    story = run(
        code(f"""
            total = 0
            try:
                with open("{folder}/big", "wb", buffering=0) as file:
                    while total < 2**30:
                        total += file.write(b"x" * 2**20)
            except OSError as error:
                print(type(error).__name__, error.errno in (27, 28))
            print(total <= 3 * 2**20)
        """),
        file_mib=3,
    )
    assert story.text().splitlines()[-1] == "True"
    assert story.run.measured.limit is None


def test_limits_are_told_apart_from_an_end_by_itself(run):
    measured = run("pass").run.measured
    assert (measured.limit, measured.exit_code, measured.signal) == (None, 0, None)
    assert measured.stacks == []
    assert 0 <= measured.cpu_seconds < 2

"""What a learner's process can see and reach of the rest of its sandbox, and of the host."""

import json
import os

import pytest

from tests.sandbox.test_grade import CALL, simple
from tests.sandbox.test_run import code


@pytest.fixture(autouse=True)
def _three_users(sandbox):
    if sandbox.kind == "local" and os.geteuid() != 0:
        pytest.skip("a local sandbox has three users only where root starts it")


SEE = code("""
    import json, os
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdecimal() or int(name) == os.getpid():
            continue
        uid = next(l for l in open(f"/proc/{name}/status") if l.startswith("Uid")).split()[1]
        got = []
        for part in ("environ", "mem", "maps", "fd", "cwd", "root", "exe", "syscall", "stack"):
            path = f"/proc/{name}/{part}"
            try:
                if part == "fd": os.listdir(path)
                elif part in ("cwd", "root", "exe"): os.readlink(path)
                else: open(path).read(1)
                got.append(part)
            except OSError:
                pass
        for number in (0, 9, 19):
            try:
                os.kill(int(name), number)
                got.append(f"signal {number}")
            except OSError:
                pass
        found[name] = [int(uid), got, open(f"/proc/{name}/cmdline").read()]
    found["me"] = os.getresuid(), os.getresgid(), os.getgroups()
    found["caps"] = [l.split()[1] for l in open("/proc/self/status") if l.startswith("Cap")]
    found["fds"] = sorted(map(int, os.listdir("/proc/self/fd")))
""")


def test_supervisor_zygote_and_checker_cannot_be_read_or_signalled(grade):
    source = SEE + "print(json.dumps(found))\ndef f(): return 1\n"
    story = grade(source, CALL, simple())
    assert story.report.verdict == "ACCEPTED", story.report
    found = json.loads(story.text(test=0))
    (user, _, _), (group, _, _), groups = found.pop("me")
    caps, descriptors = found.pop("caps"), found.pop("fds")
    assert len(found) >= 3, "supervisor, zygote and checker"
    for pid, (uid, got, _) in found.items():
        assert uid not in (user,), pid
        assert got == [], (pid, got)
    assert user >= 2**20
    assert group == user
    assert groups == []
    assert set(caps[:3]) == {"0" * 16}, "inheritable, permitted and effective"
    assert [n for n in descriptors if n not in (0, 1, 2, 1000, 1001, 1002)] in ([], [3]), "3 is the listing itself"


def test_no_word_of_the_request_is_in_the_learners_reach(grade):
    """Not in its own memory: it was forked from a process that never held the checks."""
    word = "Zq7Xk" + "9" * 3
    source = code(f"""
        word = ("Zq7Xk" + "9" * 3).encode()
        def f():
            hits = 0
            for line in open("/proc/self/maps"):
                fields = line.split()
                if "r" not in fields[1] or fields[-1] in ("[vvar]", "[vsyscall]", "[vvar_vclock]"): continue
                start, end = (int(each, 16) for each in fields[0].split("-"))
                with open("/proc/self/mem", "rb", buffering=0) as memory:
                    memory.seek(start)
                    try: hits += memory.read(end - start).count(b"{word[:4]}" + b"{word[4:]}")
                    except OSError: pass
            return hits
    """).replace("word = (", "unused = (")
    checks = simple(
        f"print({word!r}); self.true(result.value is not None, {word!r}); self.equal(result.value, 'no {word}')"
    )
    story = grade(source, CALL, checks)
    found = int(story.report.detail.split("got: ")[1].split()[0])
    # the needle itself, made at run time, is all there is
    assert found <= 2, story.report


def test_root_is_read_only_and_the_network_is_not_there(run):
    story = run(
        code("""
            import os, socket
            ours = "/opt/lockstep/sandbox/protocol.py"
            for path in ("/x", "/usr/x", "/etc/passwd", ours, "/proc/sys/kernel/hostname"):
                try: open(path, "a"); print("wrote", path)
                except OSError: pass
            for address in ("169.254.169.254", "172.17.0.1", "10.0.0.1", "8.8.8.8"):
                try: socket.create_connection((address, 80), timeout=0.3); print("reached", address)
                except OSError: pass
            print(sorted(name for _, name in socket.if_nameindex()))
            try: socket.create_connection(("127.0.0.1", 6379), timeout=0.3); print("reached redis")
            except OSError: pass
            for path in ("/var/run/docker.sock", "/run/docker.sock"):
                try: socket.socket(socket.AF_UNIX).connect(path); print("docker")
                except OSError: pass
            print(os.environ.keys() & {"PYTHONPATH", "SECRET_KEY", "DATABASE_URL", "DOCKER_HOST"} or "clean")
        """)
    )
    assert "'lo'" in story.text().splitlines()[0]
    assert "eth" not in story.text()
    assert story.text().splitlines()[1:] == ["clean"]


def test_loopback_works(run):
    story = run(
        code("""
            import socket, threading
            server = socket.create_server(("127.0.0.1", 0))
            threading.Thread(target=lambda: server.accept()[0].sendall(b"hello")).start()
            address = "localhost", server.getsockname()[1]
            with socket.create_connection(address) as client: print(client.recv(5))
        """)
    )
    assert story.text() == "b'hello'\n"


def test_becoming_root_again_is_impossible(run):
    story = run(
        code("""
            import os, subprocess
            for change in (
                lambda: os.setuid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgid(0), lambda: os.setgroups([0]),
                lambda: os.chroot("/"), lambda: os.nice(-1), lambda: os.mknod("dev", 0o60666, 0x0801),
                lambda: os.sched_setscheduler(0, 1, os.sched_param(1)),
            ):
                try: change(); print("did it")
                except OSError: pass
            print(os.getuid() != 0)
        """)
    )
    assert story.text() == "True\n"


def test_what_escapes_the_main_process_is_ended_and_counted(run, processes):
    word = f"31{os.getpid()}"
    story = run(
        code(f"""
            import os, signal, subprocess, sys, time
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    for number in (1, 2, 3, 15): signal.signal(number, signal.SIG_IGN)
                    os.execvp("sleep", ["sleep", "{word}"])
                os._exit(0)
            subprocess.Popen(["sleep", "{word}"])
            time.sleep(0.1)
            print("main ends")
        """)
    )
    assert story.text() == "main ends\n"
    assert story.run.measured.left_processes == 2
    assert processes(f"sleep {word}") == 0


def test_a_second_program_finds_nothing_of_the_first(run):
    run("open('/tmp/left', 'w'); open('/dev/shm/left', 'w')")
    assert run("import os\nprint('left' in os.listdir('/tmp') + os.listdir('/dev/shm'))\n").text() == "False\n"


LEAVES = code("""
    import os, socket

    def files(): [open(f"{top}/{n}", "w") for n in range(3) for top in ("/tmp", "/dev/shm", ".")]
    def many(): os.mkdir("/tmp/many"); [open(f"/tmp/many/{n}", "w").close() for n in range(2000)]
    def unreadable(): os.makedirs("/dev/shm/a/b/c"); open("/dev/shm/a/b/x", "w"); os.chmod("/dev/shm/a/b", 0)
    def its_own_folder(): os.makedirs("d/e"); os.chmod("d", 0); os.chmod(".", 0)
    def links(): [os.symlink(to, f"/tmp/{n}") for n, to in enumerate(("/etc", "/tmp", ".", "nowhere"))]
    def others(): os.mkfifo("/tmp/pipe"); socket.socket(socket.AF_UNIX).bind("/tmp/socket")
    def deep():
        os.chdir("/tmp")
        for _ in range(1500): os.mkdir("d"); os.chdir("d")
    def nothing(): pass

    def left():
        there = [entry for top in ("/tmp", "/dev/shm") for entry in os.scandir(top)]
        mine = [each.name for each in there if each.stat(follow_symlinks=False).st_uid == os.getuid()]
        return sorted(mine), sorted(os.listdir())
""")
KINDS = ("files", "many", "unreadable", "its_own_folder", "links", "others", "deep", "nothing")


def test_a_test_finds_nothing_that_an_earlier_one_has_written(grade):
    scenario = (
        "def leave(solution, case):\n    found = solution.left()\n    getattr(solution, case)()\n    return found\n"
    )
    checks = "from kit import Test\n" + "".join(
        f'class T{number}(Test):\n    """{kind}"""\n    scenario = "leave"\n    visible = True\n'
        f"    def cases(self, rng):\n        yield {kind!r}\n"
        "    def check(self, case, result):\n        self.equal(result.value, [['work'], ['main.py']])\n"
        for number, kind in enumerate(KINDS)
    )
    story = grade(LEAVES, scenario, checks)
    assert story.verdicts == ["ACCEPTED"] * len(KINDS), [each.report for each in story.tests]


def test_killing_everything_in_sight_kills_only_oneself(run):
    story = run("import os, signal\nprint('before')\nos.kill(-1, signal.SIGKILL)\nprint('after')\nos.kill(1, 9)\n")
    assert story.text().startswith("before\n")
    assert story.run.measured.limit is None


def test_fighting_the_keeper_does_not_help(run):
    """Processes that kill whatever has their user id cannot kill the one that comes to end them."""
    story = run(
        code("""
            import os, signal
            for _ in range(4): os.fork()
            while True:
                try: os.kill(-1, signal.SIGSTOP)
                except OSError: pass
        """),
        wall_seconds=1,
        processes=30,
    )
    assert story.run.measured.limit in ("wall", "cpu")
    assert story.run.measured.wall_seconds < 8

"""The rewriting of the program."""

import ast
import sys
import time
from pathlib import Path

import pytest

from sandbox.explorer.instrument import Instrumenter

LIBRARY = Path(sys.base_prefix, "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}")


@pytest.mark.full
@pytest.mark.timeout(300)
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("tracing", [False, True])
def test_the_whole_standard_library_can_be_rewritten(tracing: bool) -> None:
    files = sorted(LIBRARY.glob("*.py"))
    assert len(files) > 100
    for file in files:
        source = file.read_text(encoding="utf-8", errors="ignore")
        compile(Instrumenter(source, str(file), 0, tracing).rewrite(ast.parse(source)), str(file), "exec")


def test_a_long_program_is_rewritten_in_reasonable_time() -> None:
    source = "def work(a, b):\n    a.x += b.y[a.z]\n    return a.x\n" * 1200
    assert len(source) > 60_000
    began = time.process_time()
    instrumenter = Instrumenter(source, "long.py", 0, tracing=False)
    compile(instrumenter.rewrite(ast.parse(source)), "long.py", "exec")
    assert len(instrumenter.sites) == 6 * 1200
    assert time.process_time() - began < 10


def test_sites_are_numbered_alike_with_and_without_tracing() -> None:
    source = Path(__file__).with_name("programs").joinpath("language.py").read_text()
    quiet, tracing = (Instrumenter(source, "language.py", 0, tracing=tracing) for tracing in (False, True))
    quiet.rewrite(ast.parse(source))
    tracing.rewrite(ast.parse(source))
    assert quiet.sites == tracing.sites

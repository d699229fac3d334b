"""The rewriting of the program."""

import ast
import sys
import time
from pathlib import Path

import pytest

from sandbox.explorer.instrument import Instrumenter, compiled

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


def seconds_to_rewrite(functions: int) -> float:
    source = "def work(a, b):\n    a.x += b.y[a.z]\n    return a.x\n" * functions
    began = time.process_time()
    instrumenter = Instrumenter(source, "long.py", 0, tracing=False)
    compiled(instrumenter.rewrite(ast.parse(source)), "long.py")
    assert len(instrumenter.sites) == 6 * functions
    return time.process_time() - began


def test_rewriting_takes_time_in_proportion_to_the_length() -> None:
    """Four times the program, four times the time; in proportion to its square it would be sixteen times."""
    short = min(seconds_to_rewrite(300) for _ in range(3))
    assert min(seconds_to_rewrite(1200) for _ in range(2)) < 10 * short


def test_sites_are_numbered_alike_with_and_without_tracing() -> None:
    source = Path(__file__).with_name("programs").joinpath("language.py").read_text()
    quiet, tracing = (Instrumenter(source, "language.py", 0, tracing=tracing) for tracing in (False, True))
    quiet.rewrite(ast.parse(source))
    tracing.rewrite(ast.parse(source))
    assert quiet.sites == tracing.sites

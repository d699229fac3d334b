"""CPython's own tests of what is modelled pass inside the explorer. tests/explorer/cpython.py lists those left out."""

import pytest

from sandbox.explorer.execution import Kind
from tests.explorer.cpython import MODULES, list_tests, results, shipped

QUICK = ("test.test_thread", "test.test_threading_local", "test.test_asyncio.test_locks")


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.full) for name in MODULES]
)
@pytest.mark.filterwarnings("ignore")
def test_cpythons_own(name: str) -> None:
    if not shipped(name):
        pytest.skip(f"this interpreter ships no {name}")
    failed = {}
    passed = 0
    for test, execution in results(name, list_tests(name), slice_steps=20):
        failures, skipped, run = execution.value or ([f"{execution.outcome.kind} {execution.outcome.detail}"], 0, 0)
        if failures or execution.outcome.kind not in (Kind.FINISHED, Kind.LOST_EXCEPTION):
            failed[test] = failures
        passed += run - skipped
    assert failed == {}
    assert passed > 0

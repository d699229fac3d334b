"""Limits: defaults, ranges, and what is said of what is no limit."""

import math
from typing import Any

import pytest

from lockstep.limits import BadLimitError, Limits


def test_what_is_not_named_keeps_its_default() -> None:
    assert Limits.from_mapping({}) == Limits()
    assert Limits.from_mapping({"wall_seconds": 2}).wall_seconds == 2
    assert Limits.from_mapping({"wall_seconds": 2}).cpu_seconds == Limits().cpu_seconds


def test_to_mapping_is_the_inverse() -> None:
    limits = Limits(0.5, 3, 64, 7, 4096, 2)
    assert Limits.from_mapping(limits.to_mapping()) == limits
    assert len(set(limits.to_mapping())) == 6


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadLimitError, match=r"unknown limit 'memory': use one of .*memory_mib"):
        Limits.from_mapping({"memory": 64})


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("wall_seconds", 0.1, 120),
        ("cpu_seconds", 0.1, 120),
        ("memory_mib", 32, 2048),
        ("processes", 1, 1024),
        ("output_bytes", 1024, 16 * 1024 * 1024),
        ("file_mib", 1, 256),
    ],
)
def test_the_ends_of_a_range_belong_to_it(name: str, least: float, most: float) -> None:
    for value in (least, most):
        assert getattr(Limits.from_mapping({name: value}), name) == value
    step = 0.01 if isinstance(least, float) else 1
    for value in (least - step, most + step, 0, -1, math.inf, math.nan):
        with pytest.raises(BadLimitError, match=rf"limit {name} (= .* is out of range: use|must be a whole number)"):
            Limits.from_mapping({name: value})


@pytest.mark.parametrize("value", ["64", True, None, [64], {}])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(BadLimitError, match="limit memory_mib must be a number, not"):
        Limits.from_mapping({"memory_mib": value})


@pytest.mark.parametrize("name", ["memory_mib", "processes", "output_bytes", "file_mib"])
def test_what_is_counted_is_whole(name: str) -> None:
    with pytest.raises(BadLimitError, match=f"limit {name} must be a whole number, not 64.5"):
        Limits.from_mapping({name: 64.5})

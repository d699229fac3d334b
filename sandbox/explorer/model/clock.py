"""The modelled `time`: sleeping costs nothing, and order follows deadlines."""

import math
import time
import types
from typing import Any

from sandbox.explorer.world import EPOCH, W


class _Sleep:
    """What a sleeping thread waits for."""

    kind = "sleep"
    number = 0
    waiting = 0
    clock = None

    def forget(self, fiber: Any) -> None:
        pass


SLEEP = _Sleep()


def sleep(seconds: float) -> None:
    if not isinstance(seconds, int | float):
        seconds = _number(seconds)
    if math.isnan(seconds):
        raise ValueError("Invalid value NaN (not a number)")
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    if seconds == 0:
        # Giving way is free, and nobody has to take it.
        W.free_at = W.step + 1
    W.point(None, "sleep", -9)
    if not W.running or seconds == 0:
        return
    current = W.current
    W.slept_idle(current)
    W.block("sleep", SLEEP, W.now + seconds)


def _number(value: Any) -> float:
    index = getattr(type(value), "__index__", None) or getattr(type(value), "__float__", None)
    if index is None:
        raise TypeError(f"'{type(value).__name__}' object cannot be interpreted as an integer")
    return float(value)


def monotonic() -> float:
    return 1000.0 + W.clock()


def wall() -> float:
    return EPOCH + W.clock()


def process_time() -> float:
    W.clock()
    return W.clock_reads * 1e-6


def _ns(read: Any) -> Any:
    def reader() -> int:
        nanoseconds: int = round(read() * 1_000_000) * 1000
        return nanoseconds

    reader.__name__ = f"{read.__name__}_ns"
    return reader


def get_clock_info(name: Any) -> types.SimpleNamespace:
    real = time.get_clock_info(name)
    return types.SimpleNamespace(
        implementation="virtual", monotonic=real.monotonic, adjustable=real.adjustable, resolution=1e-9
    )


def build() -> types.ModuleType:
    """The module that stands in for `time`."""
    module = types.ModuleType("time", time.__doc__)
    module.__dict__.update(time.__dict__)

    def gmtime(seconds: float | None = None) -> time.struct_time:
        return time.gmtime(wall() if seconds is None else seconds)

    def localtime(seconds: float | None = None) -> time.struct_time:
        return time.localtime(wall() if seconds is None else seconds)

    def ctime(seconds: float | None = None) -> str:
        return time.ctime(wall() if seconds is None else seconds)

    def asctime(t: Any = None) -> str:
        return time.asctime(localtime() if t is None else t)

    def strftime(format: str, t: Any = None) -> str:
        return time.strftime(format, localtime() if t is None else t)

    module.__dict__.update(
        sleep=sleep,
        time=wall,
        monotonic=monotonic,
        perf_counter=monotonic,
        process_time=process_time,
        thread_time=process_time,
        time_ns=_ns(wall),
        monotonic_ns=_ns(monotonic),
        perf_counter_ns=_ns(monotonic),
        process_time_ns=_ns(process_time),
        thread_time_ns=_ns(process_time),
        clock_gettime=lambda clock: wall() if clock == time.CLOCK_REALTIME else monotonic(),
        get_clock_info=get_clock_info,
        gmtime=gmtime,
        localtime=localtime,
        ctime=ctime,
        asctime=asctime,
        strftime=strftime,
    )
    return module

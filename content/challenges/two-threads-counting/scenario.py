"""Calls main() with an output that knows which thread wrote what, and that may take its time."""

import sys
import threading
import time


class _Heard:
    """Standard output that notes the writer, and takes a moment where a main() that does not wait is to be seen."""

    def __init__(self, out, pause):
        self._out = out
        self._pause = pause
        self.by_thread = {}

    def write(self, text):
        if self._pause and text.strip():  # not between a number and the end of its line
            time.sleep(self._pause)
        # The thread itself is the key, not its name or number, which two threads may share.
        self.by_thread.setdefault(threading.current_thread(), []).append(text)
        return self._out.write(text)

    def __getattr__(self, name):
        return getattr(self._out, name)


_kept = []


def call_main(solution, case):
    heard = sys.stdout = _Heard(sys.stdout, case["pause"])
    # A print() in another thread goes on using the output that it began with: in older Pythons without holding on to
    # it, so that it crashes if that is gone by then.
    _kept.append(heard)
    try:
        for _ in range(case["calls"]):
            solution.main()
    finally:
        sys.stdout = heard._out
    main = threading.current_thread()
    texts = {thread: "".join(pieces) for thread, pieces in list(heard.by_thread.items())}
    return {"main": texts.pop(main, ""), "threads": list(texts.values())}

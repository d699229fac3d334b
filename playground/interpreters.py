"""Which Pythons there are, as the workers say: a page cannot ask an engine that only they may reach."""

import redis

from playground import streams

NONE = (
    "there is no free-threaded Python here: whoever runs this Lockstep can get one with `make image-freethreaded`, "
    "where Docker is the sandbox"
)
_KEY = "lockstep:freethreaded"
_KEPT_SECONDS = 30
"""A worker says it more often; where no worker does, there is none."""


def offer_freethreaded() -> None:
    """Called by a worker that has one, every few seconds."""
    streams.client().set(_KEY, "1", ex=_KEPT_SECONDS)


def freethreaded() -> bool:
    """Whether a program can be run without the GIL."""
    try:
        return streams.client().exists(_KEY) == 1
    except redis.RedisError:
        return False

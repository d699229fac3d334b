"""What can go wrong on our side of a sandbox.

What the learner's program does wrong is an event of protocol.py, never one of these.
"""


class SandboxError(Exception):
    """Our fault: the submission is tried again, and the learner is not blamed."""


class SandboxUnavailableError(SandboxError):
    """No sandbox can be had now (no engine, no image, no room): wait and try again. The message names the remedy."""


class SandboxLostError(SandboxError):
    """A sandbox went away in the middle: killed, its engine restarted, its stream cut."""

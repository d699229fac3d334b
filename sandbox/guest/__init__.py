"""What runs inside a sandbox: the standard library, the kit and greenlet, and nothing of the host's."""

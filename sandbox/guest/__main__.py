"""`python -m sandbox.guest`: process 1 of a sandbox."""

import gc


def main() -> None:
    # Nothing of what is imported is garbage, and looking for it takes a fifth of the time until a sandbox is ready.
    gc.disable()
    from sandbox.guest import supervisor

    supervisor.main()


main()

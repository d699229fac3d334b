"""`python -m sandbox.image [freethreaded]`: builds the sandbox's image, or that one, if it is missing; says its tag."""

import sys

from sandbox.errors import SandboxUnavailableError
from sandbox.image.build import ensure_freethreaded, ensure_image

if __name__ == "__main__":
    try:
        tag = ensure_freethreaded(build_python=True) if sys.argv[1:] == ["freethreaded"] else ensure_image()
        print(tag, file=sys.stderr)
    except SandboxUnavailableError as error:
        sys.exit(str(error))

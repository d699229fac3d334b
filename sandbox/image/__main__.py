"""`python -m sandbox.image`: builds the sandbox's image if it is missing and prints its tag."""

import sys

from sandbox.errors import SandboxUnavailableError
from sandbox.image.build import ensure_image

if __name__ == "__main__":
    try:
        print(ensure_image(), file=sys.stderr)
    except SandboxUnavailableError as error:
        sys.exit(str(error))

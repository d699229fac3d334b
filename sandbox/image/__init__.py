"""The image of the sandbox: found by a digest of what goes into it, built where it is missing."""

from sandbox.image.build import ensure_image, tag

__all__ = ["ensure_image", "tag"]

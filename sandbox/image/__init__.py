"""The images of the sandbox: found by a digest of what goes into them, built where they are missing."""

from sandbox.image.build import ensure_freethreaded, ensure_image, has_freethreaded, tag

__all__ = ["ensure_freethreaded", "ensure_image", "has_freethreaded", "tag"]

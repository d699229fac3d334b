"""Reads settings from the environment; a wrong or missing value stops the start with its name and the remedy."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


class Environment:
    """The environment's variables, each read with its type and checked."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        mode = self.choice("LOCKSTEP_ENV", ("development", "production"), "development")
        self.production = mode == "production"

    def text(self, name: str, default: str | None = None, *, remedy: str = "") -> str:
        """The value; where it is unset or empty the default, and without a default an error with the remedy."""
        value = self._variables.get(name, "").strip()
        if value:
            return value
        if default is None:
            raise ImproperlyConfigured(f"{name} is not set. {remedy}".strip())
        return default

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            raise ImproperlyConfigured(f"{name} is {value!r}: use one of {', '.join(allowed)}.")
        return value

    def number(self, name: str, default: int, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or not least <= int(value) <= most:
            raise ImproperlyConfigured(f"{name} is {value!r}: use a whole number from {least} to {most}.")
        return int(value)

    def words(self, name: str, default: str | None = None, *, remedy: str = "") -> list[str]:
        """A comma-separated list."""
        return [word.strip() for word in self.text(name, default, remedy=remedy).split(",") if word.strip()]

    def url(self, name: str, schemes: tuple[str, ...], default: str | None = None, *, remedy: str = "") -> str:
        value = self.text(name, default, remedy=remedy)
        if value and value.split(":", 1)[0] not in schemes:
            raise ImproperlyConfigured(f"{name} is {value!r}: it must start with one of {', '.join(schemes)}.")
        return value

    def mail(self, name: str, sender: str) -> dict[str, object]:
        """Django's EMAIL_ settings, from a URL like smtp://user:password@host:587; without it mail goes nowhere.

        smtp speaks TLS after a greeting (STARTTLS), smtps from the start; smtp+plain never, for a relay on one's own
        machine. sender names the variable with the address that mail comes from.
        """
        value = self.url(name, ("smtp", "smtps", "smtp+plain"), "")
        url = urlsplit(value)
        if not url.scheme:
            return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
        try:
            port = url.port or {"smtp": 587, "smtps": 465}.get(url.scheme, 25)
        except ValueError:
            port = 0
        if not url.hostname or not port:
            # Without the password, which errors are no place for.
            shown = f"{url.scheme}://{value.removeprefix(f'{url.scheme}://').rpartition('@')[2]}"
            raise ImproperlyConfigured(
                f"{name} is {shown!r}, without a host or with a wrong port: "
                "write it like smtp://user:password@mail.example.org:587."
            )
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": url.hostname,
            "EMAIL_PORT": port,
            "EMAIL_HOST_USER": unquote(url.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
            "EMAIL_USE_TLS": url.scheme == "smtp",
            "EMAIL_USE_SSL": url.scheme == "smtps",
            "EMAIL_TIMEOUT": 10,
            "DEFAULT_FROM_EMAIL": self.text(
                sender, remedy=f"Set it to the address that mail comes from, as {name} is set."
            ),
        }

    def secret(self, kept_in: Path) -> str:
        """SECRET_KEY; in development one that is made once and kept in a file only its owner can read."""
        remedy = "Set it to a long random text, such as the output of `python -m secrets`."
        if self.production:
            value = self.text("SECRET_KEY", remedy=remedy)
            if len(value) < MIN_SECRET:
                raise ImproperlyConfigured(f"SECRET_KEY has {len(value)} characters, {MIN_SECRET} are needed. {remedy}")
            return value
        return self.text("SECRET_KEY", "") or _kept_secret(kept_in)


MIN_SECRET = 32


def _kept_secret(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    # Two processes may start at once: the one that creates the file wins, the other reads it.
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(48))
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return path.read_text()

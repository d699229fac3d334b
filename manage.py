#!/usr/bin/env python
"""The command line of Lockstep: `manage.py help`."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        raise SystemExit(
            f"{error}: run `make run` once, which sets up .venv, then use .venv/bin/python manage.py"
        ) from error
    execute_from_command_line(sys.argv)

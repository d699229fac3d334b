"""The Celery application: which tasks there are is found in grader/tasks.py."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lockstep")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["grader"])


@setup_logging.connect
def keep_logging(**_: Any) -> None:
    """Celery leaves logging as settings.LOGGING has it, because somebody is connected to this signal."""

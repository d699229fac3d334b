"""The Celery application: which tasks there are is found in grader/tasks.py."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from kombu.transport.redis import Channel

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# At the loss of a connection kombu would put undone messages back over that same connection, and the worker would die
# of the attempt. Ours need no putting back.
Channel.do_restore = False

app = Celery("lockstep")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["grader"])


@setup_logging.connect
def keep_logging(**_: Any) -> None:
    """Celery leaves logging as settings.LOGGING has it, because somebody is connected to this signal."""

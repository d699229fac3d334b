"""Settings, URLs, and the entry points of the web process and the worker."""

from config.celery import app as celery_app

__all__ = ["celery_app"]

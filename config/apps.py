from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """An app so that its management commands, which may import everything, are found."""

    name = "config"

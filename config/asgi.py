"""The web process: HTTP by Django, sockets by Channels."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django = get_asgi_application()

from playground.routing import websockets  # noqa: E402  (models need the registry that the line above sets up)

application = ProtocolTypeRouter(
    {
        "http": django,
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websockets))),
    }
)

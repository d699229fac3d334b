from typing import Any

from django.urls import path, re_path

from playground.consumers import NOT_YOURS, BoardConsumer, SubmissionConsumer


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    """Refuses what has no address here; without it each such wish is a traceback in the log."""
    await receive()
    await send({"type": "websocket.close", "code": NOT_YOURS})


websockets = [
    path("ws/submissions/<uuid:submission>/", SubmissionConsumer.as_asgi()),
    path("ws/leaderboard/", BoardConsumer.as_asgi()),
    re_path("", nowhere),  # type: ignore[arg-type]
]

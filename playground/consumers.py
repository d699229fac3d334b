"""The sockets: what happens, to those who may see it, and nothing in the other direction."""

import asyncio
import logging
import uuid
from contextlib import aclosing
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from playground import events, learners
from playground.live import DeletedError, reader
from playground.models import Submission

logger = logging.getLogger(__name__)

NOT_YOURS = 4404
TRY_AGAIN = 1011
BOARD_PAUSE_SECONDS = 1.0
"""Between two messages about the leaderboard, however many solve something at once."""


class _Telling(AsyncJsonWebsocketConsumer):
    """Tells, and does not listen: a browser acts through the API."""

    _pump: asyncio.Task[None] | None = None

    async def disconnect(self, code: int) -> None:
        if self._pump:
            self._pump.cancel()

    async def receive(self, *_: Any, **__: Any) -> None:
        pass


class BoardConsumer(_Telling):
    """`/ws/leaderboard/`: says at once, and again whenever it changes, that the leaderboard is worth a look."""

    async def connect(self) -> None:
        await self.accept()
        self._pump = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        with reader().board() as changed:
            while True:
                changed.clear()
                await self.send_json({"cursor": "", "events": [events.board()]})
                await asyncio.sleep(BOARD_PAUSE_SECONDS)
                await changed.wait()


class SubmissionConsumer(_Telling):
    """`/ws/submissions/<id>/?after=<cursor>`: events.py's messages from the cursor on, then a normal close.

    Closed with 4404 where there is no such submission of the asking learner's, which does not say whether there is
    one of somebody else's; with 1011 after a fault of ours, for the browser to connect again.
    """

    async def connect(self) -> None:
        await self.accept()
        submission: uuid.UUID = self.scope["url_route"]["kwargs"]["submission"]
        if not await self._may_see(submission):
            await self.close(NOT_YOURS)
            return
        after = parse_qs(self.scope["query_string"].decode("latin-1")).get("after", [""])[0]
        # A task of its own: while it waits, this consumer still hears that the browser has left.
        self._pump = asyncio.create_task(self._follow(submission, after))

    async def _follow(self, submission: uuid.UUID, after: str) -> None:
        try:
            async with aclosing(reader().follow(submission, after)) as messages:
                async for cursor, happened in messages:
                    await self.send_json({"cursor": cursor, "events": happened})
        except DeletedError:
            await self.close(NOT_YOURS)
        except Exception:
            # The page connects again and goes on from its last cursor.
            logger.exception("submission %s cannot be followed", submission)
            await self.close(TRY_AGAIN)
        else:
            await self.close(1000)

    @database_sync_to_async
    def _may_see(self, submission: uuid.UUID) -> bool:
        learner = learners.of(self.scope["user"], self.scope["session"])
        return learner is not None and Submission.objects.filter(id=submission, learner=learner).exists()
